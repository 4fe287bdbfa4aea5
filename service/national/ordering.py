"""Entities of some columns put in another order, with all that is theirs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from scoring.rating.columnar import Licences, Occasions
from scoring.rating.columnar.columns import attributes_of_rows, of_rows

if TYPE_CHECKING:
    from scoring.rating.columnar import Columns
    from scoring.rating.columnar.arrays import Rows


def in_order(columns: Columns, order: Rows) -> Columns:
    """The entities at some places, in that order."""
    offsets, rows = _rows(columns.offsets, order)
    return replace(
        columns,
        offsets=offsets,
        events=of_rows(columns.events, rows),
        occasions=None if columns.occasions is None else _occasions(columns.occasions, order),
        known_since=None if columns.known_since is None else columns.known_since[order],
        attributes=attributes_of_rows(columns.attributes, order),
        licences=None if columns.licences is None else _licences(columns.licences, order),
    )


def _occasions(held: Occasions, order: Rows) -> Occasions:
    offsets, rows = _rows(held.offsets, order)
    return Occasions(offsets, held.held_on[rows], held.type[rows], held.closed[rows])


def _licences(held: Licences, order: Rows) -> Licences:
    offsets, rows = _rows(held.offsets, order)
    return Licences(offsets, held.looked_at[order], held.start[rows], held.end[rows])


def _rows(offsets: Rows, order: Rows) -> tuple[Rows, Rows]:
    """Where the rows of each entity begin in the new order, and which rows they are in the old one."""
    sizes = np.diff(offsets)[order]
    begins = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    moved = np.repeat(offsets[:-1][order] - begins[:-1], sizes)
    return begins, moved + np.arange(begins[-1])
