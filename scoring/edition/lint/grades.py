"""Bands: no gap, no overlap, every grade reachable; and grades that are named elsewhere exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.edition.lint.reach import total_span

if TYPE_CHECKING:
    from scoring.edition.lint.remarks import Remarks
    from scoring.edition.model import Grade, Rating


def check_grades(rating: Rating, notes: Remarks) -> None:
    """The bands, best first, and the names of grades."""
    keys = [grade.key for grade in rating.grades]
    for number, key in enumerate(keys):
        if key in keys[:number]:
            notes.error(
                "grade_twice",
                f"/grade/{number}/key",
                zh=f"等级 {key} 写了两次，请只留一个",
                en=f"grade {key} is written twice: keep one",
            )
    banded = [(number, grade) for number, grade in enumerate(rating.grades) if grade.banded]
    if not banded:
        notes.error(
            "band_gap", "/grade", zh="没有一个等级有分数段，请至少留一个", en="no grade has a band: leave one at least"
        )
        return
    _check_last(*banded[-1], notes)
    for place, (number, grade) in enumerate(banded[:-1]):
        _check_band(rating, [before for _, before in banded[:place]], number, grade, notes)
    _check_worst(rating, [grade for _, grade in banded], notes)
    _check_unbanded(rating, notes)


def _check_last(number: int, grade: Grade, notes: Remarks) -> None:
    if grade.bound is not None or grade.worst_item is not None:
        notes.error(
            "band_gap",
            f"/grade/{number}",
            clause=grade.clause,
            zh=f"最后一个等级 {grade.key} 仍有界限，界外的分数没有等级；请去掉界限或再加一个无界限的等级",
            en=f"the last grade {grade.key} still has a limit, beyond it there is no grade: "
            "leave the limit out or add a last grade without one",
        )


def _check_band(rating: Rating, before: list[Grade], number: int, grade: Grade, notes: Remarks) -> None:
    better = rating.direction == "higher_better"
    if grade.bound is None and grade.worst_item is None:
        notes.error(
            "grade_unbounded",
            f"/grade/{number}",
            clause=grade.clause,
            zh=f"等级 {grade.key} 没有界限，其后的等级都达不到；请写 {'at_least' if better else 'at_most'}",
            en=f"grade {grade.key} has no limit, no grade after it can be reached: "
            f"write {'at_least' if better else 'at_most'}",
        )
        return
    for other in before:
        if _covers(other, grade, better=better):
            notes.error(
                "band_overlap",
                f"/grade/{number}",
                clause=grade.clause,
                zh=f"等级 {grade.key} 的分数段全在 {other.key} 之内，永远达不到；请改界限或调整次序（由好到差）",
                en=f"the band of {grade.key} lies within that of {other.key} and is never reached: "
                "change its limit or the order (best first)",
            )
    span = total_span(rating)
    end = span.high if better else span.low
    if grade.bound is not None and end is not None and (end < grade.bound if better else end > grade.bound):
        notes.error(
            "grade_unreachable",
            f"/grade/{number}",
            clause=grade.clause,
            zh=f"等级 {grade.key} 永远达不到：总分到不了它的界限；请改界限、起点分或上下限",
            en=f"grade {grade.key} can never be reached, no total gets there: change its limit, base, low or high",
        )


def _covers(wide: Grade, narrow: Grade, *, better: bool) -> bool:
    """Whoever meets ``narrow`` meets ``wide``."""
    if wide.bound is not None:
        if narrow.bound is None:
            return False
        if narrow.bound < wide.bound if better else narrow.bound > wide.bound:
            return False
    return wide.worst_item is None or (narrow.worst_item is not None and narrow.worst_item <= wide.worst_item)


def _check_worst(rating: Rating, banded: list[Grade], notes: Remarks) -> None:
    """The bands after one that every possible total meets are out of reach."""
    better = rating.direction == "higher_better"
    span = total_span(rating)
    end = span.low if better else span.high
    for place, grade in enumerate(banded[:-1]):
        if end is None or grade.bound is None or grade.worst_item is not None:
            continue
        if end >= grade.bound if better else end <= grade.bound:
            rest = ", ".join(later.key for later in banded[place + 1 :])
            notes.error(
                "grade_unreachable",
                "/grade",
                clause=grade.clause,
                zh=f"任何总分都至少得到 {grade.key}，达不到：{rest}；请改界限或上下限",
                en=f"every possible total gets {grade.key}, out of reach: {rest}: change its limit, low or high",
            )
            return


def _check_unbanded(rating: Rating, notes: Remarks) -> None:
    named = {rule.direct.grade for rule in rating.rules.values() if rule.direct}
    named |= {rule.floor.grade for rule in rating.rules.values() if rule.floor}
    named |= {outcome.grade for outcome in rating.outcomes if outcome.grade}
    named |= {ceiling.grade for ceiling in rating.ceilings}
    for number, grade in enumerate(rating.grades):
        if not grade.banded and grade.key not in named:
            notes.error(
                "grade_unreachable",
                f"/grade/{number}",
                clause=grade.clause,
                zh=f"等级 {grade.key} 不分段，也没有规则指名它，永远达不到；请删去或写 banded = true",
                en=f"grade {grade.key} has no band and no rule names it: remove it or write banded = true",
            )


def check_named_grades(rating: Rating, notes: Remarks) -> None:
    """Grades set by name exist, and setting them can change something."""
    order = [grade.key for grade in rating.grades]
    for number, rule in enumerate(rating.rules.values()):
        at = f"/event/{number}"
        for part, named in (("direct", rule.direct), ("floor", rule.floor)):
            if named is not None:
                idle = order[0] if part == "direct" else order[-1]
                _check_name(order, named.grade, idle, notes, path=f"{at}/{part}/grade", clause=named.clause)
        if rule.shift is not None:
            shift = rule.shift
            towards = order[-1] if shift.by > 0 else order[0]
            away = order[0] if shift.by > 0 else order[-1]
            _check_name(
                order,
                shift.limit,
                away if towards != away else None,
                notes,
                path=f"{at}/shift/limit",
                clause=shift.clause,
            )
            if shift.by == 0:
                notes.error(
                    "never_bites",
                    f"{at}/shift/by",
                    clause=shift.clause,
                    zh=f"事项 {rule.code} 的升降级为 0 级，不起作用；请写 1（降）或 -1（升）",
                    en=f"the shift of {rule.code} is by 0 and does nothing: write 1 (worse) or -1 (better)",
                )
    for number, ceiling in enumerate(rating.ceilings):
        _check_name(order, ceiling.grade, order[0], notes, path=f"/ceiling/{number}/grade", clause=ceiling.clause)
    for number, outcome in enumerate(rating.outcomes):
        if outcome.grade is not None:
            _check_name(order, outcome.grade, None, notes, path=f"/outcome/{number}/grade", clause=outcome.clause)


def _check_name(order: list[str], key: str, idle: str | None, notes: Remarks, *, path: str, clause: str) -> None:
    if key not in order:
        listed = ", ".join(order)
        notes.error(
            "grade_unknown",
            path,
            clause=clause,
            zh=f"没有等级 {key}；可用：{listed}",
            en=f"there is no grade {key}; write one of: {listed}",
        )
    elif key == idle:
        notes.error(
            "never_bites",
            path,
            clause=clause,
            zh=f"写成 {key} 不起作用：没有等级会因此改变；请改写等级或删去",
            en=f"with {key} this never changes a grade: name another grade or remove it",
        )
