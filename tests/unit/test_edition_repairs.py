"""Where a repair could cost: the lint remarks on it, the engine shows it, and what the remark proposes mends both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest

from scoring.edition import parse
from scoring.edition.check import check
from scoring.edition.lint.remarks import Remarks
from scoring.edition.lint.repairs import check_repairs
from scoring.edition.model import (
    Absorption,
    Cap,
    Dimension,
    DirectGradeRule,
    FloorRule,
    Grade,
    ShiftRule,
    StreakStep,
    Validity,
)
from scoring.rating.explain import explain
from scoring.rating.history import Event, History
from tests.builders.plain import GRADES, chain, edition, event, rating, rule
from tests.law_cases import shipped

if TYPE_CHECKING:
    from scoring.edition.model import Rating
    from scoring.rating.result import Result

AS_OF = date(2025, 6, 1)
TWO = (Dimension("conduct", {"zh": "行为"}, 0), Dimension("care", {"zh": "管理"}, 0))
CASE = Cap("case", "bad", 1000, "§case")
GREATEST = Absorption("greatest", {}, "§4")
NEWCOMER = Grade("N", {"zh": "新", "en": "New"}, "C", "§N", banded=False)
WITH_N = (*GRADES[:2], NEWCOMER, *GRADES[2:])
YEAR = Validity("months", months=12)


def shift(by: int, limit: str) -> ShiftRule:
    return ShiftRule(by, limit, 24, "§shift")


class Shape(NamedTuple):
    """A rating that is warned of, the two facts by which a repair costs there, and the same rating mended."""

    code: str
    pointer: str
    warned: Rating
    facts: tuple[Event, ...]
    mended: Rating


CAP_X = Cap("code", "bad", 300, "§x", over=("X",))
DEAR = rule("X", -800), rule("Y", -800)
IN_ONE_CASE = event("repaired", "X", "2025-01-10", case_ref="c1"), event("other", "Y", "2025-01-11", case_ref="c1")
APART = rule("X", -800), rule("Y", -800, dimension="care")
CARE_ONLY = Cap("dimension", "bad", 300, "§d", over=("conduct",))
YEARLY = Cap("period", "bad", 300, "§p", calendar_year=True)
LOW = (replace(TWO[0], low=-300), TWO[1])
GROUP = rule("X", -800, highest_only="g"), rule("Y", -700, highest_only="g")
GROUP_APART = rule("X", -800, highest_only="g"), rule("Y", -700, dimension="care", highest_only="g")
TO_N = rule("X", 0, direct=DirectGradeRule("N", YEAR, "§direct"))
DOWN = rule("Y", 0, shift=shift(2, "D"))
BOTH = event("repaired", "X", "2025-01-10"), event("other", "Y", "2025-01-11")
STREAK = StreakStep(500, "§streak", months=12)
RUN = (event("repaired", "X", "2024-01-10"),)

SHAPES = {
    "a run whose start is the repaired record": Shape(
        "repair_ends_streak",
        "/streak/0",
        rating(rule("X", -100, validity=YEAR), streaks=(STREAK,)),
        RUN,
        rating(rule("X", -100, validity=YEAR), streaks=(STREAK,), streak_broken_by_repaired=True),
    ),
    "a case cap before a code cap": Shape(
        "repair_frees_case",
        "/cap/0",
        rating(*DEAR, caps=(CASE, CAP_X)),
        IN_ONE_CASE,
        rating(*DEAR, caps=(CASE, CAP_X), absorption=GREATEST),
    ),
    "a case cap before a dimension cap": Shape(
        "repair_frees_case",
        "/cap/0",
        rating(*APART, caps=(CASE, CARE_ONLY), dimensions=TWO),
        IN_ONE_CASE,
        rating(*DEAR, caps=(CASE, CARE_ONLY), dimensions=TWO),
    ),
    "a case cap before the low of a dimension": Shape(
        "repair_frees_case",
        "/cap/0",
        rating(*APART, caps=(CASE,), dimensions=LOW),
        IN_ONE_CASE,
        rating(*APART, caps=(CASE,), dimensions=TWO),
    ),
    "a case cap before a cap of each year": Shape(
        "repair_frees_case",
        "/cap/0",
        rating(*DEAR, caps=(CASE, YEARLY)),
        (
            event("earlier", "X", "2024-01-09"),
            event("repaired", "X", "2024-01-10", case_ref="c1"),
            event("other", "Y", "2025-01-11", case_ref="c1"),
        ),
        rating(*DEAR, caps=(CASE, replace(YEARLY, calendar_year=False))),
    ),
    "a group before a code cap": Shape(
        "repair_frees_group",
        "/event/0/highest_only",
        rating(*GROUP, caps=(CAP_X,)),
        BOTH,
        rating(*GROUP, caps=(replace(CAP_X, limit=800),)),
    ),
    "a group over two dimensions, one with a low": Shape(
        "repair_frees_group",
        "/event/0/highest_only",
        rating(*GROUP_APART, dimensions=LOW),
        BOTH,
        rating(*GROUP, dimensions=LOW),
    ),
    "a shift past a grade without a band": Shape(
        "repair_lets_shift_in",
        "/event/1/shift",
        rating(TO_N, DOWN, grades=WITH_N),
        BOTH,
        rating(TO_N, replace(DOWN, shift=shift(2, "B")), grades=WITH_N),
    ),
}
EACH = pytest.mark.parametrize("name", SHAPES)


def remarks(section: Rating) -> list[tuple[str, str]]:
    notes = Remarks()
    check_repairs(section, notes)
    assert all(found.severity == "warning" and found.clause and found.zh and found.en for found in notes.found)
    return [(found.code, found.pointer) for found in notes.found]


def rate(section: Rating, facts: tuple[Event, ...]) -> Result:
    return explain(History("own:1", "cinema", facts), chain(edition(section)), AS_OF)


def costs(section: Rating, facts: tuple[Event, ...]) -> bool:
    """Whether repairing the fact `repaired` lowers the total or worsens the grade."""
    done = tuple(one._replace(repaired_on=AS_OF) if one.ref == "repaired" else one for one in facts)
    before, after = rate(section, facts), rate(section, done)
    assert before.total is not None
    assert after.total is not None
    order = [grade.key for grade in section.grades]
    return after.total < before.total or order.index(str(after.grade)) > order.index(str(before.grade))


@EACH
def test_the_lint_warns_where_a_repair_costs_and_the_mended_edition_is_silent(name: str) -> None:
    shape = SHAPES[name]
    assert remarks(shape.warned) == [(shape.code, shape.pointer)]
    assert remarks(shape.mended) == []


@EACH
def test_what_is_warned_of_is_so_and_the_mended_edition_is_fair(name: str) -> None:
    shape = SHAPES[name]
    assert costs(shape.warned, shape.facts)
    assert not costs(shape.mended, shape.facts)


def test_a_run_with_a_known_start_loses_nothing() -> None:
    section, facts = SHAPES["a run whose start is the repaired record"].warned, RUN
    known = History("own:1", "cinema", facts, known_since=AS_OF - timedelta(days=5000))
    done = known._replace(events=(facts[0]._replace(repaired_on=AS_OF),))
    totals = [explain(one, chain(edition(section)), AS_OF).total for one in (known, done)]
    assert totals[0] == totals[1] == 10500


@pytest.mark.parametrize(
    "section",
    [
        rating(rule("X"), streaks=(StreakStep(500, "§s", occasions=2),)),
        rating(*DEAR, caps=(replace(CASE, side="good"), CAP_X)),
        rating(*DEAR, caps=(CAP_X,)),
        rating(DEAR[0], caps=(CASE, CAP_X)),
        rating(*DEAR, caps=(CASE, replace(CAP_X, side="good"))),
        rating(*DEAR, caps=(CASE, replace(CAP_X, over=("Z",)))),
        rating(rule("X", 800, highest_only="g"), rule("Y", 700, highest_only="g"), caps=(CAP_X,)),
        rating(*GROUP_APART, dimensions=(TWO[0], replace(TWO[1], high=100))),
        rating(TO_N, rule("Y", 0, shift=shift(1, "B")), grades=WITH_N),
        rating(rule("Y", 0, shift=shift(2, "D")), grades=GRADES),
        rating(TO_N, rule("Y", 0, shift=shift(2, "D")), grades=(*GRADES, NEWCOMER)),
    ],
)
def test_shapes_beside_them_are_no_remark(section: Rating) -> None:
    assert remarks(section) == []


@pytest.mark.parametrize(
    ("by", "limit", "warned"),
    [(1, "C", True), (2, "D", True), (1, "B", False), (-1, "A", True), (-2, "B", True), (-1, "C", False)],
)
def test_a_shift_is_warned_of_when_its_limit_lies_beyond_the_grade(by: int, limit: str, *, warned: bool) -> None:
    floor = rule("X", -4000, floor=FloorRule("N", 12, "§floor"))
    found = remarks(rating(floor, rule("Y", 0, shift=shift(by, limit)), grades=WITH_N))
    assert found == ([("repair_lets_shift_in", "/event/1/shift")] if warned else [])


def test_a_warning_does_not_keep_an_edition_out_of_force() -> None:
    found = [one for one in check(parse(shipped.text("bj-culture"))) if one.code.startswith("repair_")]
    assert {one.code for one in found} >= {"repair_ends_streak"}
    assert {one.severity for one in found} == {"warning"}
