"""The frame and the load of a task: who stands where, how many are drawn, what is short."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from service.inspections.plans import (
    Feasibility,
    draft_plan,
    eligible,
    feasibility,
    frame_of,
    put_task,
    remaining,
    task_of,
)
from service.inspections.plans.schemas import TaskSchema
from service.platform import Database, FixedClock, Problem
from service.register import change_entity
from tests.builders import planning
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session


NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, clock=FixedClock(NOW))
    yield database
    database.close()


def planned(database: Database, **said: Any) -> str:  # noqa: ANN401 fields of the task
    with database.unit_of_work(town.OPERATOR) as uow:
        plan = draft_plan(
            uow,
            authority=planning.HERE,
            year=2026,
            names={"zh": "计划", "en": "Plan"},
            special=True,
            reason="a campaign",
        )
        body = TaskSchema().dump(TaskSchema().load(planning.task(**said)))
        return put_task(uow, plan=plan, body=body)


def reported(session: Session, number: str, used: dict[str, int] | None = None) -> Feasibility:
    task = task_of(session, number)
    return feasibility(session, task, left=remaining(eligible(session, task), used or {}))


def test_each_entity_stands_in_its_stratum_or_out_by_its_record(database: Database) -> None:
    ids = planning.district(database, 6, fined=1)
    planning.inspected(database, ids[0], date(2026, 5, 20))
    planning.inspected(database, ids[1], date(2026, 5, 20))
    for day in (5, 6):
        planning.inspected(database, ids[2], date(2026, 3, day))
    planning.inspected(database, ids[3], date(2025, 3, 5))
    with database.unit_of_work(town.OPERATOR) as uow:
        change_entity(
            uow,
            key=town.key_of(database, ids[4]),
            change={"status": "suspended", "status_on": "2026-05-01", "status_evidence": "notice/5"},
        )
    number = planned(database)
    with database.reader() as session:
        frame = frame_of(session, task_of(session, number))
    stood = {frame.holders[row.code].id: (row.stratum, row.reason, row.basis) for row in frame.rows}
    assert stood[ids[0]] == ("D", "", ""), "the interval of tier A does not hold for D"
    assert stood[ids[1]] == ("recent", "", "")
    assert stood[ids[2]][:2] == ("", "cap")
    assert stood[ids[3]] == ("A", "", "")
    assert stood[ids[4]] == ("", "suspended", "notice/5")
    assert stood[ids[5]] == ("never_inspected", "", "")
    assert [row.code for row in frame.rows] == sorted(row.code for row in frame.rows)
    sizes = {one.stratum: (one.size, one.draw, one.clause) for one in frame.strata}
    assert sizes == {"A": (1, 1, "2"), "D": (1, 1, "2"), "never_inspected": (1, 1, "2"), "recent": (1, 1, "2")}


def test_the_report_states_every_shortage(database: Database) -> None:
    planning.district(database, 30, fined=30)
    sizes = [{"stratum": "never_inspected", "ratio": [1, 2], "at_least": 40, "clause": "decision 3"}]
    number = planned(database, sizes=sizes, seats=[{"skills": ["leader"]}, {"skills": ["fire"]}])
    with database.reader() as session:
        report = reported(session, number).document()
    assert (report["visits"], report["feasible"]) == (30, False)
    assert [(seat["inspectors"], seat["needed"]) for seat in report["seats"]] == [(1, 30), (0, 30)]
    short = {one["what"]: (one["needed"], one["capacity"]) for one in report["shortages"]}
    assert short == {"seat": (30, 0), "stratum": (40, 30), "inspector_days": (60, 34)}  # two of them, 17 weekdays


def test_a_draw_that_cannot_give_the_least_number_of_visits_says_so(database: Database) -> None:
    ids = planning.district(database, 5, fined=5)
    for number in ids:
        planning.inspected(database, number, date(2025, 1, 9))
    number = planned(database, sizes=[{"stratum": "D", "ratio": [1, 5], "clause": "decision 4"}])
    with database.reader() as session:
        report = reported(session, number).document()
    assert report["feasible"] is True
    (unmet,) = report["minimum_out_of_reach"]
    assert (unmet["stratum"], unmet["min_per_year"], unmet["not_drawn"]) == ("D", 2, 4)


WEIGHED: dict[str, Any] = {
    "order": "pareto",
    "sizes": [{"stratum": "weighted", "ratio": [1, 2], "clause": "decision 5"}],
}


def test_weighed_tiers_each_have_their_chance_and_the_report_tells_it(database: Database) -> None:
    ids = planning.district(database, 12, fined=2)
    for number in ids:
        planning.inspected(database, number, date(2025, 1, 9))
    weights = [{"tier": "A", "weight": 1, "clause": "decision 5"}, {"tier": "D", "weight": 2, "clause": "decision 5"}]
    number = planned(database, **WEIGHED, weights=weights)
    with database.reader() as session:
        report = reported(session, number).document()
    (size,) = report["strata"]
    assert (size["stratum"], size["order"], size["size"], size["draw"]) == ("weighted", "pareto", 12, 6)
    assert report["inclusion"] == [
        {"tier": "A", "weight": 1, "entities": 10, "probability": [6, 14]},
        {"tier": "D", "weight": 2, "entities": 2, "probability": [12, 14]},
    ]
    (unmet,) = report["minimum_out_of_reach"]
    assert (unmet["stratum"], unmet["not_drawn"]) == ("D", 1)


def test_a_tier_that_nobody_has_weighed_is_refused(database: Database) -> None:
    (one,) = planning.district(database, 1)
    planning.inspected(database, one, date(2025, 1, 9))
    weights = [{"tier": "D", "weight": 2, "clause": "decision 5"}]
    number = planned(database, **WEIGHED, weights=weights)
    with database.reader() as session, pytest.raises(Problem) as refused:
        frame_of(session, task_of(session, number))
    assert (refused.value.code, refused.value.pointer) == ("stratum_refused", "/weights")


def test_a_certificate_that_ends_within_the_window_is_no_capacity(database: Database) -> None:
    planning.district(database, 3)
    number = planned(database, last_day="2026-12-30", deadline="2026-12-31")
    late = planned(database, last_day="2027-01-02", deadline="2027-02-01")
    with database.reader() as session:
        assert reported(session, number).feasible
        report = reported(session, late)
    assert not report.feasible
    assert [seat.inspectors for seat in report.seats] == [0, 0]


def test_a_total_is_shared_out_by_size_and_ratio(database: Database) -> None:
    ids = planning.district(database, 12, fined=4)
    for number in ids:
        planning.inspected(database, number, date(2025, 1, 9))
    number = planned(database, total=6)
    with database.reader() as session:
        strata = frame_of(session, task_of(session, number)).strata
    assert {one.stratum: (one.size, one.draw) for one in strata} == {"A": (8, 2), "D": (4, 4)}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"regions": ["310000"]}, "frame_empty"),
        ({"cut_off_day": "2014-12-31"}, "frame_empty"),
        ({"cut_off_day": "2019-12-31"}, "task_without_rulebook"),
    ],
)
def test_a_task_without_anyone_or_without_law_is_refused(database: Database, said: dict[str, Any], code: str) -> None:
    planning.district(database, 2)
    number = planned(database, **said)
    with database.reader() as session, pytest.raises(Problem) as refused:
        frame_of(session, task_of(session, number))
    assert refused.value.code == code


def test_a_stratum_without_a_ratio_must_be_given_one(database: Database) -> None:
    frequencies = planning.FREQUENCIES.partition("[frequency.unrated]")[0]
    planning.district(database, 2, frequencies=frequencies)
    with database.unit_of_work(town.OPERATOR) as uow:
        unrated = town.entity(uow.session, audit_id=uow.audit("test.registered", "town", {}))
    planning.inspected(database, unrated, date(2025, 1, 9))
    without = planned(database)
    given = planned(database, sizes=[{"stratum": "unrated", "ratio": [1, 3], "clause": "decision 5"}])
    with database.reader() as session:
        with pytest.raises(Problem) as refused:
            frame_of(session, task_of(session, without))
        strata = frame_of(session, task_of(session, given)).strata
    assert (refused.value.code, "unrated" in refused.value.text("en").detail) == ("stratum_refused", True)
    assert {one.stratum: one.clause for one in strata} == {"never_inspected": "2", "unrated": "decision 5"}
