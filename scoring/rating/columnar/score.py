"""Step 6: dimensions, streak, total and worst item of each entity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.rating.columnar.arrays import ABSENT, NO_DAY
from scoring.rating.columnar.days import add_months
from scoring.rating.columnar.segments import counts, greatest, sums

if TYPE_CHECKING:
    from scoring.edition.model import Rating
    from scoring.rating.columnar.arrays import Codes, Days, Flags, Points, Rows
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.columns import Columns
    from scoring.rating.columnar.shard import Rated
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
        limited=any(each.low is not None or each.high is not None for each in book.rating.dimensions),
        asks_worst_item=any(each.worst_item is not None for each in book.rating.grades),
    )


def score_of(sheet: Sheet, rated: Rated, worth: Worth, counted: Points) -> Score:
    """The score of each entity from its counted points."""
    total = sheet.rating.base + _dimensions(sheet, rated, counted)
    if sheet.rating.streaks:
        total += _streak(sheet, rated, worth)
    worst = np.zeros(len(total), np.int64)
    if sheet.asks_worst_item:
        worst = greatest(np.maximum(counted * sheet.bad, 0), rated.offsets, 0)
    return Score(_clipped(total, sheet.rating.low, sheet.rating.high), worst)


def _clipped(points: Points, low: int | None, high: int | None) -> Points:
    return points if low is None and high is None else np.clip(points, low, high)


def _dimensions(sheet: Sheet, rated: Rated, counted: Points) -> Points:
    dimension = sheet.dimension[rated.rule]
    dimensions = sheet.rating.dimensions
    if not sheet.limited:
        known = counted if bool((sheet.dimension[:-1] != ABSENT).all()) else np.where(dimension == ABSENT, 0, counted)
        return sums(known, rated.offsets) + sum(each.base for each in dimensions)
    total = np.zeros(len(rated.offsets) - 1, np.int64)
    for place, each in enumerate(dimensions):
        own = each.base + sums(np.where(dimension == place, counted, 0), rated.offsets)
        total += _clipped(own, each.low, each.high)
    return total


def _streak(sheet: Sheet, rated: Rated, worth: Worth) -> Points:
    columns, rating = rated.shard.columns, sheet.rating
    adverse = worth.unrestored * sheet.bad > 0
    if not rating.streak_broken_by_repaired:
        adverse = adverse & ~rated.repaired_by(sheet.as_of)
    last = greatest(np.where(adverse, rated.decided_on, ABSENT).astype(np.int64), rated.offsets, ABSENT)
    since = _clean_since(columns, last)
    best = np.zeros(columns.entities, np.int64)
    for step in rating.streaks:
        if step.months is not None:
            reached = (since != NO_DAY) & (add_months(since, step.months) <= sheet.as_of)
        else:
            reached = _clean_occasions(columns, last, sheet.as_of) >= (step.occasions or 0)
        better = reached & (abs(step.points) > np.abs(best))
        best = np.where(better, step.points, best)
    return best


def _clean_since(columns: Columns, last: Points) -> Days:
    known = columns.known_since
    if known is None:
        return np.where(last == ABSENT, NO_DAY, last).astype(np.int32)
    later = np.where(known == NO_DAY, last, np.maximum(known, last))
    return np.where(later == ABSENT, NO_DAY, later).astype(np.int32)


def _clean_occasions(columns: Columns, last: Points, as_of: int) -> Rows:
    occasions = columns.occasions
    if occasions is None:
        return np.zeros(columns.entities, np.int64)
    after: Flags = occasions.held_on > np.repeat(last, np.diff(occasions.offsets))
    return counts(after & (occasions.held_on <= as_of), occasions.offsets)
