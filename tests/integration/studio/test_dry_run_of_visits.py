"""What a changed law does to visits and to open tasks of plans, in a district that one can count by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from service.inspections.plans import hold_task
from service.platform import Database, FixedClock, seal
from service.studio.dry_run import schemas
from service.studio.dry_run.asking import Wanted
from service.studio.dry_run.report import as_page
from service.studio.dry_run.usecases import tried
from service.studio.stock import build_stock
from tests.builders import planning
from tests.integration.ratings import town
from tests.integration.test_plan_frames import planned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
LENIENT = town.EDITION.replace("at_least = 90", "at_least = 80") + planning.FREQUENCIES
EDITION_TO_COME = LENIENT.replace('"town.2025"', '"town.2027"').replace("2020-01-01", "2027-01-01")


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """Ten cinemas, two of them in tier D, inspected two years ago; two inspectors; two tasks, one frozen."""
    database = Database(database_url, clock=FixedClock(NOW))
    for entity in planning.district(database, 10, fined=2):
        planning.inspected(database, entity, date(2024, 5, 20))
    planned(database)
    frozen = planned(database)
    with database.unit_of_work(town.OPERATOR) as uow:
        hold_task(uow, task=frozen, draw="110101-2026-00001", held=True, audit_id=uow.audit("test.held", frozen, {}))
    seal(database)
    build_stock(database=database, folder=tmp_path, keep=1)
    yield database
    database.close()


def found(database: Database, folder: Path, text: str) -> dict[str, Any]:
    with database.reader() as session:
        return tried(session, folder, town.OPERATOR, Wanted(text=text), whole=True)


def weekdays(first: date, end: date) -> int:
    return sum((first + timedelta(number)).weekday() < 5 for number in range((end - first).days))


def test_visits_follow_the_tiers_and_are_held_against_the_inspectors(database: Database, tmp_path: Path) -> None:
    said = found(database, tmp_path, LENIENT)["visits"]
    assert schemas.DryRunVisitsSchema().validate(said) == {}
    (office,) = said["authorities"]
    assert said["whole"] == {name: value for name, value in office.items() if name != "authority"}
    # eight in A are visited once in ten years, two in D twice a year: 4.8 visits; then all ten once in ten years
    assert (office["authority"], office["visits"]) == (planning.HERE, {"before": 5, "after": 1})
    # certificates end with the year 2026, so that working days are counted until then, of two inspectors
    days = 2 * weekdays(date(2026, 6, 1), date(2027, 1, 1))
    assert {name: office["seats"][name] for name in ("before", "after", "in_days")} == {
        "before": 10, "after": 2, "in_days": days,
    }  # fmt: skip
    assert office["short_of"] == {"before": None, "after": None}
    months = {one["month"]: one["seats"] for one in office["months"]}
    assert (len(months), months["2026-06"], months["2027-01"]) == (
        12,
        2 * weekdays(date(2026, 6, 1), date(2026, 7, 1)),
        0,
    )
    assert [sum(one[side] for one in office["months"]) for side in ("before", "after")] == [5, 1]
    assert said["without_frequency"] == {"before": 0, "after": 0}
    assert said["strata_not_counted"] == {key: ["never_inspected", "recent"] for key in ("before", "after")}


def test_the_page_says_what_is_not_in_its_numbers(database: Database, tmp_path: Path) -> None:
    silent = town.EDITION.replace("at_least = 90", "at_least = 80")
    said = found(database, tmp_path, silent) | {"plans": {"tasks": [], "left_out": 3}}
    with database.reader() as session:
        zh, en = (as_page(session, said, lang) for lang in ("zh", "en"))
    assert "who is in them changes with every draw: never inspected, inspected of late<" in en
    assert "how often they are visited: Before 0, After 10<" in en
    assert "being too many or too large: 3<" in en
    assert "从未检查, 近期检查过" in zh


def test_that_nobody_moves_is_said_instead_of_drawn(database: Database, tmp_path: Path) -> None:
    pages = []
    for law in (town.EDITION, town.EDITION.replace("at_least = 90", "at_least = 80")):
        said = found(database, tmp_path, law)
        with database.reader() as session:
            pages.append(as_page(session, said, "zh"))
    same, other = pages
    assert ("没有人的等级上升或下降" in same, "<figcaption>各地区升降</figcaption>" in same) == (True, False)
    assert ("没有人的等级上升或下降" in other, "<figcaption>各地区升降</figcaption>" in other) == (False, True)


def test_open_tasks_are_laid_again_and_frozen_ones_are_left(database: Database, tmp_path: Path) -> None:
    said = found(database, tmp_path, LENIENT)["plans"]
    assert schemas.DryRunPlansSchema().validate(said) == {}
    laid, frozen = sorted(said["tasks"], key=lambda one: str(one["task"]))
    assert (laid["frozen"], laid["visits"]) == (False, {"before": 3, "after": 1})
    assert laid["strata"] == [
        {"stratum": "A", "before": {"size": 8, "draw": 1}, "after": {"size": 10, "draw": 1}},
        {"stratum": "D", "before": {"size": 2, "draw": 2}, "after": {"size": 0, "draw": 0}},
    ]
    assert (frozen["frozen"], frozen["strata"], frozen["visits"]) == (True, [], None)


def test_a_narrow_scope_is_told_of_tasks_that_lie_within_it(database: Database, tmp_path: Path) -> None:
    def tasks(**scope: Any) -> int:  # noqa: ANN401 parts of a scope
        actor = replace(town.OPERATOR, **scope)
        with database.reader() as session:
            said = tried(session, tmp_path, actor, Wanted(text=LENIENT), whole=True)
        return len(said["plans"]["tasks"])

    assert [tasks(), tasks(authority=planning.HERE), tasks(authority="bj-culture-110102")] == [2, 2, 0]
    assert tasks(regions=(town.REGION,)) == 0  # the tasks name no region: they reach further than this scope


def test_a_task_before_the_edition_is_in_force_is_laid_by_what_is(database: Database, tmp_path: Path) -> None:
    said = found(database, tmp_path, EDITION_TO_COME)
    assert said["day"] == "2027-01-01"
    assert said["plans"] == {"tasks": [], "left_out": 0}
    early = EDITION_TO_COME.replace("2027-01-01", "2026-06-15")
    laid = found(database, tmp_path, early)["plans"]["tasks"][0]
    assert (laid["cut_off_day"], laid["visits"]) == ("2026-06-01", {"before": 3, "after": 3})
