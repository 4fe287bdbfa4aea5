"""Repair by expiry: of what came due alone, once, and nothing that fails or waits holds back the rest."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from service.editions import put_in_force
from service.evidence import owned_record
from service.publicity import over_records
from tests.builders import publishing
from tests.builders.repair_town import DECIDED, HEAD
from tests.builders.repairing import repair_text
from tests.integration.ratings import town
from workers.jobs import repair_expiry

if TYPE_CHECKING:
    import pytest

    from tests.api.repairs.conftest import Town

OVER = date(2027, 3, 16)
LATER = 300
"""Days to 12 April 2027: the year of a general record ended on 15 March."""
EXPIRY = 'on_expiry = { text = { zh = "期满自动修复" } }\n'
ZERO = '\n[[repair.effect]]\neffect = "zero_points"\n'


def run(place: Town) -> None:
    repair_expiry.run(place.database)


def repaired_on(place: Town, record: int) -> date | None:
    with place.database.reader() as session:
        found = owned_record(session, record)
    assert found is not None
    return found.known.event.repaired_on


def waiting(place: Town) -> list[int]:
    """The records that a run would look at."""
    with place.database.reader() as session:
        return [one.event for one in over_records(session, after=0, limit=100)]


def cases(place: Town) -> int:
    return len(place.handler.get("/v1/repairs").json["items"])


def nearer_law(place: Town, number: int, *, without: str = "") -> None:
    """Another law of repair, for a smaller and smaller place around the cinema."""
    region = ("110100", "110101")[number]
    words = repair_text({without: ""} if without else {}, head=HEAD.replace("110000", region))
    words = words.replace('"t.1"', f'"near{number}.1"').replace('rulebook = "t"', f'rulebook = "near{number}"')
    with place.database.unit_of_work(town.OPERATOR) as uow:
        put_in_force(uow=uow, text=words, reason="test")


def another_fine(place: Town) -> int:
    days = {"performed_on": DECIDED + timedelta(4), "corrected_on": DECIDED}
    return town.punish(place.database, place.entity_id, on=DECIDED, severity="general", **days)


def test_a_run_looks_only_at_what_came_due_and_leaves_nothing_to_look_at(place: Town) -> None:
    run(place)
    assert waiting(place) == []
    place.clock.advance(timedelta(days=LATER))
    run(place)
    assert (repaired_on(place, place.record), waiting(place), cases(place)) == (OVER, [], 1)
    with place.database.reader() as session:
        before = session.execute(text("SELECT count(*) FROM audit")).scalar_one()
    run(place)
    with place.database.reader() as session:
        looked = session.scalars(text("SELECT action FROM audit ORDER BY id OFFSET :n"), {"n": before}).all()
    assert looked == ["publicity.looked"], "once more, for the repair; then never again"


def test_what_a_law_without_such_repair_left_is_repaired_by_the_law_that_has_it(place: Town) -> None:
    nearer_law(place, 0, without=EXPIRY)
    place.clock.advance(timedelta(days=LATER))
    run(place)
    assert (repaired_on(place, place.record), waiting(place)) == (None, []), "settled: nothing to do"
    nearer_law(place, 1)
    run(place)
    assert repaired_on(place, place.record) == OVER


def test_a_record_with_an_open_case_waits_and_is_repaired_when_the_case_is_over(place: Town) -> None:
    place.clock.advance(timedelta(days=272))  # 15 March 2027, the last day
    number = place.opened()
    place.clock.advance(timedelta(days=1))
    run(place)
    assert (repaired_on(place, place.record), waiting(place)) == (None, [place.record])
    place.does(place.entity, number, "withdrawal")
    run(place)
    assert (repaired_on(place, place.record), waiting(place)) == (OVER, [])


def test_a_correction_brings_back_what_was_not_over(place: Town) -> None:
    publishing.act(place.database, place.record, "correction", DECIDED, changes={"severity": "serious"})
    place.clock.advance(timedelta(days=LATER))
    run(place)
    assert repaired_on(place, place.record) is None, "three years for a serious record"
    publishing.act(place.database, place.record, "correction", DECIDED + timedelta(1), changes={"severity": "general"})
    run(place)
    assert repaired_on(place, place.record) == OVER


def test_one_that_fails_does_not_hold_back_the_others(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    other = another_fine(place)
    place.clock.advance(timedelta(days=LATER))
    repair = repair_expiry.repair_expired

    def failing(*given: object, record: int, since: date) -> str | None:
        if record == place.record:
            raise ValueError(record)
        return repair(*given, record=record, since=since)  # type: ignore[arg-type] # passed on as it came

    with monkeypatch.context() as patched:
        patched.setattr(repair_expiry, "repair_expired", failing)
        run(place)
    assert (repaired_on(place, place.record), repaired_on(place, other)) == (None, OVER)
    run(place)
    assert repaired_on(place, place.record) == OVER, "and it is tried again"


def test_a_law_that_only_ends_publicity_repairs_a_record_once(place: Town) -> None:
    nearer_law(place, 0, without=ZERO)
    place.clock.advance(timedelta(days=LATER))
    for _ in range(3):
        run(place)
        place.clock.advance(timedelta(days=1))
    with place.database.reader() as session:
        found = owned_record(session, place.record)
    assert found is not None
    assert (found.known.event.repaired_on, found.known.event.publicity_ends_on) == (None, OVER)
    assert (cases(place), waiting(place)) == (1, [])
