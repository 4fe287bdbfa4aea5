"""Steps 6 to 8: from the score of a day to its state, grade, risk level and tier."""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from scoring.kernel.days import months_after
from scoring.rating.grade import Score, graded
from scoring.rating.result import Outcome, RiskFound, RiskPart, Verdict

if TYPE_CHECKING:
    from datetime import date

    from scoring.edition.model import OutcomeRule
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
    outcome = None
    for rule in rating.outcomes:
        if _matches(rule, facts, total, day):
            outcome = Outcome(rule.clause, rule.reason, None if rule.grade is not None else rule.state, rule.grade)
            break
    if outcome is None or outcome.state is None:
        return graded(facts, day, Score(total, streak, outcome, _risk(facts, day)))
    if outcome.state == "unrated":
        return Verdict("unrated", outcome.reason, outcome.clause, outcome=outcome)
    return Verdict(outcome.state, outcome.reason, outcome.clause, total, facts.worst_item, streak, outcome)


def _licensed(licences: tuple[tuple[date, date | None], ...], day: date) -> bool:
    return any(start <= day and (end is None or day < end) for start, end in licences)


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


def _matches(rule: OutcomeRule, facts: Facts, total: int, day: date) -> bool:
    """Whether every stated test of an outcome rule holds."""
    if rule.total_from is not None and total < rule.total_from:
        return False
    if rule.total_to is not None and total > rule.total_to:
        return False
    if rule.younger_than_months is not None:
        known = facts.history.known_since
        if known is None or day >= months_after(rule.younger_than_months)[known]:
            return False
    attributes = facts.history.attributes
    return (
        (not rule.when or all(attributes.get(one.attribute) in one.one_of for one in rule.when))
        and _occasions_match(rule, facts)
        and _counted_match(rule, facts)
    )


def _occasions_match(rule: OutcomeRule, facts: Facts) -> bool:
    if rule.without_occasion and facts.occasions:
        return False
    if not rule.occasion_types and rule.closed is None:
        return True
    if not facts.occasions:
        return False
    latest = facts.occasions[-1]
    return (not rule.occasion_types or latest.type in rule.occasion_types) and rule.closed in (None, latest.closed)


def _counted_match(rule: OutcomeRule, facts: Facts) -> bool:
    if not rule.without_evidence and not rule.missing_codes:
        return True
    counted = {item.rule.code for item in facts.items if item.standing == "counted"}
    if rule.without_evidence and (counted or facts.occasions):
        return False
    return not rule.missing_codes or not counted.issuperset(rule.missing_codes)


def _risk(facts: Facts, day: date) -> RiskFound | None:
    risk = facts.plan.rating.risk
    if risk is None:
        return None
    points, parts = facts.risk
    for event, warning, until in facts.warnings:
        if day < until:
            points += warning.points
            parts = (*parts, RiskPart(warning.clause, None, (event.source, event.ref), warning.points))
    for level in risk.levels:
        if level.at_most is None or points <= level.at_most:
            return RiskFound(level.key, points, parts)
    return RiskFound(risk.levels[-1].key, points, parts)
