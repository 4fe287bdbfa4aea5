"""The figures of a back-test, from random visits paired with the ratings before them; as JSON holds them.

Rates, AUC and lift are of all origins together (`pairs`), stability is told origin by origin.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from service.studio.dry_run.visits import yearly
from service.studio.measures.calibration import calibration_of
from service.studio.measures.discrimination import discrimination_of, loss_of
from service.studio.measures.groups import rates_of
from service.studio.measures.mirrored import mirroring_of
from service.studio.measures.policies import Unknown, detection_of
from service.studio.measures.stability import rank_correlation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.edition.model import Edition
    from scoring.rating.columnar.arrays import Rows
    from service.studio.backtest.outcomes import Outcomes
    from service.studio.backtest.pairs import Pairs
    from service.studio.backtest.seen import Asked, Seen
    from service.studio.measures.discrimination import Discrimination
    from service.studio.measures.groups import GroupRate
    from service.studio.measures.visited import Interval, Numbers, Visited

PLACES: Final = 6
ROC_POINTS: Final = 100


class Setting(NamedTuple):
    """``tiers``: those of the rulebook and, last, the word for none; ``least``: visits below which no rate is used."""

    tiers: tuple[str, ...]
    confidence: float
    least: int


def rounded(value: float | None) -> float | None:
    """A figure as it is told."""
    return None if value is None else round(float(value), PLACES)


def ends(interval: Interval | None) -> dict[str, float | None]:
    """An interval as it is told."""
    low, high = (None, None) if interval is None else interval
    return {"low": rounded(low), "high": rounded(high)}


def groups_of(pairs: Pairs, setting: Setting) -> Rows:
    """The tier of each pair by place; the last: none."""
    groups: Rows = np.where(pairs.seen.rank < 0, len(setting.tiers) - 1, pairs.seen.rank).astype(np.int64)
    return groups


def discriminating(pairs: Pairs, risk: Numbers, confidence: float) -> tuple[Discrimination, dict[str, Any]]:
    """AUC and Gini of a score, and its ROC curve; each visit is counted once."""
    found = discrimination_of(pairs.pooled, risk, confidence=confidence)
    sides = [len(np.unique(pairs.visit[side])) for side in (pairs.visits.found, ~pairs.visits.found)]
    found = found._replace(problems=sides[0], clean=sides[1])
    return found, {
        "auc": {"value": rounded(found.auc), **ends(found.interval)},
        "gini": {"value": rounded(found.gini), **ends(found.gini_interval)},
        "problems": found.problems,
        "clean": found.clean,
        "roc": [] if found.auc is None else roc_of(pairs.pooled, risk),
    }


def roc_of(visits: Visited, risk: Numbers) -> list[list[float]]:
    """Of the clean visits and of the problems the share that a bound catches, the riskiest first; a hundred points."""
    found = visits.found
    levels, place = np.unique(-risk, return_inverse=True)
    sides = [np.cumsum(np.bincount(place[side], visits.weight[side], len(levels))) for side in (~found, found)]
    clean, problems = (np.concatenate([[0.0], side / side[-1]]) for side in sides)
    kept = np.unique(np.linspace(0, len(levels), min(len(levels), ROC_POINTS) + 1).astype(int))
    return [[round(float(clean[one]), 4), round(float(problems[one]), 4)] for one in kept]


def rates_by_tier(pairs: Pairs, setting: Setting) -> list[GroupRate]:
    """Of each tier the rate at which random visits find something, and its lift over all; each visit counted once."""
    group = groups_of(pairs, setting)
    rates = rates_of(pairs.pooled, group, len(setting.tiers), confidence=setting.confidence)
    counts = [
        [len(np.unique(pairs.visit[mine & side])) for side in (pairs.visits.found, ~pairs.visits.found)]
        for mine in (group == place for place in range(len(setting.tiers)))
    ]
    return [
        rate._replace(visited=found + clean, found=found) for rate, (found, clean) in zip(rates, counts, strict=True)
    ]


def tiers_told(rates: Sequence[GroupRate], setting: Setting, entities: Rows) -> list[dict[str, Any]]:
    """The rates as they are told, with how many entities stand in each tier at the last origin."""
    return [
        {
            "tier": tier,
            "entities": int(size),
            "visits": rate.visited,
            "found": rate.found,
            "rate": {"value": rounded(rate.rate), **ends(rate.interval)},
            "lift": None if rate.lift is None else {"value": rounded(rate.lift.value), **ends(rate.lift.interval)},
        }
        for tier, size, rate in zip(setting.tiers, entities.tolist(), rates, strict=True)
    ]


def expected_of(pairs: Pairs, outcomes: Outcomes, days: Rows, setting: Setting) -> Numbers:
    """For each pair the rate of its tier among all visits that were over at its origin; NaN where they were too few.

    Each earlier visit has the tier of the last origin before it, so that nothing of what is to be expected is used.
    """
    group = groups_of(pairs, setting)
    last = _latest(pairs)
    over = np.searchsorted(outcomes.day[pairs.visit[last]], days, side="right")
    table = np.full((len(days), len(setting.tiers)), np.nan)
    for place in range(len(setting.tiers)):
        mine = group[last] == place
        weight = pairs.visits.weight[last] * mine
        columns = (mine, weight, weight * pairs.visits.found[last])
        sums = [np.concatenate([[0.0], np.cumsum(each)])[over] for each in columns]
        enough = sums[0] >= setting.least
        table[enough, place] = sums[2][enough] / sums[1][enough]
    expected: Numbers = table[pairs.origin, group]
    return expected


def calibration_told(pairs: Pairs, expected: Numbers, setting: Setting) -> dict[str, Any]:
    """What was found against what the tier's earlier visits let one expect."""
    known = ~np.isnan(expected)
    some, group = pairs.only(known), groups_of(pairs, setting)[known]
    found = calibration_of(some.pooled, expected[known], group, len(setting.tiers), confidence=setting.confidence)
    rows = zip((*setting.tiers, "all"), (*found.groups, found.over_all), strict=True)
    return {
        "brier": rounded(found.brier),
        "groups": [
            {
                "tier": tier,
                "expected": rounded(gap.expected),
                "observed": rounded(gap.observed),
                "gap": {"value": rounded(gap.gap), **ends(gap.interval)},
                "within_chance": gap.within_chance,
            }
            for tier, gap in rows
            if gap is not None
        ],
    }


