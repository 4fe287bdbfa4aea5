"""Who moved about the freeze of a real draw: kept back, put right in time, left out; who is told what, and when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from service.platform import FixedClock, seal
from service.ratings import drain
from service.register import change_entity
from tests.api.inspections.test_draws import committed, concluded, done, refused
from tests.builders import drawing
from tests.builders.partners import rows
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

    Caller = Callable[..., FlaskClient]

LONG_BEFORE = drawing.at(drawing.FREEZING) - timedelta(days=60)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(LONG_BEFORE)


@pytest.fixture
def ids(assembly: web.Assembly, clock: FixedClock) -> list[int]:
    """A district that is known for two months when its draw is frozen."""
    found = drawing.district(assembly.database, 12, fined=2)
    seal(assembly.database)
    clock.advance(timedelta(days=50))
    return found


@pytest.fixture
def staff(caller: Caller) -> dict[str, FlaskClient]:
    roles = ("handler", "approver", "auditor", "administrator")
    system = caller("handler", authority=drawing.HERE, sources=("cases",))
    here = {role: caller(role, authority=drawing.HERE) for role in roles}
    return {**here, "custodian": caller("partner"), "system": system}


def drawn(assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient]) -> str:
    """A draw up to its result; returns its number."""
    clock.advance(drawing.at(drawing.FREEZING) - clock.now())
    number = committed(assembly.database, staff)
    seal(assembly.database)
    concluded(clock, staff, number)
    return number


def struck(staff: dict[str, FlaskClient], assembly: web.Assembly, entity: int, on: str) -> None:
    ((event,),) = rows(assembly.database, "SELECT id FROM event WHERE entity_id = :id", id=entity)
    body = {"source": "cases", "source_ref": f"a{event}", "act": "annulment", "acted_on": on, "reason": "quashed"}
    done(staff["system"].post(f"/v1/events/{event}/acts", json=body), 201)
    drain(database=assembly.database)


def told(client: FlaskClient, number: str) -> dict[str, Any]:
    (part,) = done(client.get(f"/v1/draws/{number}/moves/entities"))["parts"]
    return {one["entity"]: one for one in part["entities"]}


def counts_tell_nobody(anonymous: FlaskClient, number: str, found: dict[str, Any]) -> None:
    public = done(anonymous.get(f"/v1/draws/{number}/moves"))
    (part,) = public["parts"]
    assert (part["frame"], part["moved"], part["back_dated"], "entities" in part) == (12, 4, 1, False)
    counted = {(row["turn"], row["back_dated"]) for row in part["counts"]}
    assert counted == {("before", False), ("since", True), ("later", True), ("later", False)}
    assert sum(row["entities"] for row in part["counts"]) == 5, "who turned twice is counted under both"
    assert not any(key in anonymous.get(f"/v1/draws/{number}/moves").get_data(as_text=True) for key in found)


def test_what_is_recorded_about_a_freeze_is_told_of_whom_it_moved(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], ids: list[int], anonymous: FlaskClient
) -> None:
    database = assembly.database
    freed, kept_back, punished, left = (town.key_of(database, ids[place]) for place in (0, 2, 3, 4))
    struck(staff, assembly, ids[0], "2023-08-13")
    with database.unit_of_work(town.OPERATOR) as uow:
        gone = {"status": "moved_out", "status_on": "2023-08-10", "status_evidence": "notice/9"}
        change_entity(uow, key=left, change=gone)
    number = drawn(assembly, clock, staff)
    refused(anonymous.get(f"/v1/draws/{number}/moves"), "draw_names_hidden")
    refused(staff["auditor"].get(f"/v1/draws/{number}/moves/entities"), "draw_names_hidden")
    done(staff["approver"].post(f"/v1/draws/{number}/dispatch"))
    clock.advance(timedelta(days=5))
    town.punish(database, ids[2], on=date(2023, 8, 20))
    town.punish(database, ids[3], on=date(2023, 8, 28))
    drain(database=database)
    seal(database)
    clock.advance(timedelta(minutes=1))

    found = told(staff["auditor"], number)
    assert {key: one["turns"] for key, one in found.items()} == {
        freed: ["before"],
        left: ["before"],
        kept_back: ["since", "later"],
        punished: ["later"],
    }
    tiers = [(found[freed][at] or {}).get("tier") for at in ("was", "stood")]
    assert (tiers, found[freed]["became"] != "out", found[freed]["back_dated"]) == (["D", "A"], True, False)
    (act,) = found[freed]["records"]
    assert (act["what"], act["detail"], act["source"], act["dated_on"]) == ("act", "annulment", "cases", "2023-08-13")

    out = found[left]
    assert (out["was"]["state"], out["stood"]["state"], out["stood"]["reason"]) == ("in", "out", "moved")
    (change,) = out["records"]
    assert (out["became"], change["what"], change["detail"], change["dated_on"]) == (
        "out", "register", "status", "2023-08-10",
    )  # fmt: skip

    late = found[kept_back]
    assert ([late[at]["tier"] for at in ("stood", "now")], late["back_dated"]) == (["A", "D"], True)
    assert (late["expected_tier"], late["last_tier"]) == ("A", "D")
    (event,) = late["records"]
    assert (event["dated_on"], event["back_dated"], event["recorded_at"] > "2023-08-23T23") == (
        "2023-08-20",
        True,
        True,
    )
    after = found[punished]
    assert (after["stood"]["tier"], after["now"]["tier"], after["last_tier"], after["back_dated"]) == (
        "A",
        "A",
        "D",
        False,
    )
    counts_tell_nobody(anonymous, number, found)


def test_rows_are_for_auditors_and_administrators_and_each_look_is_noted(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], ids: list[int], caller: Caller
) -> None:
    assert ids
    number = drawn(assembly, clock, staff)
    done(staff["approver"].post(f"/v1/draws/{number}/dispatch"))
    place = f"/v1/draws/{number}/moves/entities"
    assert told(staff["auditor"], number) == told(staff["administrator"], number) == {}, "nothing was recorded"
    refused(staff["handler"].get(place), "forbidden")
    refused(caller("auditor", authority="bj-culture-110105").get(place), "out_of_scope")
    ((looks,),) = rows(assembly.database, "SELECT count(*) FROM query_log WHERE purpose = 'draw_moves'")
    assert looks == 2


def test_a_record_that_comes_after_those_days_is_told_if_it_is_dated_within_them(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], ids: list[int]
) -> None:
    database = assembly.database
    number = drawn(assembly, clock, staff)
    done(staff["approver"].post(f"/v1/draws/{number}/dispatch"))
    clock.advance(timedelta(days=40))
    held_back, seen, old = (town.key_of(database, ids[place]) for place in (2, 3, 4))
    town.punish(database, ids[2], on=date(2023, 8, 1))
    drawing.inspected(database, ids[3], date(2023, 8, 2))
    town.punish(database, ids[4], on=date(2023, 6, 1))
    town.punish(database, ids[5], on=date(2023, 10, 1))
    seal(database)
    found = told(staff["auditor"], number)
    assert {key: (one["turns"], one["back_dated"]) for key, one in found.items()} == {
        held_back: (["since", "later"], True),
        seen: (["since"], True),
    }, f"not {old}, which was dated before, nor the one dated after"
    places = [found[seen][at]["stratum"] for at in ("stood", "now")]
    assert (places, found[seen]["records"][0]["what"]) == (["never_inspected", "recent"], "inspection"), (
        "a visit of then, that nobody had recorded, would have made it less likely to be drawn"
    )


def test_an_earlier_visit_that_was_written_down_shortly_before_the_freeze_is_told(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], ids: list[int]
) -> None:
    drawing.inspected(assembly.database, ids[5], date(2023, 6, 1))
    number = drawn(assembly, clock, staff)
    done(staff["approver"].post(f"/v1/draws/{number}/dispatch"))
    ((key, one),) = told(staff["auditor"], number).items()
    assert (key, one["turns"], one["back_dated"]) == (town.key_of(assembly.database, ids[5]), ["before"], False)
    assert [one[at]["stratum"] for at in ("was", "stood")] == ["never_inspected", "A"]
    assert [(record["what"], record["dated_on"]) for record in one["records"]] == [("inspection", "2023-06-01")]


def test_public_counts_are_kept_for_an_hour_and_hidden_at_once_when_a_draw_is_void(
    assembly: web.Assembly,
    clock: FixedClock,
    staff: dict[str, FlaskClient],
    ids: list[int],
    anonymous: FlaskClient,
    caller: Caller,
) -> None:
    number = drawn(assembly, clock, staff)
    done(staff["approver"].post(f"/v1/draws/{number}/dispatch"))
    place = f"/v1/draws/{number}/moves"
    before = done(anonymous.get(place))
    town.punish(assembly.database, ids[2], on=date(2023, 8, 20))
    seal(assembly.database)
    assert done(anonymous.get(place)) == before
    assert len(told(staff["auditor"], number)) == 1, "rows are always of now"
    clock.advance(timedelta(minutes=60))
    assert [part["moved"] for part in done(anonymous.get(place))["parts"]] == [1]
    done(staff["handler"].post(f"/v1/draws/{number}/void-proposals", json={"reason": "court_order"}), 204)
    done(caller("approver", authority=drawing.ABOVE).post(f"/v1/draws/{number}/void"))
    refused(anonymous.get(place), "draw_names_hidden")
