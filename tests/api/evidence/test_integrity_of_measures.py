"""What the ledger check finds of measures and of what happened to them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from service.evidence import (
    evidence_faults,
    lift_measures,
    read_catalogue,
    record_act,
    restore_measures,
    suspend_measures,
    unfinished_files,
)
from service.platform import job_actor, unentered
from tests.builders.owning import behind_the_back

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.testing import FlaskClient

    from service.platform import web

EVENT = {"source": "cases", "entity": "own:old", "code": "penalty_fine", "decided_on": "2026-03-02"}
ORDER: dict[str, Any] = {
    "source": "orders",
    "kind": "management",
    "basis": "管理规定",
    "document": "7号",
    "starts_on": "2026-03-10",
}
BODIES: tuple[dict[str, Any], ...] = (
    {"source_ref": "bare"},
    {"source_ref": "full", "authority": "bj-culture", "ends_on": "2027-03-09"},
    {"source_ref": "struck", "kind": "career_ban"},
)


@pytest.fixture(autouse=True)
def imposed(handler: FlaskClient, assembly: web.Assembly) -> list[int]:
    """Three measures on two records: the first two lifted, suspended and restored, the third lifted by an annulment."""
    first, second = (
        int(handler.post("/v1/events", json={**EVENT, "source_ref": ref}).json["id"]) for ref in ("1", "2")
    )
    numbers = []
    for body, record in zip(BODIES, (first, first, second), strict=True):
        answer = handler.post("/v1/measures", json={**ORDER, **body, "record": record})
        assert answer.status_code == 201, answer.json
        numbers.append(int(answer.json["id"]))
    said: dict[str, Any] = {"record": first, "case": "R1", "reason": "已修复"}
    struck = {"source": "court", "source_ref": "a", "act": "annulment", "acted_on": "2026-05-20", "reason": "复议"}
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        assert suspend_measures(uow=uow, **said, on=date(2026, 5, 4), until=date(2026, 5, 8)) == numbers[:2]
        assert lift_measures(uow=uow, **said, on=date(2026, 5, 6)) == numbers[:2]
        assert restore_measures(uow=uow, **said, on=date(2026, 5, 20)) == numbers[:2]
        record_act(uow=uow, event_id=second, body=struck, catalogue=read_catalogue(uow.session))
    return numbers


def faults(assembly: web.Assembly) -> Sequence[str]:
    with assembly.database.reader() as session:
        return [*evidence_faults(session), *unentered(session, waiting=unfinished_files(session))]


def test_whatever_was_ordered_is_found_as_it_came(assembly: web.Assembly) -> None:
    assert faults(assembly) == []


@pytest.mark.parametrize(
    ("place", "change"),
    [
        (0, "ends_on = '2026-03-31'"),
        (1, "ends_on = NULL"),
        (0, "kind = 'market_ban'"),
        (0, "event_id = 999"),
        (1, "authority = 'elsewhere'"),
        (1, "document = '8号'"),
    ],
)
def test_a_changed_measure_is_told(assembly: web.Assembly, imposed: list[int], place: int, change: str) -> None:
    behind_the_back(assembly.database, f"UPDATE measure SET {change} WHERE id = {imposed[place]}")  # noqa: S608 - above
    assert faults(assembly) == [f"measure {imposed[place]} is not what was recorded: the row was changed"]


@pytest.mark.parametrize(
    ("which", "change"),
    [
        ("act = 'suspended'", "until = NULL"),
        ("act = 'lifted' AND cause = 'repair'", "acted_on = '2026-05-07'"),
        ("act = 'restored'", "reference = 'R2'"),
        ("act = 'restored'", "act = 'lifted'"),
        ("cause = 'annulment'", "acted_on = '2026-05-19'"),
        ("cause = 'annulment'", "event_act_id = 999"),
        ("cause = 'annulment'", "event_act_id = NULL"),
    ],
)
def test_a_changed_act_on_a_measure_is_told(assembly: web.Assembly, which: str, change: str) -> None:
    behind_the_back(assembly.database, f"UPDATE measure_act SET {change} WHERE {which}")  # noqa: S608 - above
    told = faults(assembly)
    assert told
    assert all(one.startswith("act ") and "on a measure is not what" in one for one in told)


def test_measures_and_acts_that_are_gone_are_told(assembly: web.Assembly, imposed: list[int]) -> None:
    behind_the_back(assembly.database, f"DELETE FROM measure WHERE id = {imposed[0]}")  # noqa: S608 - a number
    behind_the_back(assembly.database, "DELETE FROM measure_act WHERE act = 'restored' OR cause = 'annulment'")
    told = faults(assembly)
    assert sum(one.endswith("names an act on a measure that is gone") for one in told) == 2
    assert f"measure {imposed[2]} stands though its record was annulled: the act that lifted it is gone" in told
    assert [one for one in told if one.endswith("names a measure that is gone or was exchanged")]


@pytest.mark.parametrize("table", ["measure", "measure_act"])
def test_a_row_put_in_without_an_entry_is_told(assembly: web.Assembly, table: str) -> None:
    behind_the_back(assembly.database, f"UPDATE {table} SET audit_id = 777777")  # noqa: S608 - a case above
    told = [one for one in faults(assembly) if one.endswith(f"of {table} name audit row 777777, which is not there")]
    assert len(told) == 1
