"""A back-test as a document: what was asked, every figure, and what is to be said about how far they can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scoring.edition.tiering import UNRATED
from service.studio.backtest.figures import (
    Setting,
    calibration_told,
    clauses_told,
    detection_told,
    discriminating,
    expected_of,
    mirror_told,
    rates_by_tier,
    tiers_told,
)
from service.studio.backtest.limits import limits, told, warning
from service.studio.backtest.pairs import beside, paired
from service.studio.backtest.seen import seen_at
from service.studio.backtest.steadiness import counts_of, steadiness_told
from service.studio.measures.enough import shortages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from scoring.edition.model import Edition
    from service.studio.backtest.outcomes import Outcomes
    from service.studio.backtest.pairs import Beside, Pairs
    from service.studio.backtest.past import Origin, Past
    from service.studio.backtest.seen import Asked, Law, Seen
    from service.studio.measures.discrimination import Discrimination
    from service.studio.measures.groups import GroupRate


class Trial(NamedTuple):
    """What is tried: the law over the past at these origins, against random visits of ``horizon`` months after each.

    ``edition``: in force at the last origin, whose ratios of sampling and clauses' words are taken.
    """

    past: Past
    law: Law
    asked: Asked
    edition: Edition
    origins: Sequence[Origin]
    outcomes: Outcomes
    horizon: int


def back_test_document(trial: Trial, tell: Callable[[int, int], None] = lambda _done, _whole: None) -> dict[str, Any]:
    """Every figure of a back-test. ``tell(done, whole)`` is called after each origin."""
    every: list[tuple[Seen, Beside]] = []
    for origin in trial.origins:
        one = seen_at(trial.past, trial.law, origin, trial.asked)
        # What the clauses add is kept of those visited alone: of everybody at every origin it would not fit.
        every.append((one.without_clauses, beside(trial.outcomes, origin.day, one, trial.horizon)))
        tell(len(every), len(trial.origins))
    first = _rated_from(every)
    trial = trial._replace(origins=trial.origins[first:])
    days, seen = [origin.day for origin in trial.origins], [one for one, _ in every[first:]]
    pairs = paired(trial.outcomes, [one for _, one in every[first:]])
    setting = Setting((*trial.asked.tiers, UNRATED), limits()["confidence"], limits()["least"]["visits"])
    return {
        "rulebook": trial.asked.rulebook,
        "edition": trial.edition.id,
        "edition_digest": trial.edition.digest,
        "origins": [day.isoformat() for day in days],
        "horizon_months": trial.horizon,
        "visits": len(np.unique(pairs.visit)),
        "found": len(np.unique(pairs.visit[pairs.visits.found])),
        "entities_visited": len(np.unique(pairs.seen.ids)),
        **_figures(trial, pairs, seen, setting),
    }


def _rated_from(every: Sequence[tuple[Seen, Beside]]) -> int:
    """The place of the first origin at which the rulebook rated anybody; that of the last in any case."""
    return next((place for place, (one, _) in enumerate(every) if len(one.ids)), len(every) - 1)


def _figures(trial: Trial, pairs: Pairs, seen: Sequence[Seen], setting: Setting) -> dict[str, Any]:
    days = [origin.day for origin in trial.origins]
    rated, last = pairs.only(pairs.rated), seen[-1]
    entities, rates = counts_of(last, setting), rates_by_tier(pairs, setting)
    by_tier, tier_told = discriminating(rated, rated.seen.rank.astype(np.float64), setting.confidence)
    by_points, points_told = discriminating(rated, rated.seen.risk, setting.confidence)
    expected = expected_of(pairs, trial.outcomes, np.array([day.toordinal() for day in days]), setting)
    detection, unknown = detection_told(pairs, setting, entities, trial.edition)
    mirror = mirror_told(rated, last, limits()["mirror"], setting.confidence)
    said = [*_shortages(by_points, rates, setting), *_warnings(trial, pairs, mirror, unknown, detection)]
    return {
        "tier": tier_told,
        "points": points_told,
        "tiers": tiers_told(rates, setting, entities),
        "calibration": calibration_told(pairs, expected, setting),
        "detection": detection,
        "steadiness": steadiness_told(rated, days, seen, setting),
        "clauses": clauses_told(rated, trial.asked, trial.edition, setting.confidence)
        if by_tier.auc is not None
        else [],
        "mirror": mirror,
        "warnings": said,
    }


def _shortages(found: Discrimination, rates: Sequence[GroupRate], setting: Setting) -> Iterator[dict[str, str]]:
    """Of what there is too little; nothing is expected of those without a tier."""
    for short in shortages(found, rates[:-1], limits()["least"]):
        yield {"code": short.what, **{locale: told(short, setting.tiers, locale) for locale in ("zh", "en")}}


def _warnings(
    trial: Trial, pairs: Pairs, mirror: dict[str, Any], unknown: Sequence[str], detection: dict[str, Any] | None
) -> Iterator[dict[str, str]]:
    if not len(pairs.visit):
        yield warning("none")
    elif unknown:
        yield warning("unknown_rate", tiers=", ".join(unknown))
    elif detection is None:
        yield warning("no_policy", edition=trial.edition.id)
    if mirror["mirrors"]:
        within = mirror["within"]["value"]
        yield warning("mirrors", correlation=f"{mirror['correlation']:.2f}", within=f"{within:.2f}")
