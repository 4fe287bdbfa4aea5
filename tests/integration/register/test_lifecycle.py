"""What several people decide together, and what time decides alone."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest
from sqlalchemy import text

from service import register
from service.platform import Actor, Database, Problem, Role
from service.register.queries import same_names
from tests.builders.entities import entered
from tests.integration.register.conftest import ADMINISTRATOR

DAY = date(2026, 2, 1)


def person(name: str) -> Actor:
    return Actor(kind="token", id=name, role=Role.HANDLER, regions=("110105",))


def report(database: Database, who: str = "a", *, on: date = DAY) -> int:
    with database.unit_of_work(person(who)) as uow:
        return register.report_unreachable(uow, key="own:E1", found_on=on, evidence="上门记录 1").id


def step(database: Database, number: int, who: str, name: Literal["confirmed", "reviewed", "dismissed"]) -> str | None:
    with database.unit_of_work(person(who)) as uow:
        taken = register.take_unreachable_step(uow, report_id=number, step=name, found_on=DAY, evidence="核实记录")
        return taken.due


def facts(database: Database, key: str = "own:E1") -> register.EntityFacts:
    with database.reader() as session:
        number = register.resolve(session, [key])[key]
        return register.facts(session, [number], position=None)[number]


def test_three_people_make_an_entity_unreachable_from_the_day_it_was_reported(database: Database) -> None:
    entered(database, ADMINISTRATOR)
    number = report(database, "a")
    assert facts(database).status == "active"
    assert step(database, number, "b", "confirmed") == "reviewed"
    assert facts(database).status == "active"
    assert step(database, number, "c", "reviewed") is None

    assert (facts(database).status, facts(database).status_on) == ("unreachable", DAY)
    with database.reader() as session:
        actions = session.scalars(text("SELECT action FROM audit WHERE subject = 'own:E1' ORDER BY id")).all()
        people = session.scalars(text("SELECT person FROM unreachable_step ORDER BY id")).all()
    assert actions[1:] == [
        "register.unreachable_reported",
        "register.unreachable_confirmed",
        "register.unreachable_reviewed",
        "register.entity_unreachable",
    ]
    assert people == ["token:a", "token:b", "token:c"]
    with pytest.raises(Problem, match="unreachable_already"):
        report(database, "d")


@pytest.mark.parametrize("again", ["a", "b"])
def test_nobody_takes_two_steps(database: Database, again: str) -> None:
    entered(database, ADMINISTRATOR)
    number = report(database, "a")
    with pytest.raises(Problem, match="unreachable_same_person"):
        step(database, number, "a", "confirmed")
    step(database, number, "b", "confirmed")
    with pytest.raises(Problem, match="unreachable_same_person"):
        step(database, number, again, "reviewed")
    assert facts(database).status == "active"


def test_steps_come_in_their_order_and_a_dismissed_report_is_closed(database: Database) -> None:
    entered(database, ADMINISTRATOR)
    number = report(database)
    with pytest.raises(Problem, match="unreachable_wrong_step") as refused:
        step(database, number, "b", "reviewed")
    assert refused.value.params == {"expected": "confirmed"}
    with pytest.raises(Problem, match="unreachable_open"):
        report(database, "b")
    assert step(database, number, "b", "dismissed") is None
    with pytest.raises(Problem, match="unreachable_closed"):
        step(database, number, "c", "confirmed")
    assert report(database, "a") != number


def test_a_report_names_a_known_entity_a_past_day_and_stays_in_scope(database: Database) -> None:
    with pytest.raises(Problem, match="entity_not_found"):
        report(database)
    entered(database, ADMINISTRATOR)
    with pytest.raises(Problem, match="entity_day_in_future"):
        report(database, on=date(2026, 3, 3))
    number = report(database, on=date(2026, 3, 2))
    outsider = Actor(kind="token", id="x", role=Role.APPROVER, regions=("110108",))
    with pytest.raises(Problem, match="entity_out_of_scope"), database.unit_of_work(outsider) as uow:
        register.take_unreachable_step(uow, report_id=number, step="confirmed", found_on=DAY, evidence="x")
    with pytest.raises(Problem, match="unreachable_not_found"):
        step(database, number + 1, "b", "confirmed")


def test_a_suspension_ends_by_itself_after_its_longest_stay_on_the_day(database: Database) -> None:
    entered(database, ADMINISTRATOR, status="suspended", status_on="2023-03-03", status_evidence="歇业备案")
    entered(database, ADMINISTRATOR, "own:E2", name="另一家")
    local_midnight = datetime(2026, 3, 2, 16, tzinfo=UTC)

    with database.unit_of_work(ADMINISTRATOR, now=local_midnight - timedelta(seconds=1)) as uow:
        assert register.end_statuses(uow) == 0
    with database.unit_of_work(ADMINISTRATOR, now=local_midnight) as uow:
        register.change_entity(uow, key="own:E1", change={"name": "改名不受影响"})
    with database.unit_of_work(ADMINISTRATOR, now=local_midnight) as uow:
        assert register.end_statuses(uow) == 1

    assert (facts(database).status, facts(database).status_on) == ("active", date(2026, 3, 3))
    with database.unit_of_work(ADMINISTRATOR, now=local_midnight) as uow:
        assert register.end_statuses(uow) == 0


def test_a_stay_that_ends_by_itself_does_not_begin_anew_with_a_later_day(database: Database) -> None:
    stay = {"status": "suspended", "status_evidence": "歇业备案"}
    entered(database, ADMINISTRATOR, status_on="2025-03-03", **stay)
    with pytest.raises(Problem) as refused, database.unit_of_work(ADMINISTRATOR) as uow:
        register.change_entity(uow, key="own:E1", change={**stay, "status_on": "2025-03-04"})
    assert [(fault.code, fault.pointer, fault.params) for fault in refused.value.errors] == [
        ("entity_status_renewed", "/status_on", {"since": "2025-03-03"})
    ]
    assert facts(database).status_on == date(2025, 3, 3)


def test_an_earlier_day_corrects_a_stay_and_a_new_one_begins_after_its_end(database: Database) -> None:
    stay = {"status": "suspended", "status_evidence": "歇业备案"}
    entered(database, ADMINISTRATOR, status_on="2025-03-03", **stay)
    for change in ({**stay, "status_on": "2025-03-01"}, {"status": "active"}, {**stay, "status_on": "2025-06-01"}):
        with database.unit_of_work(ADMINISTRATOR) as uow:
            register.change_entity(uow, key="own:E1", change=change)
    assert facts(database).status_on == date(2025, 6, 1)


def test_equal_names_are_decided_once_with_a_reason_and_nothing_is_merged(database: Database) -> None:
    entered(database, ADMINISTRATOR, "own:1", name="同名书店")
    entered(database, ADMINISTRATOR, "own:2", name="同名书店")
    with database.reader() as session:
        (pair,) = same_names(session, person("a"), decided=False, limit=10)
        assert same_names(session, Actor("token", "x", Role.HANDLER, regions=("110108",)), decided=False, limit=9) == []
    assert (pair.low, pair.high, pair.decision) == ("own:1", "own:2", None)
    with database.unit_of_work(person("a")) as uow:
        register.decide_same_name(uow, proposal=pair.id, decision="different", reason="两处地址")

    with pytest.raises(Problem, match="same_name_decided"), database.unit_of_work(person("b")) as uow:
        register.decide_same_name(uow, proposal=pair.id, decision="same", reason="x")
    with pytest.raises(Problem, match="same_name_not_found"), database.unit_of_work(person("b")) as uow:
        register.decide_same_name(uow, proposal=pair.id + 1, decision="same", reason="x")
    with database.reader() as session:
        assert same_names(session, person("a"), decided=False, limit=10) == []
        assert same_names(session, person("a"), decided=True, limit=10)[0].decided_by == "token:a"
    assert facts(database, "own:1").name == facts(database, "own:2").name
