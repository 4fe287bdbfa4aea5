"""The reach of a correction over draws of other forms: weighted ones, branches whose parent answers, many frames."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from service.platform import FixedClock
from service.ratings import drain
from tests.api.inspections.test_draws import committed, done
from tests.api.inspections.test_reach import struck
from tests.builders import drawing
from tests.builders.partners import rows
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import Database, web

    Caller = Callable[..., FlaskClient]

CLAUSE = "decision 5"
WEIGHTED: dict[str, Any] = {
    "order": "pareto",
    "sizes": [{"stratum": "weighted", "ratio": [1, 2], "clause": CLAUSE}],
}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(drawing.at(drawing.FREEZING))


@pytest.fixture
def staff(caller: Caller) -> dict[str, FlaskClient]:
    made = {role: caller(role, authority=drawing.HERE) for role in ("handler", "approver", "auditor")}
    return {
        **made,
        "custodian": caller("partner"),
        "system": caller("handler", authority=drawing.HERE, sources=("cases",)),
    }


def fine_of(database: Database, entity: int) -> int:
    ((event,),) = rows(database, "SELECT id FROM event WHERE entity_id = :id", id=entity)
    return int(event)


def weights(**said: int) -> list[dict[str, Any]]:
    return [{"tier": tier, "weight": weight, "clause": CLAUSE} for tier, weight in said.items()]


def all_inspected(database: Database, ids: list[int]) -> None:
    for number in ids:
        drawing.inspected(database, number, drawing.at(drawing.FREEZING - 500 * 86_400).date())


def reach(staff: dict[str, FlaskClient], event: int) -> dict[str, Any]:
    told: dict[str, Any] = done(staff["auditor"].get(f"/v1/events/{event}/reach", headers={"Accept-Language": "en"}))
    return told


def test_a_weighted_draw_tells_the_weight_of_then_and_now(
    assembly: web.Assembly, staff: dict[str, FlaskClient]
) -> None:
    ids = drawing.district(assembly.database, 12, fined=2)
    all_inspected(assembly.database, ids[2:])
    event = fine_of(assembly.database, ids[0])
    number = committed(assembly.database, staff, **WEIGHTED, weights=weights(A=1, D=3))
    struck(staff["system"], event, "2023-08-23")
    (draw,) = reach(staff, event)["draws"]
    was, now = ((one["stratum"], one["tier"], one["weight"]) for one in (draw["was"], draw["now"]))
    assert (draw["draw"], was, now, draw["by_record"]) == (number, ("weighted", "D", 3), ("weighted", "A", 1), True)
    assert draw["unplaced"] is None


def test_a_tier_for_which_a_draw_had_no_weight_is_told_and_stops_no_answer(
    assembly: web.Assembly, staff: dict[str, FlaskClient]
) -> None:
    ids = drawing.district(assembly.database, 12, fined=12)
    event = fine_of(assembly.database, ids[0])
    number = committed(assembly.database, staff, **WEIGHTED, weights=weights(D=3))
    struck(staff["system"], event, "2023-08-23")
    told = reach(staff, event)
    (draw,) = told["draws"]
    assert (draw["draw"], draw["was"]["weight"], draw["now"], draw["by_record"]) == (number, 3, None, True)
    assert "Tier A has no weight" in draw["unplaced"]
    assert "draw_unplaced" in [one["code"] for one in told["notes"]]


_MOVE = text("""
UPDATE entity SET parent_id = :parent, body = body || jsonb_build_object('parent', CAST(:key AS text)) WHERE id = :id
""")
_MOVED = text(
    "INSERT INTO entity_version (entity_id, audit_id, body) SELECT id, :audit, body FROM entity WHERE id = :id"
)


def moved(database: Database, branch: int, before: int, parent: int) -> None:
    """The register says from now on that an entity is the branch of another one than before."""
    said = {"id": branch, "parent": parent, "key": town.key_of(database, parent)}
    with database.unit_of_work(town.OPERATOR) as uow:
        uow.session.execute(_MOVE, said)
        uow.session.execute(_MOVED, {"id": branch, "audit": uow.audit("test.moved", "town", {})})
        uow.mark([branch, before, parent], "register")


def test_a_branch_that_moved_reaches_the_tiers_and_draws_of_the_parent_that_answered_then(
    assembly: web.Assembly, staff: dict[str, FlaskClient], clock: FixedClock
) -> None:
    database = assembly.database
    answering = town.EDITION.replace('branches = "separate"', 'branches = "to_parent"')
    ids = drawing.district(database, 12, fined=0, edition=answering)
    with database.unit_of_work(town.OPERATOR) as uow:
        branch = town.entity(uow.session, audit_id=uow.audit("test.registered", "town", {}), parent=ids[0])
        uow.mark([branch], "register")
    event = town.punish(database, branch, on=drawing.at(drawing.FREEZING - 40 * 86_400).date())
    all_inspected(database, [*ids, branch])
    drain(database=database)
    number = committed(database, staff)
    clock.advance(timedelta(3))
    moved(database, branch, *ids[:2])
    drain(database=database)
    clock.advance(timedelta(3))
    left = clock.now().date() - timedelta(3)
    struck(staff["system"], event, str(clock.now().date()))
    told = reach(staff, event)
    former = town.key_of(database, ids[0])
    (stretch,) = [one for one in told["tiers"] if one["entity"] == former]
    assert (stretch["was"]["tier"], stretch["now"]["tier"], stretch["by_record"]) == ("D", "A", True)
    assert stretch["last"] == str(left - timedelta(1))
    assert {one["entity"] for one in told["tiers"]} == {town.key_of(database, one) for one in (branch, *ids[:2])}
    assert (number, former) in {(one["draw"], one["entity"]) for one in told["draws"]}


def test_a_branch_whose_parent_answers_reaches_the_parents_tier_and_draws(
    assembly: web.Assembly, staff: dict[str, FlaskClient]
) -> None:
    database = assembly.database
    answering = town.EDITION.replace('branches = "separate"', 'branches = "to_parent"')
    ids = drawing.district(database, 12, fined=0, edition=answering)
    with database.unit_of_work(town.OPERATOR) as uow:
        branch = town.entity(uow.session, audit_id=uow.audit("test.registered", "town", {}), parent=ids[0])
        uow.mark([branch], "register")
    event = town.punish(database, branch, on=drawing.at(drawing.FREEZING - 40 * 86_400).date())
    all_inspected(database, [*ids, branch])
    drain(database=database)
    number = committed(database, staff)
    struck(staff["system"], event, "2023-08-23")
    told = reach(staff, event)
    keys = {town.key_of(database, one) for one in (branch, ids[0])}
    assert {one["entity"] for one in told["tiers"]} == keys
    assert {(one["was"]["tier"], one["now"]["tier"], one["by_record"]) for one in told["tiers"]} == {("D", "A", True)}
    assert {(one["draw"], one["entity"]) for one in told["draws"]} == {(number, key) for key in keys}
    assert {(one["was"]["stratum"], one["now"]["stratum"]) for one in told["draws"]} == {("D", "A")}
    assert town.key_of(database, ids[1]) not in str(told)