def detection_told(
    pairs: Pairs, setting: Setting, entities: Rows, edition: Edition
) -> tuple[dict[str, Any] | None, Sequence[str]]:
    """What a hundred visits as the edition asks for them find; or None and the tiers of which nothing is known.

    Nobody counts for more than one visit: what a second one in the year finds random first visits do not tell.
    """
    shares = [min(yearly(edition.frequency.get(tier)) or Fraction(0), Fraction(1)) for tier in setting.tiers]
    planned = [float(size * share) for share, size in zip(shares, entities.tolist(), strict=True)]
    if not sum(planned) or not len(pairs.visit):
        return None, ()
    group = groups_of(pairs, setting)
    found = detection_of(pairs.pooled, group, planned, float(entities.sum()), confidence=setting.confidence)
    if isinstance(found, Unknown):
        return None, [setting.tiers[place] for place in found.groups]
    gain = None if found.gain is None else {"value": rounded(found.gain.value), **ends(found.gain.interval)}
    return {
        "planned": {tier: round(size, 2) for tier, size in zip(setting.tiers, planned, strict=True)},
        "policy": {"value": rounded(found.policy), **ends(found.interval)},
        "uniform": rounded(found.uniform),
        "oracle": rounded(found.oracle),
        "gain": gain,
    }, ()


def clauses_told(pairs: Pairs, asked: Asked, edition: Edition, confidence: float) -> list[dict[str, Any]]:
    """What the AUC of the points loses where the contributions of a clause are nil; the greatest loss first."""
    told = []
    for clause, place in asked.clauses.items():
        part = pairs.seen.clauses[:, place]
        if not part.any():
            continue
        lost = loss_of(pairs.pooled, pairs.seen.risk, pairs.seen.risk - part, confidence=confidence)
        if lost is not None:
            text = edition.clauses.get(clause)
            words = {} if text is None else {locale: text[locale] for locale in ("zh", "en")}
            told.append({"clause": clause, **words, "loss": {"value": rounded(lost.value), **ends(lost.interval)}})
    return sorted(told, key=lambda one: (-one["loss"]["value"], one["clause"]))


def mirror_told(pairs: Pairs, last: Seen, limits: Mapping[str, Any], confidence: float) -> dict[str, Any]:
    """Whether the rating tells more than where inspectors went."""
    rated = ~np.isnan(last.risk)
    correlation = rank_correlation(last.risk[rated], last.looked_at[rated].astype(np.float64))
    found = mirroring_of(
        pairs.pooled,
        pairs.seen.risk,
        pairs.seen.looked_at,
        correlation=correlation,
        limit=limits["correlation"],
        confidence=confidence,
    )
    return {
        "correlation": rounded(correlation),
        "months": limits["months"],
        "alone": {"value": rounded(found.alone.auc), **ends(found.alone.interval)},
        "within": {"value": rounded(found.within), **ends(found.interval)},
        "mirrors": found.mirrors,
    }


def _latest(pairs: Pairs) -> Rows:
    """The place of the last pair of each visit, by visit; pairs stand by origin."""
    latest: Rows = len(pairs.visit) - 1 - np.unique(pairs.visit[::-1], return_index=True)[1]
    return latest
