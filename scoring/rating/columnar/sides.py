"""The counted events of an entity, good and bad apart: no cap looks at both, so neither side has to know the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from scoring.rating.columnar.segments import offsets_of

if TYPE_CHECKING:
    from scoring.rating.columnar.arrays import Flags, Points, Rows
    from scoring.rating.columnar.shard import Rated


class Side(NamedTuple):
    """Counted events of one sign, in order. Caps cut ``effects`` in place.

    ``places`` among the rated events; ``offsets``: where those of each entity begin and end.
    """

    sign: int
    rated: Rated
    places: Rows
    entity: Rows
    rule: Rows
    offsets: Rows
    effects: Points


Sides: TypeAlias = tuple[Side, Side]
"""Those of negative points, those of positive ones."""


def sides_of(rated: Rated, raw: Points, counted: Flags) -> Sides:
    """Both sides, before any cap. An event of no points is on neither."""
    return _side(rated, raw, counted & (raw < 0), -1), _side(rated, raw, counted & (raw > 0), 1)


def _side(rated: Rated, raw: Points, flags: Flags, sign: int) -> Side:
    places = np.flatnonzero(flags)
    return Side(
        sign=sign,
        rated=rated,
        places=places,
        entity=rated.entity.take(places),
        rule=rated.rule.take(places),
        offsets=offsets_of(flags, rated.offsets),
        effects=raw.take(places) * sign,
    )


def counted_points(sides: Sides, size: int) -> Points:
    """The counted points of all rated events."""
    points = np.zeros(size, np.int64)
    for side in sides:
        points[side.places] = side.effects * side.sign
    return points
