"""Step 7.3 to 7.7 and 8.2: the band, what bounds or moves it, and the tier it leads to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from scoring.rating.result import Bound, Shift, Verdict

if TYPE_CHECKING:
    from datetime import date

    from scoring.rating.items import Item
    from scoring.rating.plan import Plan
    from scoring.rating.result import Outcome, RiskFound, Streak
    from scoring.rating.score import Facts


def graded(
    facts: Facts, day: date, total: int, *, streak: Streak | None, outcome: Outcome | None, risk: RiskFound | None
) -> Verdict:
    """The verdict of an entity that is rated: its band, what bounds or moves it, its tier. ``total``: in hundredths."""
    plan = facts.plan
    banded = None
    if outcome is not None and outcome.grade is not None:
        rank = plan.rank[outcome.grade]
    else:
        banded = band(plan, total, facts.worst_item)
        rank = plan.rank[banded]
    direct = floor = ceiling = None
    shifts: tuple[Shift, ...] = ()
    if facts.directs:
        direct = _worst_direct(facts, day)
        rank = rank if direct is None else max(rank, plan.rank[direct.grade])
    if facts.floors and direct is None:
        floor = _best_floor(facts, day)
        rank = rank if floor is None else min(rank, plan.rank[floor.grade])
    if facts.shifts:
        rank, shifts = _shifted(facts, day, rank)
    if facts.ceilings:
        ceiling = _lowest_ceiling(facts, day)
        rank = rank if ceiling is None else max(rank, plan.rank[ceiling.grade])
    grade = plan.grades[rank]
    tier = plan.tiers[grade]
    if plan.rating.matrix is not None and risk is not None:
        tier = plan.rating.matrix.cells[risk.level, grade]
    return Verdict(
        "rated", None, None, total, facts.worst_item, streak, outcome,
        banded, direct, floor, shifts, ceiling, grade, risk, tier,
    )  # fmt: skip


def band(plan: Plan, total: int, worst_item: int) -> str:
    """The first grade, best first, whose bound and worst item hold."""
    better = plan.rating.direction == "higher_better"
    for grade in plan.banded:
        if grade.worst_item is not None and worst_item > grade.worst_item:
            continue
        if grade.bound is None or (total >= grade.bound if better else total <= grade.bound):
            return grade.key
    return plan.banded[-1].key


def _repaired(item: Item, day: date) -> bool:
    return item.event.repaired_on is not None and item.event.repaired_on <= day


def _worst_direct(facts: Facts, day: date) -> Bound | None:
    worst: Bound | None = None
    worst_rank = -1
    for item, rank, until in facts.directs:
        rule = item.rule.rule.direct
        if rule is not None and rank > worst_rank and (until is None or day < until) and not _repaired(item, day):
            worst_rank = rank
            worst = Bound(item.event.source, item.event.ref, rule.clause, rule.grade, until)
    return worst


def _best_floor(facts: Facts, day: date) -> Bound | None:
    best: Bound | None = None
    best_rank = len(facts.plan.grades)
    for item, rank, until in facts.floors:
        rule = item.rule.rule.floor
        if rule is not None and rank < best_rank and day < until and not _repaired(item, day):
            best_rank = rank
            best = Bound(item.event.source, item.event.ref, rule.clause, rule.grade, until)
    return best


def _lowest_ceiling(facts: Facts, day: date) -> Bound | None:
    lowest: Bound | None = None
    lowest_rank = -1
    for event, ceiling, start, until in facts.ceilings:
        rank = facts.plan.rank[ceiling.grade]
        if rank > lowest_rank and start <= day < until:
            lowest_rank = rank
            lowest = Bound(event.source, event.ref, ceiling.clause, ceiling.grade, until)
    return lowest


def _shifted(facts: Facts, day: date, rank: int) -> tuple[int, tuple[Shift, ...]]:
    """The rank after all shifts that run, in order, and those that ran."""
    plan = facts.plan
    found: list[Shift] = []
    for item, until in facts.shifts:
        rule = item.rule.rule.shift
        if rule is None or day >= until or _repaired(item, day):
            continue
        rank = _moved(plan.banded_ranks, rank, rule.by, plan.rank[rule.limit])
        found.append(Shift(item.event.source, item.event.ref, rule.clause, rule.by, plan.grades[rank], until))
    return rank, tuple(found)


def _moved(ranks: tuple[int, ...], rank: int, by: int, limit: int) -> int:
    """``by`` places along the banded ranks (ascending: worse), not past the ends or the limit; others keep theirs."""
    if rank not in ranks:
        return rank
    place = ranks.index(rank)
    if by > 0:
        if rank >= limit:
            return rank
        furthest = bisect_right(ranks, limit) - 1
        return ranks[min(place + by, furthest, len(ranks) - 1)]
    if rank <= limit:
        return rank
    furthest = bisect_left(ranks, limit)
    return ranks[max(place + by, furthest, 0)]
