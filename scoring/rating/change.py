"""Step 9: the first day after as_of on which anything differs, with the same evidence.

The end of anything live, a repair of it, a decision to come and another edition change the answer for certain: the
least of those days is the limit. Before it the lines stand still, except on days on which an occasion is held or points
are given back; on the other days that could matter only the last steps are worked out again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.kernel.days import months_after
from scoring.rating.score import Facts
from scoring.rating.verdict import clean_since, decide

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from scoring.rating.result import Verdict

_LIVE = frozenset({"counted", "absorbed", "lesser_of_group"})


def next_change_on(facts: Facts, as_of: date, verdict: Verdict) -> date | None:
    """The day on which the answer of as_of is over, or None."""
    limit = _certain(facts, as_of)
    heavy = _heavy(facts, as_of)
    days = {day for day in _light(facts, as_of) if day > as_of and (limit is None or day < limit)}
    days.update(day for day in heavy if limit is None or day < limit)
    if not days:
        return limit
    lines = _lines(facts) if heavy else {}
    answer = _answer(verdict)
    for day in sorted(days):
        if day in heavy:
            facts = Facts(facts.plan, facts.history, day)
            if _lines(facts) != lines:
                return day
        if _answer(decide(facts, day)) != answer:
            return day
    return limit


def _certain(facts: Facts, as_of: date) -> date | None:
    """The first day that surely brings a change."""
    limit = facts.plan.until
    for item in facts.items:
        standing = item.standing
        if standing in _LIVE:
            repaired_on = item.event.repaired_on
            if repaired_on is not None and (limit is None or repaired_on < limit):
                limit = repaired_on
        elif standing != "repaired":
            continue
        end = item.end
        if end is not None and (limit is None or end < limit):
            limit = end
    if len(facts.lines) < len(facts.history.events):
        for event in facts.history.events:
            day = event.decided_on
            if day > as_of and (limit is None or day < limit):
                limit = day
    return limit


def _heavy(facts: Facts, as_of: date) -> set[date]:
    """Days on which lines may change without an end: occasions to come, points to be given back."""
    days = {item.restores_on for item in facts.items if item.restores_on is not None and item.standing in _LIVE}
    if len(facts.occasions) < len(facts.history.occasions):
        days.update(one.held_on for one in facts.history.occasions if one.held_on > as_of)
    return days


def _light(facts: Facts, as_of: date) -> Iterator[date]:
    """Days on which the last steps may come out otherwise; some may be past."""
    plan, history = facts.plan, facts.history
    if history.known_since is not None:
        for months in plan.younger:
            yield months_after(months)[history.known_since]
    for start, end in history.licences or ():
        yield start
        if end is not None:
            yield end
    yield from _ends(facts)
    yield from facts.repairs
    if plan.rating.streaks:
        yield from _streak_days(facts, as_of)


def _ends(facts: Facts) -> Iterator[date]:
    """Where what bounds or moves the grade begins and ends."""
    yield from [ends for _, _, ends in facts.directs if ends is not None]
    yield from [until for _, _, until in facts.floors]
    yield from [until for _, _, until in facts.warnings]
    yield from [until for _, until in facts.shifts]
    for _, _, start, until in facts.ceilings:
        yield start
        yield until


def _streak_days(facts: Facts, as_of: date) -> Iterator[date]:
    """Days on which a clean run may be long enough, from any day on which it may have begun."""
    since, _ = clean_since(facts, as_of)
    starts = set() if since is None else {since}
    if facts.repairs:
        starts.update(event.decided_on for event, _ in facts.adverse)
        if facts.history.known_since is not None:
            starts.add(facts.history.known_since)
    for step in facts.plan.rating.streaks:
        if step.months is not None:
            after = months_after(step.months)
            for start in starts:
                yield after[start]


def _lines(facts: Facts) -> dict[tuple[str, str], tuple[str, int]]:
    return {(line.source, line.ref): (line.standing, line.counted) for line in facts.lines}


def _answer(verdict: Verdict) -> tuple[object, ...]:
    level = None if verdict.risk is None else verdict.risk.level
    return verdict.state, verdict.reason, verdict.total, verdict.grade, verdict.tier, level
