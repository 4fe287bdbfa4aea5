"""What takes two persons, killed at each point: proposed once, decided once, and recorded with its decision or not."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from service import evidence
from service.evidence.usecases import decide_act, propose_act
from service.platform import Actor, Database, FixedClock, Problem, Role
from tests.builders.partners import rows
from tests.builders.repair_town import ELIGIBLE, fined
from tests.faults.once import once_or_not_at_all
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

STORED = ("event_act", "event_act_proposal", "event_act_decision", "measure_act", "rerate_mark", "outbox", "audit")
ORDER = {"source": "orders", "source_ref": "1", "kind": "key_supervision", "basis": "管理规定", "document": "7号"}
STRUCK = {"source": "desk", "source_ref": "1", "act": "annulment", "acted_on": "2026-06-16", "reason": "复议撤销"}
HANDLER, APPROVER = (
    Actor("token", role.value, role, authority=town.AUTHORITY) for role in (Role.HANDLER, Role.APPROVER)
)


def _write(url: str, actor: Actor, act: Callable[[Any], object]) -> None:
    with closing(Database(url, clock=FixedClock(ELIGIBLE))) as database, database.unit_of_work(actor) as uow:
        act(uow)


def propose(url: str, record: int) -> None:
    def act(uow: Any) -> None:  # noqa: ANN401 - a unit of work
        propose_act(uow=uow, event_id=record, body=STRUCK, catalogue=evidence.read_catalogue(uow.session))

    _write(url, HANDLER, act)


def confirm(url: str, proposal: int) -> None:
    def act(uow: Any) -> None:  # noqa: ANN401 - a unit of work
        known = evidence.read_catalogue(uow.session)
        decide_act(uow=uow, proposal_id=proposal, outcome="confirmed", reason="已核对", catalogue=known)

    _write(url, APPROVER, act)


def test_an_act_of_two_persons_is_proposed_and_takes_effect_once_or_not_at_all(database_url: str) -> None:
    with closing(Database(database_url, clock=FixedClock(ELIGIBLE))) as database:
        entity = fined(database)
        order = {**ORDER, "record": entity.record, "starts_on": "2026-03-20"}
        _write(database_url, HANDLER, lambda uow: evidence.impose_measure(uow=uow, body=order))
        kept = partial(once_or_not_at_all, database, database_url, names=STORED)
        proposed = kept(partial(propose, database_url, entity.record), ("event_act_proposal", "audit"))
        assert proposed == {"event_act_proposal": 1, "audit": 1}
        propose(database_url, entity.record)
        ((number,),) = rows(database, "SELECT id FROM event_act_proposal")
        points = ("event_act", "measure_act", "outbox", "rerate_mark", "event_act_decision", "audit")
        done = kept(partial(confirm, database_url, number), points)
        assert (done["event_act"], done["event_act_decision"], done["measure_act"], done["rerate_mark"]) == (1, 1, 1, 1)
        assert "event_act_proposal" not in done, "what is proposed again is the same proposal"
        with pytest.raises(Problem, match="act_proposal_closed"):
            confirm(database_url, number)
