"""Steps 6 to 8: from the score of a day to its state, grade, risk level and tier."""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from scoring.rating.grade import graded
from scoring.rating.outcomes import matched
from scoring.rating.result import RiskFound, RiskPart, Verdict

if TYPE_CHECKING:
    from datetime import date

    from scoring.edition.model import Risk
    from scoring.rating.result import Streak
    from scoring.rating.score import Facts

_HELD_ON: Final = attrgetter("held_on")


def decide(facts: Facts, day: date) -> Verdict:
    """What the facts lead to on a day on which they hold."""
    if facts.history.licences is not None and not _licensed(facts.history.licences, day):
        return Verdict("unrated", "no_valid_licence")
    rating = facts.plan.rating
    streak = _streak(facts, day) if facts.plan.streaks else None
    total = facts.subtotal if streak is None else facts.subtotal + streak.points
    if rating.low is not None and total < rating.low:
        total = rating.low
    if rating.high is not None and total > rating.high:
        total = rating.high
    outcome = matched(facts.plan.outcomes, facts, total, day)
    if outcome is None or outcome.state is None:
        risk = None if rating.risk is None else _risk(rating.risk, facts, day)
        return graded(facts, day, total, streak=streak, outcome=outcome, risk=risk)
    if outcome.state == "unrated":
        return Verdict("unrated", outcome.reason, outcome.clause, outcome=outcome)
    return Verdict(outcome.state, outcome.reason, outcome.clause, total, facts.worst_item, streak, outcome)


def _licensed(licences: tuple[tuple[date, date | None], ...], day: date) -> bool:
    return bool([start for start, end in licences if start <= day and (end is None or day < end)])


def _streak(facts: Facts, day: date) -> Streak | None:
    since, last = facts.clean_since(day)
    best: Streak | None = None
    for after, occasions, streak in facts.plan.streaks:
        if after is not None:
            reached = since is not None and after[since] <= day
        else:
            reached = _held_after(facts, last) >= occasions
        if reached and (best is None or abs(streak.points) > abs(best.points)):
            best = streak
    return best


def _held_after(facts: Facts, last: date | None) -> int:
    occasions = facts.occasions
    return len(occasions) if last is None else len(occasions) - bisect_right(occasions, last, key=_HELD_ON)


def _risk(risk: Risk, facts: Facts, day: date) -> RiskFound:
    points, parts = facts.risk
    for event, warning, until in facts.warnings:
        if day < until:
            points += warning.points
            parts = (*parts, RiskPart(warning.clause, None, (event.source, event.ref), warning.points))
    for level in risk.levels:
        if level.at_most is None or points <= level.at_most:
            return RiskFound(level.key, points, parts)
    return RiskFound(risk.levels[-1].key, points, parts)
