"""Step 6: dimensions, streak, total and worst item of each entity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.rating.columnar.arrays import ABSENT, NO_DAY
from scoring.rating.columnar.days import least_reaching
from scoring.rating.columnar.segments import counts, greatest, sums

if TYPE_CHECKING:
    from scoring.edition.model import Rating
    from scoring.rating.columnar.arrays import Codes, Days, Flags, Points, Rows
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.columns import Columns
    from scoring.rating.columnar.shard import Rated
    from scoring.rating.columnar.sides import Sides
    from scoring.rating.columnar.worth import Worth


class Score(NamedTuple):
    """The total and the worst item of each entity, in hundredths."""

    total: Points
    worst_item: Points


@dataclass(frozen=True, slots=True)
class Sheet:
    """What this step reads of the edition in force."""

    as_of: int
    bad: int
    rating: Rating
    dimension: Codes
    all_known: bool
    limited: bool
    """Whether a dimension has limits of its own; where none has, the total is one sum."""
    asks_worst_item: bool


def sheet_of(book: Book) -> Sheet:
    """What this step reads of the edition in force."""
    return Sheet(
        as_of=book.as_of,
        bad=book.bad,
        rating=book.rating,
        dimension=book.dimension,
        all_known=bool((book.dimension[:-1] != ABSENT).all()),
        limited=any(each.low is not None or each.high is not None for each in book.rating.dimensions),
        asks_worst_item=any(each.worst_item is not None for each in book.rating.grades),
    )


def score_of(sheet: Sheet, rated: Rated, worth: Worth, sides: Sides) -> Score:
    """The score of each entity from what the caps left."""
    bad = next(side for side in sides if side.sign == sheet.bad)
    worst = greatest(bad.effects, bad.offsets, 0) if sheet.asks_worst_item else np.zeros(len(bad.offsets) - 1, np.int64)
    return Score(total_of(sheet, rated, worth, _dimensions(sheet, sides)), worst)


def total_of(sheet: Sheet, rated: Rated, worth: Worth, dimensions: Points) -> Points:
    """The total of each entity from the sum of its dimensions."""
    total = dimensions + sheet.rating.base
    if sheet.rating.streaks:
        total += _streak(sheet, rated, worth)
    return _clipped(total, sheet.rating.low, sheet.rating.high)


def _clipped(points: Points, low: int | None, high: int | None) -> Points:
    return points if low is None and high is None else np.clip(points, low, high)


def _dimensions(sheet: Sheet, sides: Sides) -> Points:
    """The sum of all dimensions of each entity, each within its own limits."""
    dimensions = sheet.rating.dimensions
    size = len(sides[0].offsets) - 1
    if not sheet.limited and sheet.all_known:
        total = np.full(size, sum(each.base for each in dimensions), np.int64)
        for side in sides:
            total += sums(side.effects, side.offsets) * side.sign
        return total
    places = len(dimensions) + 1
    parts = np.zeros(size * places, np.int64)
    for side in sides:
        key = side.entity * places
        key += sheet.dimension.take(side.rule) + 1
        np.add.at(parts, key, side.effects * side.sign)
    by_dimension = parts.reshape(-1, places)
    total = np.zeros(size, np.int64)
    for place, each in enumerate(dimensions):
        total += _clipped(by_dimension[:, place + 1] + each.base, each.low, each.high)
    return total


def _streak(sheet: Sheet, rated: Rated, worth: Worth) -> Points:
    columns, rating = rated.shard.columns, sheet.rating
    adverse = worth.unrestored > 0 if sheet.bad > 0 else worth.unrestored < 0
    if not rating.streak_broken_by_repaired and columns.events.repaired_on is not None:
        adverse &= ~rated.repaired_by(sheet.as_of)
    rows = np.flatnonzero(adverse)
    last = np.zeros(columns.entities, np.int64)
    last[rated.entity.take(rows)] = rated.decided_on.take(rows)  # of several to one entity the last remains: the latest
    since = _clean_since(columns, last)
    best = np.zeros(columns.entities, np.int64)
    for step in rating.streaks:
        if step.months is not None:
            reached = since < least_reaching(sheet.as_of, step.months)
        else:
            reached = _clean_occasions(columns, last, sheet.as_of) >= (step.occasions or 0)
        better = reached & (abs(step.points) > np.abs(best))
        best[np.flatnonzero(better)] = step.points
    return best


def _clean_since(columns: Columns, last: Points) -> Days:
    """The later of the day since which an entity is known and its last adverse event; ``NO_DAY`` with neither."""
    since = last
    if columns.known_since is not None:
        since = np.maximum(columns.known_since * (columns.known_since != NO_DAY), last)
    return np.where(since == 0, NO_DAY, since).astype(np.int32)


def _clean_occasions(columns: Columns, last: Points, as_of: int) -> Rows:
    occasions = columns.occasions
    if occasions is None:
        return np.zeros(columns.entities, np.int64)
    after: Flags = occasions.held_on > np.repeat(last, np.diff(occasions.offsets))
    return counts(after & (occasions.held_on <= as_of), occasions.offsets)
