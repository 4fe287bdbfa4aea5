"""Step 9: the first day after as_of on which anything differs, with the same evidence.

The end of anything live, a repair of it, a decision to come and another edition change the answer for certain: the
least of those days is the limit. Before it the lines stand still, except on days on which an occasion is held or points
are given back; on the other days that could matter only the last steps are worked out again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.rating.score import Facts
from scoring.rating.verdict import decide

if TYPE_CHECKING:
    from datetime import date

    from scoring.rating.result import Verdict

_LIVE = frozenset({"counted", "absorbed", "lesser_of_group"})


def next_change_on(facts: Facts, as_of: date, verdict: Verdict) -> date | None:
    """The day on which the answer of as_of is over, or None."""
    limit = _certain(facts, as_of)
    heavy = _heavy(facts, as_of)
    days = _light(facts, as_of)
    if heavy:
        days += heavy
    days = [day for day in days if as_of < day and (limit is None or day < limit)]
    if not days:
        return limit
    lines = _lines(facts) if heavy else {}
    answer = _answer(verdict)
    for day in sorted(set(days)):
        if day in heavy:
            facts = Facts(facts.plan, facts.history, day)
            if _lines(facts) != lines:
                return day
        if _answer(decide(facts, day)) != answer:
            return day
    return limit


def _certain(facts: Facts, as_of: date) -> date | None:
    """The first day that surely brings a change."""
    first, until = facts.ends_on, facts.plan.until
    if until is not None and (first is None or until < first):
        first = until
    if len(facts.lines) == len(facts.history.events):
        return first
    to_come = min([event.decided_on for event in facts.history.events if event.decided_on > as_of])
    return to_come if first is None else min(first, to_come)


def _heavy(facts: Facts, as_of: date) -> set[date]:
    """Days on which lines may change without an end: occasions to come, points to be given back."""
    days: set[date] = set()
    for item in facts.restoring:
        day = item.worth.restores_on
        if day is not None and item.standing in _LIVE:
            days.add(day)
    if len(facts.occasions) < len(facts.history.occasions):
        days.update([one.held_on for one in facts.history.occasions if one.held_on > as_of])
    return days


def _light(facts: Facts, as_of: date) -> list[date]:
    """Days on which the last steps may come out otherwise; some may be past."""
    plan, history = facts.plan, facts.history
    days = _bounds(facts)
    if history.known_since is not None:
        for after in plan.younger:
            days.append(after[history.known_since])
    for start, end in history.licences or ():
        days.append(start)
        if end is not None:
            days.append(end)
    if facts.repairs:
        days += facts.repairs
    if plan.streaks:
        days += _streak_days(facts, as_of)
    return days


def _bounds(facts: Facts) -> list[date]:
    """Where what bounds or moves the grade begins and ends."""
    days = [ends for _, _, ends in facts.directs if ends is not None] if facts.directs else []
    if facts.floors:
        days += [until for _, _, until in facts.floors]
    if facts.warnings:
        days += [until for _, _, until in facts.warnings]
    if facts.shifts:
        days += [until for _, until in facts.shifts]
    for _, _, start, until in facts.ceilings:
        days += (start, until)
    return days


def _streak_days(facts: Facts, as_of: date) -> list[date]:
    """Days on which a clean run may be long enough, from any day on which it may have begun."""
    since, _ = facts.clean_since(as_of)
    starts = [] if since is None else [since]
    if facts.repairs:
        starts += [event.decided_on for event in facts.adverse]
        if facts.history.known_since is not None:
            starts.append(facts.history.known_since)
    return [after[start] for after, _, _ in facts.plan.streaks if after is not None for start in starts]


def _lines(facts: Facts) -> dict[tuple[str, str], tuple[str, int]]:
    return {(line.source, line.ref): (line.standing, line.counted) for line in facts.lines}


def _answer(verdict: Verdict) -> tuple[object, ...]:
    level = None if verdict.risk is None else verdict.risk.level
    return verdict.state, verdict.reason, verdict.total, verdict.grade, verdict.tier, level
