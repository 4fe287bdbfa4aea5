"""The sampling policy as a study: what each tier's ratio finds, the best plan, what stands in its way, the curve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any

import numpy as np

from service.platform import Problem
from service.studio.backtest.limits import limits
from service.studio.backtest.outcomes import outcomes_of
from service.studio.measures.visited import mixture_of
from service.studio.policy.draft import draft
from service.studio.policy.groups import groups_of, seen_in, tiers_of
from service.studio.policy.said import phrase, rules
from service.studio.policy.solving import best_plan, binding, curve, growth, unmet
from service.studio.policy.standing import ELSEWHERE, standing_before, standing_on, whose
from service.studio.sensitivity.study import asked_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.edition.model import Edition
    from service.studio.measures.visited import Mixture, Visited
    from service.studio.policy.groups import Seen
    from service.studio.policy.solving import Binding, Group
    from service.studio.runs import Work
    from service.studio.sensitivity.study import Asked

_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class _Question:
    """The groups of a plan with what was seen of each; ``visits``: all random ones; ``capacity``: visits of a year."""

    edition: Edition
    groups: Sequence[Group]
    seen: Sequence[Seen]
    visits: Visited
    capacity: int
    days: int
    worse: frozenset[int]


def policy(work: Work) -> dict[str, Any]:
    """The plan of a year's visits that finds most, within the bounds of an edition.

    Raises:
        Problem: ``policy_not_feasible``, ``policy_tier_unknown``, ``policy_without_frequency``.
    """
    asked = asked_of(work)
    if not asked.edition.frequency:
        raise Problem("policy_without_frequency", edition=asked.edition.id)
    question = _question(work, asked)
    work.tell(1, 2)
    _refuse_unmet(question)
    plan = best_plan(question.groups, question.capacity)
    found = binding(question.groups, plan, question.capacity)
    law = tuple(group.least for group in question.groups)
    points = curve(question.groups, question.capacity, question.worse, rules()["steps"])
    work.tell(2, 2)
    return asked.said | {
        "inspector_days": question.days,
        "capacity": question.capacity,
        "random_visits": len(question.visits.found),
        "tiers": [_tier(question, place, plan) for place in range(len(question.groups))],
        "best": _found(question, plan),
        "law": _found(question, law),
        "uniform": _uniform(question),
        "binding": [_binding(question, plan, one) for one in found],
        "worse_tiers": [question.groups[place].name for place in sorted(question.worse)],
        "curve": [{"worse": one.chosen, **_found(question, one.visits)} for one in points],
        "growth": [_grown(question, one) for one in growth(question.groups, question.capacity)],
        "unknown": [_unknown(group.name, seen) for group, seen in _pairs(question) if group.rate is None],
        "draft": draft(asked.text, asked.edition, dict(zip((g.name for g in question.groups), plan, strict=True)),
                       {group.name: group.entities for group in question.groups}),
    }  # fmt: skip


def _question(work: Work, asked: Asked) -> _Question:
    stock, tiers, options = work.stock, tiers_of(asked.edition), work.options
    assert stock is not None, "a policy is asked of a stock"  # noqa: S101 - as the table of kinds says
    everybody = whose(asked.parts)
    with work.database.reader() as session:
        outcomes = outcomes_of(session, position=stock.position)
    since = asked.day - timedelta(days=rules()["months"] * 365 // 12)
    recent = (outcomes.day >= since.toordinal()) & (outcomes.day < asked.day.toordinal())
    rank = standing_before(everybody, asked.edition, tiers, outcomes.entity[recent], outcomes.day[recent])
    mine = rank != ELSEWHERE
    ours, every = np.flatnonzero(recent)[mine], outcomes.visits
    visits = every._replace(entity=outcomes.entity).only(ours)
    seen = seen_in(visits, rank[mine], tiers, limits()["least"]["visits"])
    minimums = {one["tier"]: Fraction(one["ratio"]) for one in options.get("minimums", ())}
    groups = groups_of(asked.edition, tiers, standing_on(everybody, tiers, asked.day), seen, minimums)
    names = [*tiers, ""]
    of_groups = [seen[names.index(group.name) if group.name in names else -1] for group in groups]
    half = tiers[(len(tiers) + 1) // 2 :]
    return _Question(
        edition=asked.edition,
        groups=groups,
        seen=of_groups,
        visits=visits,
        capacity=floor(Fraction(str(options["visits_per_day"])) * options["days"]),
        days=options["days"],
        worse=frozenset(place for place, group in enumerate(groups) if group.name in half),
    )


def _refuse_unmet(question: _Question) -> None:
    short = unmet(question.groups, question.capacity)
    if short is None:
        return
    place = short.group
    if place is None:
        place = max(range(len(question.groups)), key=lambda each: question.groups[each].least)
    group = question.groups[place]
    told = phrase(
        "unmet",
        short.constraint,
        tier=group.name,
        clause=_clause(question, group),
        days=question.days,
        capacity=question.capacity,
        needs=sum(each.least for each in question.groups) if short.group is None else group.least,
        visits=group.least if short.group is None else group.most,
    )
    raise Problem("policy_not_feasible", zh=told["zh"], en=told["en"])


def _tier(question: _Question, place: int, plan: Sequence[int]) -> dict[str, Any]:
    group, seen = question.groups[place], question.seen[place]
    said: dict[str, Any] = {
        "tier": group.name,
        "clause": _clause(question, group),
        "entities": group.entities,
        "least": group.least,
        "most": group.most,
        "random_visits": seen.visits,
        "rate": None,
        "interval": None,
        "visits": plan[place],
        "finds": None,
        "law_finds": None,
    }
    mixed = None if seen.rate is None else mixture_of(question.visits, [(1.0, seen.mine)])
    if mixed is not None:
        finds, law = (round(mixed.rate * visits, 2) for visits in (plan[place], group.least))
        said |= {"rate": round(mixed.rate, 6), "interval": _interval(question, mixed)}
        said |= {"finds": finds, "law_finds": law}
    return said


def _found(question: _Question, visits: Sequence[int]) -> dict[str, Any]:
    """What a plan finds per hundred visits of tiers whose rate is known; ``visits`` of every tier."""
    known = [(size, seen) for size, seen in zip(visits, question.seen, strict=True) if seen.rate is not None]
    whole = sum(size for size, _ in known)
    groups = [(size / whole, seen.mine) for size, seen in known] if whole else []
    return {"visits": list(visits), **_per_hundred(question, mixture_of(question.visits, groups))}


def _grown(question: _Question, visits: Sequence[int]) -> dict[str, Any]:
    """What a plan finds in the year, of tiers whose rate is known; ``in_all``: its visits of all tiers."""
    known = sum(size for size, seen in zip(visits, question.seen, strict=True) if seen.rate is not None)
    found = _found(question, visits)
    told: dict[str, Any] = {"in_all": sum(visits), "visits": list(visits), "finds": None, "interval": None}
    if found["per_hundred"] is None:
        return told
    low, rate, high = (round(known * each / _HUNDRED, 2) for each in (
        found["interval"][0], found["per_hundred"], found["interval"][1]
    ))  # fmt: skip
    return told | {"finds": rate, "interval": [low, high]}


def _uniform(question: _Question) -> dict[str, Any]:
    """What visits spread evenly over everybody find per hundred."""
    everybody = np.ones(len(question.visits.found), np.bool_)
    return _per_hundred(question, mixture_of(question.visits, [(1.0, everybody)]))


def _per_hundred(question: _Question, mixed: Mixture | None) -> dict[str, Any]:
    if mixed is None:
        return {"per_hundred": None, "interval": None}
    return {
        "per_hundred": round(_HUNDRED * mixed.rate, 4),
        "interval": [round(_HUNDRED * each, 4) for each in _interval(question, mixed)],
    }


def _interval(question: _Question, mixed: Mixture) -> list[float]:
    return [round(each, 6) for each in mixed.interval(question.visits, limits()["confidence"])]


def _binding(question: _Question, plan: Sequence[int], one: Binding) -> dict[str, Any]:
    group = None if one.group is None else question.groups[one.group]
    words = phrase(
        "constraint",
        one.constraint,
        days=question.days,
        capacity=question.capacity,
        tier="" if group is None else group.name,
        clause="" if group is None else _clause(question, group),
        visits=0 if one.group is None else plan[one.group],
    )
    gain = round(_HUNDRED * one.gain, 4)
    return {"constraint": one.constraint, "tier": None if group is None else group.name, "gain": gain, **words}


def _unknown(name: str, seen: Seen) -> dict[str, Any]:
    return {"tier": name, "random_visits": seen.visits, "needs": limits()["least"]["visits"]}


def _pairs(question: _Question) -> list[tuple[Group, Seen]]:
    return list(zip(question.groups, question.seen, strict=True))


def _clause(question: _Question, group: Group) -> str:
    said = question.edition.frequency.get(group.name)
    return said.clause if said is not None else "–"
