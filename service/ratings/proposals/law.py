"""When a fall is only proposed, what is in force meanwhile, and what a proposal comes to. No database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from scoring.editions.shipped import calendar_or_weekdays
from scoring.kernel.workdays import Term, last_day
from service.ratings.proposals.model import Grounds, InForce, Proposal, Resolution

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from scoring.edition.model import Edition, Rating
    from scoring.rating.result import Result
    from service.ratings.proposals.model import Status

_KEPT = frozenset({"rejected", "dropped"})
"""Outcomes after which the tier of before stays in force."""
_TAKEN = frozenset({"confirmed", "in_force"})


class Rule(NamedTuple):
    """The edition in force for a kind on a day, and its rating section for that kind."""

    edition: Edition
    rating: Rating

    def falls(self, before: str | None, now: str | None) -> bool:
        """Whether a tier is worse than one before, in the order of the edition; one not in it is neither."""
        return _worse(self.rating.tiers, before, now)


class Judgement(NamedTuple):
    """What one rating means for the proposals of its kind: which end, which one is new, what is in force instead."""

    closing: tuple[Proposal, ...]
    raising: Proposal | None
    in_force: InForce | None


class Before(NamedTuple):
    """What was in force before this rating, and the proposal that it rested on."""

    grounds: Grounds
    proposal: int | None


def judge(result: Result, rule: Rule | None, proposals: Sequence[Proposal], before: Before | None) -> Judgement:
    """What a rating of a day means. ``proposals`` of its kind in the order in which they were raised.

    ``before`` None: nothing was in force, so nothing can fall.
    """
    day = result.as_of
    known, closing = [], []
    for one in proposals:
        ended = _ended(one, result) if one.resolution is None else None
        if ended is not None:
            closing.append(ended)
        known.append(ended or one)
    scale = () if rule is None else rule.rating.tiers
    shown = in_force(result, scale, known)
    raising = None
    if shown is None and rule is not None and before is not None:
        was = _was(before, known)
        if falls(result, rule.rating, was.tier):
            raising = raised(result, rule, was, day)
            shown = in_force(result, scale, [raising])
    return Judgement(tuple(closing), raising, shown)


def falls(result: Result, rating: Rating, before: str) -> bool:
    """Whether a rating is a fall that the edition first proposes: into one of its tiers, or by a direct grade."""
    said = rating.provisional
    if said is None or not _worse(rating.tiers, before, result.tier):
        return False
    return result.tier in said.tiers or (said.direct_grade and result.verdict.direct is not None)


def raised(result: Result, rule: Rule, was: Grounds, day: date) -> Proposal:
    """The proposal of a fall found on a day, with the due day that its edition gives."""
    said = rule.rating.provisional
    assert said is not None, "only an edition that proposes can raise"  # noqa: S101 - `falls` said so
    assert result.tier is not None, "only a tier can be proposed"  # noqa: S101 - `falls` said so
    term = Term(said.due_days, said.counting, "from_next_day")
    due = last_day(term, day, calendar_or_weekdays(rule.edition.calendar), to_act=True)
    return Proposal(
        id=None,
        kind=result.kind,
        edition=rule.edition.id,
        raised_on=day,
        due_on=due.day,
        due_provisional=due.provisional,
        before=was,
        proposed=result.tier,
        lapses_to=said.lapses_to,
        facts=facts_of(result),
    )


def in_force(result: Result, scale: Sequence[str], proposals: Sequence[Proposal]) -> InForce | None:
    """What is in force on the day of a rating in place of its tier; None where its tier is.

    An open proposal keeps the tier of before while the evidence still gives what was proposed. A rejected or dropped
    one keeps it as long as nothing is added: the same edition, no worse tier, no fact that did not count then.
    """
    day = result.as_of
    for one in reversed(proposals):
        if one.raised_on > day:
            continue
        outcome = one.outcome_on(day)
        if outcome == "withdrawn" or (outcome is None and result.tier != one.proposed):
            continue
        if not _worse(scale, one.before.tier, result.tier):
            return None
        if outcome is None:
            lapse = one.due_on + timedelta(days=1)
            ends = lapse if one.resolution is None else min(lapse, one.resolution.on)
            return InForce("provisional", one.before, one.proposed, one.due_on, ends, one.id)
        if outcome in _KEPT and _nothing_added(one, result, scale):
            kept: Status = "rejected" if outcome == "rejected" else "dropped"
            return InForce(kept, one.before, one.proposed, one.due_on, None, one.id)
        return None
    return None


def facts_of(result: Result) -> dict[str, int]:
    """What counts against an entity, each with its weight: points, bounds on its grade, its risk."""
    sign = -1 if result.direction == "higher_better" else 1
    facts = {f"{line.source}/{line.ref}": abs(line.counted) for line in result.lines if line.counted * sign > 0}
    verdict = result.verdict
    bounds = {"direct": verdict.direct, "ceiling": verdict.ceiling}
    facts |= {f"{name}:{bound.source}/{bound.ref}": 1 for name, bound in bounds.items() if bound is not None}
    facts |= {f"shift:{shift.source}/{shift.ref}": shift.by for shift in verdict.shifts if shift.by > 0}
    if verdict.risk is not None:
        facts["risk:"] = verdict.risk.points
    if verdict.outcome is not None:
        facts[f"outcome:{verdict.outcome.clause}"] = 1
    return facts


def references(facts: Mapping[str, int]) -> frozenset[tuple[str, str]]:
    """The events (source, reference) among facts."""
    named = (fact.partition(":")[2] if fact.startswith(("direct:", "ceiling:", "shift:")) else fact for fact in facts)
    return frozenset((source, ref) for source, slash, ref in (one.partition("/") for one in named) if slash)


def _ended(one: Proposal, result: Result) -> Proposal | None:
    """An open proposal that this rating ends."""
    if (outcome := one.outcome_on(result.as_of)) is None and result.tier != one.proposed:
        outcome = "withdrawn"
    return outcome and one._replace(resolution=Resolution(outcome, result.as_of, facts_of(result)))


def _was(before: Before, proposals: Sequence[Proposal]) -> Grounds:
    """What was in force just before: a proposal that took force in the meantime is."""
    for one in proposals:
        if one.id == before.proposal and one.resolution is not None and one.resolution.outcome in _TAKEN:
            return before.grounds._replace(tier=one.proposed)
    return before.grounds


def _worse(scale: Sequence[str], before: str | None, now: str | None) -> bool:
    return before in scale and now in scale and scale.index(now) > scale.index(before)


def _nothing_added(one: Proposal, result: Result, scale: Sequence[str]) -> bool:
    if result.edition != one.edition or _worse(scale, one.proposed, result.tier):
        return False
    if one.resolution is None or one.resolution.on > result.as_of:
        return True  # its due day is over and nobody wrote so yet: what counts now is what counted then
    then = one.resolution.facts
    return all(weight <= then.get(fact, 0) for fact, weight in facts_of(result).items())
