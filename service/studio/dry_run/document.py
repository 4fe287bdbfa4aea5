"""What a dry run found, as JSON: for each kind who goes where, as a whole and group by group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.kernel.points import format_points
from scoring.rating.columnar import NO_POINTS
from service.studio.dry_run.grouping import groups_of
from service.studio.dry_run.limits import limits
from service.studio.dry_run.migration import everybody, migrations, moved, near_bounds
from service.studio.dry_run.sides import sides_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.studio.dry_run.migration import Cell, Migration
    from service.studio.dry_run.sides import Question, Sides
    from service.studio.dry_run.standing import Standing

POINT = 100
"""Hundredths of a point."""
_WHOLE = ""
"""Of the groups that are counted, everybody of a kind."""


def dry_run_document(asked: Question, sides: Mapping[str, Sides] | None = None) -> dict[str, Any]:
    """Two laws over every kind of a stock on a day; ``sides``: the answer of `sides_of`, where it is there already.

    Kinds in which neither law gives anybody a tier or a grade are left out.
    """
    kinds = {kind: _kind(each, asked.within) for kind, each in (sides_of(asked) if sides is None else sides).items()}
    return {
        "position": asked.stock.position,
        "stock_day": asked.stock.day.isoformat(),
        "stock_digest": asked.stock.digest,
        "day": asked.day.isoformat(),
        "within": format_points(asked.within),
        "kinds": {kind: found for kind, found in kinds.items() if found["rated"]},
    }


def _kind(sides: Sides, within: int) -> dict[str, Any]:
    then, now = sides.before, sides.after
    found = migrations(then, now, {_WHOLE: everybody(then), **groups_of(sides)})
    whole = found.pop(_WHOLE)[""]
    return {
        "entities": len(sides.ids),
        "rated": any(cell != (None, None) for cells in (whole.tiers, whole.grades) for cell in cells),
        "order": list(now.tiers),
        "moved": len(moved(then, now)),
        **_migration(whole),
        "near_bounds": [
            {"grade": grade, "reach": reach, "miss": miss} for grade, (reach, miss) in near_bounds(now, within).items()
        ],
        "distances": _distances(then, now),
        "by": {
            name: [{"value": value, **_migration(each)} for value, each in values.items()]
            for name, values in found.items()
        },
    }


def _distances(then: Standing, now: Standing) -> list[dict[str, Any]]:
    """How many stand how far from their nearest bound: from so many points up to the next, below 0 beyond it."""
    counts = [_counted(each) for each in (then, now)]
    reach = limits().distance
    return [
        {"from": format_points(POINT * (place - reach)), "before": before, "after": after}
        for place, (before, after) in enumerate(zip(*counts, strict=True))
    ]


def _counted(standing: Standing) -> list[int]:
    reach = limits().distance
    steps = standing.margin[standing.margin != NO_POINTS] // POINT + reach
    found: list[int] = np.bincount(steps[(steps >= 0) & (steps < 2 * reach)], minlength=2 * reach).tolist()
    return found


def _migration(found: Migration) -> dict[str, Any]:
    return {
        "better": found.better,
        "worse": found.worse,
        "tiers": _cells(found.tiers),
        "grades": _cells(found.grades),
    }


def _cells(cells: Mapping[Cell, int]) -> list[dict[str, Any]]:
    return [{"before": before, "after": after, "entities": count} for (before, after), count in cells.items()]
