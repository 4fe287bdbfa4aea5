"""Some entities of a stock and of its ratings, by their places: all that is theirs, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from scoring.rating.columnar.columns import Licences, Occasions, attributes_of_rows, of_rows

if TYPE_CHECKING:
    from scoring.rating.columnar import Columns, Ratings
    from scoring.rating.columnar.arrays import Rows


def chosen(columns: Columns, places: Rows) -> Columns:
    """The entities at some places, in the order of these, as copies."""
    rows, offsets = _rows(columns.offsets, places)
    known = columns.known_since
    return replace(
        columns,
        offsets=offsets,
        events=of_rows(columns.events, rows),
        occasions=None if columns.occasions is None else _occasions(columns.occasions, places),
        known_since=None if known is None else known[places],
        attributes=attributes_of_rows(columns.attributes, places),
        licences=None if columns.licences is None else _licences(columns.licences, places),
    )


def chosen_of(ratings: Ratings, places: Rows) -> Ratings:
    """The ratings of the entities at some places, without lines."""
    of_each = ("state", "reason", "total", "grade", "tier", "risk")
    taken = {name: getattr(ratings, name)[places] for name in of_each}
    return replace(ratings, standing=None, counted=None, **taken)


def _occasions(occasions: Occasions, places: Rows) -> Occasions:
    rows, offsets = _rows(occasions.offsets, places)
    return Occasions(offsets, occasions.held_on[rows], occasions.type[rows], occasions.closed[rows])


def _licences(licences: Licences, places: Rows) -> Licences:
    rows, offsets = _rows(licences.offsets, places)
    return Licences(offsets, licences.looked_at[places], licences.start[rows], licences.end[rows])


def _rows(offsets: Rows, places: Rows) -> tuple[Rows, Rows]:
    """The rows of some entities, and where those of each begin among them and the last end."""
    sizes = np.diff(offsets)[places]
    made = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
    rows: Rows = np.repeat(offsets[:-1][places] - made[:-1], sizes) + np.arange(made[-1])
    return rows, made
