"""Event rules: dimensions exist, every step and table can be read, conditions can hold."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from scoring.edition.lint.conditions import check_together
from scoring.edition.lint.reach import greatest_effect
from scoring.edition.scalars import MAX_POINTS

if TYPE_CHECKING:
    from scoring.edition.lint.remarks import Remarks
    from scoring.edition.model import EventRule, Rating, Restoration, RestorationStep


ONE: Final = 1000
"""The factor that changes nothing, in thousandths."""


MOST_EFFECT: Final = 10 * MAX_POINTS
"""Hundredths: sums over tens of millions of events stay within 64 bits."""


def check_events(rating: Rating, notes: Remarks) -> None:
    """Every event rule by itself."""
    if not rating.rules:
        notes.warning(
            "no_events",
            "/event",
            zh="没有任何评分事项，请写出 [[rating.event]]",
            en="no event is rated: write [[rating.event]]",
        )
    dimensions = {dimension.key for dimension in rating.dimensions}
    groups = Counter(rule.repetition.group for rule in rating.rules.values() if rule.repetition)
    for number, rule in enumerate(rating.rules.values()):
        at = f"/event/{number}"
        if rule.dimension not in dimensions:
            listed = ", ".join(sorted(dimensions))
            notes.error(
                "dimension_unknown",
                f"{at}/dimension",
                clause=rule.clause,
                zh=f"事项 {rule.code} 的维度 {rule.dimension} 不存在；可用：{listed}",
                en=f"event {rule.code} names the unknown dimension {rule.dimension}; write one of: {listed}",
            )
        _check_points(rule, notes, at)
        if max(greatest_effect(rule, rating, side) for side in ("good", "bad")) > MOST_EFFECT:
            notes.error(
                "effect_too_great",
                at,
                clause=rule.clause,
                zh=f"事项 {rule.code} 乘以系数后可超过一亿分；请减小分值或系数",
                en=f"event {rule.code} times its factors can exceed 100 million points: lower points or factors",
            )
        _check_conditions(rule, notes, at)
        shared = rule.repetition is not None and groups[rule.repetition.group] > 1
        _check_repetition(rule, notes, at, joins=shared)
        if rule.restoration is not None:
            _check_restoration(rule.code, rule.restoration, notes, f"{at}/restoration")


def check_dimensions(rating: Rating, notes: Remarks) -> None:
    """Dimensions are named once, used, and their limits hold their base."""
    used = {rule.dimension for rule in rating.rules.values()}
    seen: set[str] = set()
    for number, dimension in enumerate(rating.dimensions):
        at = f"/dimension/{number}"
        key = dimension.key
        if key in seen:
            notes.error(
                "dimension_twice",
                at,
                zh=f"维度 {key} 写了两次，请只留一个",
                en=f"dimension {key} is written twice: keep one",
            )
        seen.add(key)
        if key not in used:
            notes.warning(
                "dimension_unused",
                at,
                zh=f"没有事项计入维度 {key}",
                en=f"no event counts in dimension {key}: remove it or use it",
            )
        _check_limits(dimension.low, dimension.high, notes, at, key)
        _check_base(dimension.base, dimension.low, dimension.high, notes, at=at)
    _check_limits(rating.low, rating.high, notes, "", "total")
    whole = rating.base + sum(dimension.base for dimension in rating.dimensions)
    _check_base(whole, rating.low, rating.high, notes, at="")


def _check_limits(low: int | None, high: int | None, notes: Remarks, at: str, name: str) -> None:
    if low is not None and high is not None and low > high:
        notes.error(
            "limits_crossed", f"{at}/low", zh=f"{name}：low 大于 high，请对调", en=f"{name}: low is above high: swap"
        )


def _check_base(base: int, low: int | None, high: int | None, notes: Remarks, *, at: str) -> None:
    if (low is not None and base < low) or (high is not None and base > high):
        notes.warning(
            "base_outside_limits",
            f"{at}/base",
            zh="起点分在上下限之外，会被截断；请改 base、low 或 high",
            en="the base lies outside low and high and is cut at once: change base, low or high",
        )


def _check_points(rule: EventRule, notes: Remarks, at: str) -> None:
    if rule.value is not None and (rule.severities or rule.points is not None):
        notes.error(
            "points_never_read",
            at,
            clause=rule.clause,
            zh=f"事项 {rule.code} 的分值由 value 带来，points 和 severities 永远不用；请二选一",
            en=f"event {rule.code} carries its own value, so points and severities are never read: keep one form",
        )
    if rule.value is not None:
        _check_limits(rule.value.low, rule.value.high, notes, f"{at}/value", rule.code)


def _check_conditions(rule: EventRule, notes: Remarks, at: str) -> None:
    where = f"{rule.code} applies_when"
    check_together(rule.applies_when, notes, f"{at}/applies_when", clause=rule.clause, where=where)
    for number, factor in enumerate(rule.factors):
        path = f"{at}/factors/{number}"
        both = (*rule.applies_when, factor.when)
        check_together(both, notes, path, clause=factor.clause, where=f"{rule.code} factors")
        if factor.factor == ONE:
            _idle(f"factors[{number}]", rule.code, notes, path, factor.clause)


def _check_repetition(rule: EventRule, notes: Remarks, at: str, *, joins: bool) -> None:
    if rule.repetition is None:
        return
    nths = [step.nth for step in rule.repetition.steps]
    path = f"{at}/repetition/steps"
    if nths != sorted(set(nths)):
        notes.error(
            "steps_unordered",
            path,
            clause=rule.repetition.clause,
            zh=f"事项 {rule.code} 的重复加重：nth 应由小到大，不得重复",
            en=f"repetition of {rule.code}: write nth ascending, each once",
        )
    if not joins and all(step.factor == ONE for step in rule.repetition.steps):
        _idle("repetition", rule.code, notes, path, rule.repetition.clause)


def _check_restoration(code: str, restoration: Restoration, notes: Remarks, at: str) -> None:
    for number, step in enumerate(restoration.steps):
        path = f"{at}/steps/{number}"
        if any(_hides(earlier, step) for earlier in restoration.steps[:number]):
            notes.error(
                "step_unreachable",
                path,
                clause=restoration.clause,
                zh=f"事项 {code} 的返还第 {number + 1} 档永远轮不到：前面的档次已包括它；请由严到宽排列",
                en=f"restoration step {number + 1} of {code} is never reached, an earlier one fits whenever it does: "
                "put the narrower step first",
            )
        if step.share == 0:
            _idle(f"restoration.steps[{number}]", code, notes, path, restoration.clause)


def _hides(earlier: RestorationStep, later: RestorationStep) -> bool:
    """Whenever ``later`` fits, ``earlier`` fits."""
    if earlier.when is not None:
        same = later.when is not None and later.when.attribute == earlier.when.attribute
        if later.when is None or not same or not set(later.when.one_of) <= set(earlier.when.one_of):
            return False
    if earlier.within_days is not None:
        return later.within_days is not None and later.within_days <= earlier.within_days
    return earlier.year == later.year and later.within_days is None


def _idle(what: str, code: str, notes: Remarks, path: str, clause: str) -> None:
    notes.warning(
        "never_bites",
        path,
        clause=clause,
        zh=f"事项 {code} 的 {what} 不改变任何分值",
        en=f"{what} of {code} changes no points: remove it or correct the number",
    )
