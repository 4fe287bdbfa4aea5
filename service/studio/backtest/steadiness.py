"""Origin by origin: who stood where, how well the rating told then, and how far both moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from service.studio.backtest.figures import ends, rounded
from service.studio.measures.discrimination import discrimination_of
from service.studio.measures.stability import rank_correlation, shift_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from scoring.rating.columnar.arrays import Rows
    from service.studio.backtest.figures import Setting
    from service.studio.backtest.pairs import Pairs
    from service.studio.backtest.seen import Seen


def counts_of(seen: Seen, setting: Setting) -> Rows:
    """How many entities stood in each tier; the last: in none."""
    size = len(setting.tiers)
    return np.roll(np.bincount(seen.rank + 1, minlength=size), -1)


def steadiness_told(rated: Pairs, days: Sequence[date], seen: Sequence[Seen], setting: Setting) -> list[dict[str, Any]]:
    """Of each origin the AUC of the points in its own months, and what moved since the first and since the one before.

    ``rated``: pairs with a tier and points. A visit counts wholly at each origin here.
    """
    told = []
    for place, (day, one) in enumerate(zip(days, seen, strict=True)):
        some = rated.only(rated.origin == place)
        found = discrimination_of(some.visits, some.seen.risk, confidence=setting.confidence)
        counts = counts_of(one, setting)
        told.append(
            {
                "day": day.isoformat(),
                "entities": dict(zip(setting.tiers, counts.tolist(), strict=True)),
                "visits": len(some.visit),
                "problems": found.problems,
                "auc": {"value": rounded(found.auc), **ends(found.interval)},
                "shift": _shift(counts_of(seen[0], setting), counts),
                "moved": _shift(counts_of(seen[place - 1], setting), counts) if place else None,
                "order": rounded(_order(seen[place - 1], one)) if place else None,
            }
        )
    return told


def _shift(before: Rows, after: Rows) -> dict[str, float | None] | None:
    """The population stability index of the tiers, and about what chance alone would give."""
    if not before.sum() or not after.sum():
        return None
    found = shift_of(before, after)
    return {"value": rounded(found.value), "by_chance": rounded(found.by_chance)}


def _order(before: Seen, after: Seen) -> float | None:
    """Spearman's correlation of the points of those who were there both times."""
    _, one, other = np.intersect1d(before.ids, after.ids, assume_unique=True, return_indices=True)
    first, second = before.risk[one], after.risk[other]
    both = ~np.isnan(first) & ~np.isnan(second)
    return rank_correlation(first[both], second[both])
