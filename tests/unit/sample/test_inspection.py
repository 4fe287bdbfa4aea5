"""The invented city's inspection: a task and a roster as callers would write them, findings that repeat."""

from __future__ import annotations

from datetime import date

from service import sample
from service.inspections.plans.schemas import TaskSchema
from service.register import seeds
from service.register.inspecting.schemas import InspectorSchema

TODAY = date(2026, 11, 21)
CITY = sample.City(seed="xinjian", size=1_000, until=TODAY)
CHECKLIST = [{"item": "ITEM-VENUE-01", "entry": entry} for entry in ("minors", "licence", "safety")]


def test_the_task_is_one_that_a_plan_takes() -> None:
    task = TaskSchema().load(sample.inspection_task(TODAY))
    assert (task["cut_off_day"], task["channel"]) == (TODAY, "random")
    assert task["first_day"].year == TODAY.year
    shipped = {item["code"]: item for item in seeds.inspection_items()}
    assert all(set(task["kinds"]) <= set(shipped[code]["kinds"]) for code in task["items"])


def test_the_roster_is_lawful_the_same_each_time_and_has_leaders() -> None:
    roster = list(sample.roster(CITY, TODAY))
    assert roster == list(sample.roster(CITY, TODAY))
    InspectorSchema(many=True).load(roster)
    assert len({one["code"] for one in roster}) == len(roster)
    assert 1 < sum("leader" in one["skills"] for one in roster) < len(roster)
    assert all(
        one["certificates"][0]["valid_from"] < TODAY.isoformat() < one["certificates"][0]["valid_to"] for one in roster
    )


def test_the_announcements_hold_enough_chance_for_a_draw() -> None:
    digits = sum(source["count"] for source in sample.announcements(TODAY))
    assert 10**digits >= 2**64


def test_a_visit_finds_the_same_again_and_says_something_of_every_entry() -> None:
    first = sample.findings(CITY, "own:E1", CHECKLIST)
    assert first == sample.findings(CITY, "own:E1", CHECKLIST)
    assert [one["entry"] for one in first] == ["minors", "licence", "safety"]


def test_visits_find_at_most_one_problem_and_as_often_as_the_true_risk_of_the_place() -> None:
    keys = [f"own:E{number}" for number in range(600)]
    made = {key: sample.findings(CITY, key, CHECKLIST) for key in keys}
    failed = {key: sum(one["result"] == "fail" for one in found) for key, found in made.items()}
    assert set(failed.values()) == {0, 1}
    true = sum(sample.true_risk(CITY, key) for key in keys)
    assert abs(sum(failed.values()) - true) < 4 * true**0.5
    severities = {one["severity"] for found in made.values() for one in found if one["result"] == "fail"}
    assert severities == {"minor", "general", "serious"}
