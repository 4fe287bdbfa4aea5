"""A measure, the order that lifts it and the annulment of its record, killed at each point: nothing is half done."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

from service import evidence
from service.platform import Actor, Database, FixedClock, Role
from tests.builders.repair_town import ELIGIBLE, fined
from tests.faults.once import once_or_not_at_all
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

STORED = ("measure", "measure_act", "event_act", "rerate_mark", "outbox", "audit")
ORDER = {"source": "orders", "kind": "key_supervision", "basis": "管理规定", "document": "7号"}
LIFTING = {"on": "2026-06-16", "reference": "9号", "reason": "已整改到位"}
STRUCK = {"source": "court", "source_ref": "1", "act": "annulment", "acted_on": "2026-06-16", "reason": "复议撤销"}
HANDLER, APPROVER = (
    Actor("token", role.value, role, authority=town.AUTHORITY) for role in (Role.HANDLER, Role.APPROVER)
)


def impose(url: str, record: int, ref: str) -> None:
    body = {**ORDER, "record": record, "source_ref": ref, "starts_on": "2026-03-20"}
    _write(url, HANDLER, lambda uow: evidence.impose_measure(uow=uow, body=body))


def lift(url: str, number: int) -> None:
    _write(url, APPROVER, lambda uow: evidence.lift_measure(uow=uow, measure_id=number, body=LIFTING))


def strike(url: str, record: int) -> None:
    _write(
        url,
        APPROVER,
        lambda uow: evidence.record_act(
            uow=uow, event_id=record, body=STRUCK, catalogue=evidence.read_catalogue(uow.session)
        ),
    )


def _write(url: str, actor: Actor, act: Callable[[Any], object]) -> None:
    with closing(Database(url, clock=FixedClock(ELIGIBLE))) as database, database.unit_of_work(actor) as uow:
        act(uow)


def states(database: Database, key: str) -> dict[int, str]:
    with database.reader() as session:
        found = evidence.entity_measures(session, HANDLER, key, now=ELIGIBLE)
    return {one["id"]: one["state"] for one in found}


def test_a_measure_and_what_lifts_it_stand_once_or_not_at_all(database_url: str) -> None:
    with closing(Database(database_url, clock=FixedClock(ELIGIBLE))) as database:
        entity = fined(database)
        kept = partial(once_or_not_at_all, database, database_url, names=STORED)
        imposed = kept(partial(impose, database_url, entity.record, "1"), ("measure", "outbox"))
        assert imposed == {"measure": 1, "outbox": 1, "audit": 1}
        impose(database_url, entity.record, "2")
        first, second = states(database, entity.key)
        lifted = kept(partial(lift, database_url, first), ("measure_act", "outbox"))
        assert lifted == {"measure_act": 1, "outbox": 1, "audit": 1}
        assert states(database, entity.key) == {first: "lifted", second: "in_force"}
        told = kept(partial(strike, database_url, entity.record), ("measure_act",))
        assert told == {"measure_act": 1, "event_act": 1, "rerate_mark": 1, "outbox": 2, "audit": 1}, (
            "partners hear of both"
        )
        assert states(database, entity.key) == {first: "lifted", second: "lifted"}
