"""Where a repair, read by the letter of the page, could cost the entity something: works as written, seldom meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.edition.lint.reach import greatest_effect, has_side

if TYPE_CHECKING:
    from scoring.edition.lint.remarks import Remarks
    from scoring.edition.model import Cap, EventRule, Rating


def check_repairs(rating: Rating, notes: Remarks) -> None:
    """Runs that a repair leaves without a start, limits that it frees for others, shifts that it lets in."""
    _check_streaks(rating, notes)
    _check_case_caps(rating, notes)
    _check_groups(rating, notes)
    _check_shifts(rating, notes)


def _check_streaks(rating: Rating, notes: Remarks) -> None:
    """Section 6.2: a run begins at the last adverse event, or at a day that is not always known."""
    if rating.streak_broken_by_repaired:
        return
    for number, step in enumerate(rating.streaks):
        if step.months is not None:
            notes.warning(
                "repair_ends_streak",
                f"/streak/{number}",
                clause=step.clause,
                zh="连续守法的月数从成立之日或最近一次失信算起；成立之日不明时，修复唯一的失信会连同起点一并失去这项加分。"
                "请写 streak_broken_by_repaired = true，或改用 occasions，或登记成立日期",
                en="a run of months begins at the day known since or at the last bad record; where that day is not "
                "known, repairing the only record takes the start away and the points with it: write "
                "streak_broken_by_repaired = true, count occasions instead, or register the day of establishment",
            )


def _check_case_caps(rating: Rating, notes: Remarks) -> None:
    """Section 5: what a case cap left to one event goes to the next when it is repaired, past the later limit."""
    if rating.absorption.mode == "greatest":
        return  # one event of a case counts, and a repaired one keeps what it absorbed
    for number, cap in enumerate(rating.caps):
        if cap.stage != "case" or cap.side != "bad":
            continue
        members = [rule for rule in rating.rules.values() if has_side(rule, rating, "bad")]
        limit = _limit_that_splits(rating, members, single=False)
        if limit is not None:
            notes.warning(
                "repair_frees_case",
                f"/cap/{number}",
                clause=cap.clause,
                zh=f"案件上限先于{limit[0]}分配：修复已被后者压低的一项，空出的额度会让同案他项多扣。"
                "请改用 absorption 只计一案中最重的一项，或让后面的上限不拆分一案",
                en=f"the case cap is filled before {limit[1]}: repairing an event that the latter cut down leaves its "
                "share to another event of the case, which then costs more: let absorption count the greatest of a "
                "case only, or let no later limit split a case",
            )


def _check_groups(rating: Rating, notes: Remarks) -> None:
    """Section 4.2: the greatest of a group stands for it by its raw points, before any limit."""
    groups: dict[str, list[EventRule]] = {}
    for rule in rating.rules.values():
        if rule.highest_only is not None and has_side(rule, rating, "bad"):
            groups.setdefault(rule.highest_only, []).append(rule)
    places = {code: place for place, code in enumerate(rating.rules)}
    for name, members in groups.items():
        limit = _limit_that_splits(rating, members, single=True)
        if limit is not None:
            notes.warning(
                "repair_frees_group",
                f"/event/{places[members[0].code]}/highest_only",
                clause=members[0].clause,
                zh=f"“{name}”组先取分值最大的一项，再受{limit[0]}限制：修复已被压低的最大项后，改由不受其限的他项计入，反而多扣。"
                "请把组内事项放在同一维度、受同一上限",
                en=f"group {name} takes its greatest event first and {limit[1]} comes after: repairing a greatest one "
                "that was cut down lets another count that is not, which costs more: keep the group in one dimension "
                "and under one limit",
            )


def _limit_that_splits(rating: Rating, members: list[EventRule], *, single: bool) -> tuple[str, str] | None:
    """The first limit on bad points that holds for some of the members and not for the others alike, as (zh, en).

    ``single``: one event of the members counts at a time, so that a code cap must be below its points to cut it.
    """
    for cap in rating.caps:
        if cap.side == "bad" and any(_splits(cap, rule, members, rating, single=single) for rule in members):
            stage = {"code": "事项", "dimension": "维度", "period": "期间"}[cap.stage]
            return f"{stage}上限（{cap.clause}）", f"the {cap.stage} cap of {cap.clause}"
    if len({rule.dimension for rule in members}) > 1:
        held = {rule.dimension for rule in members}
        for dimension in rating.dimensions:
            end = dimension.low if rating.direction == "higher_better" else dimension.high
            if dimension.key in held and end is not None:
                return f"维度 {dimension.key} 的上下限", f"the limit of dimension {dimension.key}"
    return None


def _splits(cap: Cap, rule: EventRule, members: list[EventRule], rating: Rating, *, single: bool) -> bool:
    """The cap can leave nothing to this event while another member stands in another of its buckets."""
    if cap.stage == "case":
        return False
    name = rule.dimension if cap.stage == "dimension" else rule.code
    if cap.stage != "period" and cap.over and name not in cap.over:
        return False
    if single and cap.stage == "code" and greatest_effect(rule, rating, "bad") <= cap.limit:
        return False
    if cap.calendar_year or cap.months is not None or cap.cycle is not None:
        return True  # two days, two buckets
    if cap.stage == "period":
        return False
    return any((other.dimension if cap.stage == "dimension" else other.code) != name for other in members)


def _check_shifts(rating: Rating, notes: Remarks) -> None:
    """Section 7.6: a grade without a band keeps its place, so that who leaves it is shifted past it."""
    order = [grade.key for grade in rating.grades]
    named = {rule.direct.grade for rule in rating.rules.values() if rule.direct}
    named |= {rule.floor.grade for rule in rating.rules.values() if rule.floor}
    named |= {outcome.grade for outcome in rating.outcomes if outcome.grade}
    still = [place for place, grade in enumerate(rating.grades) if not grade.banded and grade.key in named]
    banded = [place for place, grade in enumerate(rating.grades) if grade.banded]
    for number, rule in enumerate(rating.rules.values()):
        shift = rule.shift
        if shift is None or shift.by == 0 or shift.limit not in order:
            continue
        limit = order.index(shift.limit)
        passed = [place for place in still if _is_passed(place, banded, limit, worse=shift.by > 0)]
        if passed:
            grade = order[passed[0]]
            notes.warning(
                "repair_lets_shift_in",
                f"/event/{number}/shift",
                clause=shift.clause,
                zh=f"等级 {grade} 不分段，升降级不动它，却能越过它：修复后离开 {grade} 的主体反而可能更差。"
                f"请把 limit 写到不越过 {grade}，或为 {grade} 写分数段",
                en=f"grade {grade} has no band: a shift leaves it where it is and passes it elsewhere, so that a "
                f"repair which leads out of {grade} can end in a worse grade: choose a limit that does not pass "
                f"{grade}, or give {grade} a band",
            )


def _is_passed(place: int, banded: list[int], limit: int, *, worse: bool) -> bool:
    """A banded grade before this place, in the direction of the shift, can end behind it."""
    if worse:
        return any(start < place for start in banded) and any(place < end <= limit for end in banded)
    return any(start > place for start in banded) and any(limit <= end < place for end in banded)
