"""A section with other numbers of inherent risk: grades stay, so levels alone are asked for anew.

Risk reads attributes of entities and decisions that are not final (warnings); whoever has neither more nor other ones
has the level that was. The tier follows from level and grade.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from scoring.rating.columnar import ABSENT, STATES, rate_all
from scoring.rating.columnar.columns import of_rows
from scoring.rating.history import EditionChain

if TYPE_CHECKING:
    from datetime import date

    from scoring.edition.model import Rating
    from scoring.rating.columnar import Columns, Ratings
    from scoring.rating.columnar.arrays import Rows

_RATED = STATES.index("rated")


def warned(columns: Columns) -> Columns:
    """The stock with nothing but what risk reads of it."""
    events = columns.events
    rows = np.zeros(0, np.int64) if events.final is None else np.flatnonzero(~events.final)
    offsets: Rows = np.searchsorted(rows, columns.offsets)
    return replace(columns, offsets=offsets, events=of_rows(events, rows), licences=None)


def with_risk_of(warnings: Columns, ratings: Ratings, chain: EditionChain, as_of: date) -> Ratings:
    """The ratings with the levels and tiers of another chain, which differs in risk alone.

    Args:
        warnings: of the same entities, as `warned` leaves them.
        ratings: before.
        chain: after.
        as_of: the day of the question.
    """
    position = chain.index_on(as_of)
    if position is None:
        return ratings
    current = chain.editions[position]
    section = replace(current.rating_for(warnings.kind), outcomes=())
    plain = replace(current, ratings={"*": section})
    law = EditionChain((*chain.editions[:position], plain, *chain.editions[position + 1 :]))
    rated = ratings.state == _RATED
    level = np.where(rated, rate_all(warnings, law, as_of, lines=False).risk, np.int8(ABSENT))
    tier = _tiers(section, ratings)[np.maximum(level, 0), ratings.grade]
    return replace(ratings, risk=level, tier=np.where(rated, tier, np.int8(ABSENT)))


def _tiers(section: Rating, ratings: Ratings) -> np.ndarray[tuple[int, int], np.dtype[np.int8]]:
    """The tier of each level and grade; the last column is that of no grade."""
    cells = section.matrix.cells if section.matrix else {}
    table = np.full((max(len(ratings.levels), 1), len(section.grades) + 1), ABSENT, np.int8)
    for row in range(len(table)):
        for column, grade in enumerate(section.grades):
            level = ratings.levels[row] if ratings.levels else ""
            tier = grade.tier if section.matrix is None else cells.get((level, grade.key))
            table[row, column] = ABSENT if tier is None else ratings.tiers.index(tier)
    return table
