"""Sections 6 to 8 of the page: total, grade, risk level and tier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.oracle.days import add_months
from tests.oracle.evidence import end_of_validity, holds

if TYPE_CHECKING:
    from scoring.edition.model import Grade, OutcomeRule, ShiftRule
    from tests.oracle.evidence import Item, Question


def clipped(value: int, low: int | None, high: int | None) -> int:
    """Not below ``low``, not above ``high``, where they are stated."""
    if low is not None:
        value = max(value, low)
    if high is not None:
        value = min(value, high)
    return value


def total_of(question: Question) -> int:
    """Section 6.1 to 6.3."""
    rating = question.rating
    total = rating.base + streak_of(question)
    for dimension in rating.dimensions:
        inside = sum(item.left for item in question.items if item.rated and item.dimension == dimension.key)
        part = clipped(dimension.base + inside, dimension.low, dimension.high)
        if part != dimension.base + inside:
            question.seen.add("dimension limit")
        total += part
    if clipped(total, rating.low, rating.high) != total:
        question.seen.add("total limit")
    return clipped(total, rating.low, rating.high)


def streak_of(question: Question) -> int:
    """Section 6.2: the best of the steps reached."""
    rating = question.rating
    adverse = [
        item.event.decided_on
        for item in question.items
        if item.rated
        and question.is_bad(item.unrestored)
        and (rating.streak_broken_by_repaired or not question.repaired(item.event))
    ]
    starts = adverse + ([] if question.history.known_since is None else [question.history.known_since])
    best = 0
    for step in rating.streaks:
        if step.months is not None:
            reached = bool(starts) and add_months(max(starts), step.months) <= question.as_of
        else:
            assert step.occasions is not None
            clean = [one for one in question.occasions if not adverse or one.held_on > max(adverse)]
            reached = len(clean) >= step.occasions
        if reached:
            question.seen.add("streak of months" if step.months is not None else "streak of occasions")
            if abs(step.points) > abs(best):
                best = step.points
    return best


def outcome_of(question: Question, total: int) -> OutcomeRule | None:
    """Section 7.2: the first outcome rule all of whose tests hold."""
    for rule in question.rating.outcomes:
        if outcome_fits(question, rule, total):
            return rule
    return None


def outcome_fits(question: Question, rule: OutcomeRule, total: int) -> bool:
    """Every stated test holds."""
    tests = tests_of_evidence(question, rule) | tests_of_total(rule, total)
    if rule.younger_than_months is not None:
        since = question.history.known_since
        tests["younger"] = since is not None and question.as_of < add_months(since, rule.younger_than_months)
    if rule.when:
        tests["attribute"] = all(holds(condition, question.history.attributes) for condition in rule.when)
    if all(tests.values()):
        question.seen.update(f"outcome {test}" for test in tests)
        question.seen.add("outcome grade" if rule.grade is not None else f"outcome {rule.state}")
        return True
    return False


def tests_of_total(rule: OutcomeRule, total: int) -> dict[str, bool]:
    """The stated bounds of the total, inclusive."""
    tests = {}
    if rule.total_from is not None:
        tests["total from"] = total >= rule.total_from
    if rule.total_to is not None:
        tests["total to"] = total <= rule.total_to
    return tests


def tests_of_evidence(question: Question, rule: OutcomeRule) -> dict[str, bool]:
    """The stated tests of occasions and of counted events."""
    counted = [item.code for item in question.items if item.standing == "counted"]
    latest = None
    for occasion in question.occasions:
        if latest is None or occasion.held_on >= latest.held_on:
            latest = occasion
    tests = {}
    if rule.without_occasion:
        tests["without occasion"] = latest is None
    if rule.without_evidence:
        tests["without evidence"] = latest is None and not counted
    if rule.occasion_types:
        tests["occasion type"] = latest is not None and latest.type in rule.occasion_types
    if rule.closed is not None:
        tests["closed"] = latest is not None and latest.closed == rule.closed
    if rule.missing_codes:
        tests["missing code"] = any(code not in counted for code in rule.missing_codes)
    return tests


def banded_grade(question: Question, total: int) -> str:
    """Section 7.3: the first grade, best first, whose bound and worst item hold."""
    worst = max((abs(item.left) for item in question.items if question.is_bad(item.left)), default=0)
    higher_better = question.rating.direction == "higher_better"
    for grade in question.rating.grades:
        if not grade.banded:
            continue
        if grade.bound is not None and not (total >= grade.bound if higher_better else total <= grade.bound):
            continue
        if grade.worst_item is not None and worst > grade.worst_item:
            question.seen.add("worst item")
            continue
        return grade.key
    raise AssertionError("the last banded grade always holds")


def adjusted(question: Question, grade: str) -> str:
    """Section 7.4 to 7.7: direct grade, floor, shifts, ceilings."""
    order = [one.key for one in question.rating.grades]
    standing = [item for item in question.items if item.rated and not question.repaired(item.event)]
    direct = running_direct_grades(question, standing)
    before = grade
    for one in direct:
        grade = max(grade, one, key=order.index)
    note(question, "direct grade", before, grade)
    if not direct:
        floors = [
            item.rule.floor.grade
            for item in standing
            if item.rule is not None and item.rule.floor is not None and runs(question, item, item.rule.floor.months)
        ]
        before = grade
        if floors:
            grade = min(grade, min(floors, key=order.index), key=order.index)
        note(question, "floor", before, grade)
    for item in standing:
        shift = item.rule.shift if item.rule is not None else None
        if shift is not None and runs(question, item, shift.months):
            before, grade = grade, shifted(question.rating.grades, grade, shift)
            note(question, "shift worse" if shift.by > 0 else "shift better", before, grade)
    before, grade = grade, under_ceilings(question, grade, order)
    note(question, "ceiling", before, grade)
    return grade


def note(question: Question, what: str, before: str, after: str) -> None:
    """Remember a sentence of the page that changed the grade."""
    if before != after:
        question.seen.add(what)


def runs(question: Question, item: Item, months: int) -> bool:
    """Whether the day of the question lies in [decided_on, + months)."""
    return item.event.decided_on <= question.as_of < add_months(item.event.decided_on, months)


def running_direct_grades(question: Question, standing: list[Item]) -> list[str]:
    """The direct grades whose term holds the day of the question."""
    grades = []
    for item in standing:
        direct = item.rule.direct if item.rule is not None else None
        if direct is not None:
            end = end_of_validity(question, direct.term, item.event)
            if end is None or question.as_of < end:
                grades.append(direct.grade)
    return grades


def shifted(grades: tuple[Grade, ...], grade: str, shift: ShiftRule) -> str:
    """Walk along the banded grades one place at a time, never past an end nor past the limit."""
    order = [one.key for one in grades]
    banded = [one.key for one in grades if one.banded]
    if grade not in banded:
        return grade
    step = 1 if shift.by > 0 else -1
    for _ in range(abs(shift.by)):
        place = banded.index(grade) + step
        if place < 0 or place >= len(banded):
            break
        if (order.index(banded[place]) - order.index(shift.limit)) * step > 0:
            break
        grade = banded[place]
    return grade


def under_ceilings(question: Question, grade: str, order: list[str]) -> str:
    """After a repair, for a time, not better than the ceiling."""
    for ceiling in question.rating.ceilings:
        for item in question.items:
            repaired_on = item.event.repaired_on
            if not item.rated or not question.is_bad(item.unrestored) or repaired_on is None or item.code == "":
                continue
            if ceiling.codes and item.code not in ceiling.codes:
                continue
            if repaired_on <= question.as_of < add_months(repaired_on, ceiling.months):
                grade = max(grade, ceiling.grade, key=order.index)
    return grade


def risk_level(question: Question) -> str | None:
    """Section 8.1."""
    risk = question.rating.risk
    if risk is None:
        return None
    points = 0
    for factor in risk.factors:
        value = question.history.attributes.get(factor.attribute)
        points += factor.otherwise if value is None else factor.points.get(value, factor.otherwise)
    for warning in risk.warnings:
        for item in question.items:
            if item.standing == "warning" and item.code == warning.code and runs(question, item, warning.months):
                points += warning.points
                question.seen.add("risk warning")
    for level in risk.levels:
        if level.at_most is None or points <= level.at_most:
            return level.key
    raise AssertionError("the last level always holds")


def tier_of(question: Question, level: str | None, grade: str) -> str | None:
    """Section 8.2: the matrix where there is one, else the grade's own tier."""
    matrix = question.rating.matrix
    if matrix is not None:
        assert level is not None
        question.seen.add("matrix")
        return matrix.cells[level, grade]
    return next(one.tier for one in question.rating.grades if one.key == grade)
