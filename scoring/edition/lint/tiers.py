"""Risk levels, the matrix, tiers, and when a tier is only proposed."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scoring.edition.lint.remarks import Remarks
    from scoring.edition.model import Rating, Risk


def check_risk(rating: Rating, notes: Remarks) -> None:
    """Levels run from the best to the worst, without a gap, and each can be reached."""
    risk = rating.risk
    if risk is None:
        return
    keys = [level.key for level in risk.levels]
    bounds = [level.at_most for level in risk.levels]
    stated = [bound for bound in bounds[:-1] if bound is not None]
    if bounds[-1] is not None or len(stated) < len(bounds) - 1 or stated != sorted(set(stated)):
        notes.error(
            "risk_levels_unordered",
            "/risk/levels",
            clause=risk.clause,
            zh="风险等级应由低到高排列，at_most 逐级增大，只有最后一级不写 at_most",
            en="write risk levels from the best to the worst, at_most ascending, the last level alone without at_most",
        )
    else:
        _check_risk_reach(risk, stated, notes)
    for number, key in enumerate(keys):
        if key in keys[:number]:
            notes.error(
                "level_twice",
                f"/risk/levels/{number}",
                zh=f"{key} 写了两次，请只留一个",
                en=f"level {key} is written twice: keep one",
            )
    attributes = [factor.attribute for factor in risk.factors]
    for number, attribute in enumerate(attributes):
        if attribute in attributes[:number]:
            notes.warning(
                "factor_twice",
                f"/risk/factors/{number}",
                clause=risk.factors[number].clause,
                zh=f"属性 {attribute} 计了两次",
                en=f"attribute {attribute} is counted twice: put its points in one factor",
            )


def _check_risk_reach(risk: Risk, bounds: list[int], notes: Remarks) -> None:
    least = sum(min([factor.otherwise, *factor.points.values()]) for factor in risk.factors)
    most = sum(max([factor.otherwise, *factor.points.values()]) for factor in risk.factors)
    if any(warning.points < 0 for warning in risk.warnings):
        least = min(least, bounds[0]) if bounds else least
    endless = any(warning.points > 0 for warning in risk.warnings)
    for number, level in enumerate(risk.levels):
        too_low = level.at_most is not None and level.at_most < least
        too_high = number > 0 and not endless and most <= bounds[number - 1]
        if too_low or too_high:
            notes.error(
                "level_unreachable",
                f"/risk/levels/{number}",
                clause=risk.clause,
                zh=f"风险等级 {level.key} 永远达不到；请改 at_most 或风险分",
                en=f"risk level {level.key} can never be reached: change at_most or the risk points",
            )


def check_matrix(rating: Rating, notes: Remarks) -> None:
    """The matrix has a cell for every level and grade, and no other."""
    matrix = rating.matrix
    if matrix is None:
        return
    if rating.risk is None:
        notes.error(
            "matrix_without_risk",
            "/matrix",
            clause=matrix.clause,
            zh="有矩阵而没有风险等级；请写 [rating.risk] 或去掉矩阵",
            en="there is a matrix and no risk section: write [rating.risk] or remove the matrix",
        )
        return
    levels = [level.key for level in rating.risk.levels]
    grades = [grade.key for grade in rating.grades]
    for level in levels:
        for grade in grades:
            if (level, grade) not in matrix.cells:
                notes.error(
                    "matrix_hole",
                    f"/matrix/cells/{level}",
                    clause=matrix.clause,
                    zh=f"矩阵缺一格：风险 {level}、等级 {grade}；请补上监管等级",
                    en=f"the matrix has no cell for risk {level} and grade {grade}: write its tier",
                )
    for level, grade in matrix.cells:
        if level not in levels or grade not in grades:
            notes.error(
                "matrix_stray",
                f"/matrix/cells/{level}/{grade}",
                clause=matrix.clause,
                zh=f"矩阵中的 {level}、{grade} 不是已有的风险等级和信用等级；请改正或删去",
                en=f"the matrix cell {level}, {grade} names no level or grade of this edition: correct or remove it",
            )
    _check_matrix_order(rating, levels, grades, notes)


def _check_matrix_order(rating: Rating, levels: list[str], grades: list[str], notes: Remarks) -> None:
    cells = rating.matrix.cells if rating.matrix else {}
    clause = rating.matrix.clause if rating.matrix else ""
    rank = {tier: place for place, tier in enumerate(rating.tiers)}
    steps = [((a, g), (b, g)) for g in grades for a, b in pairwise(levels)]
    steps += [((v, g), (v, h)) for v in levels for g, h in pairwise(grades)]
    for better, worse in steps:
        first, second = cells.get(better), cells.get(worse)
        if first in rank and second in rank and rank[first] > rank[second]:
            notes.warning(
                "matrix_not_monotone",
                f"/matrix/cells/{worse[0]}/{worse[1]}",
                clause=clause,
                zh=f"{worse[0]}、{worse[1]} 得 {second}，反而好于 {better[0]}、{better[1]} 的 {first}",
                en=f"{worse[0]}, {worse[1]} gives {second}, better than {first} for {better[0]}, {better[1]}: compare",
            )


def check_tiers(rating: Rating, notes: Remarks) -> None:
    """Tiers that are given are listed, and tiers that are listed are given."""
    given = _given_tiers(rating, notes)
    listed = ", ".join(rating.tiers)
    for tier, (path, clause) in given.items():
        if tier not in rating.tiers:
            notes.error(
                "tier_unknown",
                path,
                clause=clause,
                zh=f"监管等级 {tier} 不在 tiers 中；可用：{listed}",
                en=f"tier {tier} is not among tiers; write one of: {listed}",
            )
    for number, tier in enumerate(rating.tiers):
        if tier not in given:
            notes.error(
                "tier_unreachable",
                f"/tiers/{number}",
                zh=f"没有等级或矩阵格给出监管等级 {tier}；请删去或补上",
                en=f"no grade and no cell gives tier {tier}: remove it or use it",
            )
    bare = [entry.key for entry in rating.grades if entry.tier is None]
    if rating.matrix is None and rating.tiers and bare:
        notes.error(
            "grade_without_tier",
            "/grade",
            zh=f"这些等级没有监管等级：{', '.join(bare)}；请写 tier",
            en=f"these grades lead to no tier: {', '.join(bare)}: write tier",
        )


def _given_tiers(rating: Rating, notes: Remarks) -> dict[str, tuple[str, str]]:
    """Each tier that a cell or a grade gives, with the first place and its clause."""
    given: dict[str, tuple[str, str]] = {}
    if rating.matrix is not None:
        for (level, grade), tier in rating.matrix.cells.items():
            given.setdefault(tier, (f"/matrix/cells/{level}/{grade}", rating.matrix.clause))
    for number, entry in enumerate(rating.grades):
        if entry.tier is not None and rating.matrix is None:
            given.setdefault(entry.tier, (f"/grade/{number}/tier", entry.clause))
        elif entry.tier is not None:
            notes.warning(
                "tier_never_read",
                f"/grade/{number}/tier",
                clause=entry.clause,
                zh=f"有矩阵时不用等级 {entry.key} 自己的 tier；请删去",
                en=f"with a matrix the tier of grade {entry.key} is never read: remove it",
            )
    return given


def check_provisional(rating: Rating, notes: Remarks) -> None:
    """What is only proposed can happen."""
    provisional = rating.provisional
    if provisional is None:
        return
    for number, tier in enumerate(provisional.tiers):
        if tier not in rating.tiers[1:]:
            notes.error(
                "tier_unknown",
                f"/provisional/tiers/{number}",
                clause=provisional.clause,
                zh=f"不可能降到 {tier}；可用：{', '.join(rating.tiers[1:])}",
                en=f"no fall can lead to {tier}; write one of: {', '.join(rating.tiers[1:])}",
            )
    direct = any(rule.direct for rule in rating.rules.values())
    if not provisional.tiers and not (provisional.direct_grade and direct):
        notes.error(
            "never_bites",
            "/provisional",
            clause=provisional.clause,
            zh="没有任何情形需要确认；请写 tiers 或 direct_grade，或删去本节",
            en="nothing would ever be proposed: write tiers or direct_grade, or remove the section",
        )
