"""From one law to another: how many entities go from which tier or grade to which, for all and group by group."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.rating.columnar import ABSENT, NO_POINTS, Coded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.rating.columnar.arrays import Flags, Rows
    from service.studio.dry_run.standing import Standing

Cell = tuple[str | None, str | None]
"""What an entity had before and has after; None: nothing."""


class Migration(NamedTuple):
    """How many entities each cell has, and of those with a tier before and after, how many rose or fell.

    A tier that the later editions do not know neither rises nor falls.
    """

    tiers: Mapping[Cell, int]
    grades: Mapping[Cell, int]
    better: int
    worse: int


def moved(before: Standing, after: Standing) -> Rows:
    """The places of the entities whose tier or grade is another."""
    return np.flatnonzero(_differ(before.tier, after.tier) | _differ(before.grade, after.grade))


def migration_of(before: Standing, after: Standing) -> Migration:
    """The migration of all entities of a kind."""
    return migration_by(before, after, Coded(("",), np.zeros(len(before.total), np.int32)))[""]


def migration_by(before: Standing, after: Standing, group: Coded) -> dict[str | None, Migration]:
    """The migration of each group (a region, an authority, a value of an attribute); None: those in none."""
    rank_before, rank_after = (_ranks(each.tier, after.tiers) for each in (before, after))
    known = (rank_before != ABSENT) & (rank_after != ABSENT)
    better = _counts(group, known & (rank_after < rank_before))
    worse = _counts(group, known & (rank_after > rank_before))
    tiers, grades = _cells(before.tier, after.tier, group), _cells(before.grade, after.grade, group)
    return {
        name: Migration(tiers[name], grades[name], better.get(name, 0), worse.get(name, 0))
        for name in sorted(tiers, key=str)
    }


def near_bounds(standing: Standing, within: int) -> dict[str | None, tuple[int, int]]:
    """By grade, how many are within so many hundredths of a bound: those who just reach it, and who just miss it."""
    close = (standing.margin != NO_POINTS) & (np.abs(standing.margin) <= within)
    reach, miss = (_counts(standing.grade, close & side) for side in (standing.margin >= 0, standing.margin < 0))
    return {name: (reach.get(name, 0), miss.get(name, 0)) for name in sorted({*reach, *miss}, key=str)}


def _differ(before: Coded, after: Coded) -> Flags:
    """Whether the texts of each row differ."""
    places = {text: place for place, text in enumerate(after.texts)}
    table = np.array([*(places.get(text, ABSENT - 1) for text in before.texts), ABSENT], np.int32)
    differ: Flags = table[before.index] != after.index
    return differ


def _ranks(tier: Coded, order: tuple[str, ...]) -> Rows:
    table = [order.index(text) if text in order else ABSENT for text in tier.texts]
    ranks: Rows = np.array([*table, ABSENT], np.int64)[tier.index]
    return ranks


def _cells(before: Coded, after: Coded, group: Coded) -> dict[str | None, dict[Cell, int]]:
    """The count of every cell of every group, empty ones left out."""
    wide, deep = len(after.texts) + 1, len(before.texts) + 1
    cell = ((group.index.astype(np.int64) + 1) * deep + before.index + 1) * wide + after.index + 1
    counts = np.bincount(cell, minlength=1)
    found: dict[str | None, dict[Cell, int]] = {}
    for place in np.flatnonzero(counts).tolist():
        rest, now = divmod(place, wide)
        whose, then = divmod(rest, deep)
        cells = found.setdefault(_text(group, whose), {})
        cells[_text(before, then), _text(after, now)] = int(counts[place])
    return found


def _counts(group: Coded, flags: Flags) -> dict[str | None, int]:
    counts = np.bincount(group.index[flags].astype(np.int64) + 1)
    return {_text(group, place): int(counts[place]) for place in np.flatnonzero(counts).tolist()}


def _text(coded: Coded, place: int) -> str | None:
    """The text of a place that is counted from one; 0 is none."""
    return coded.texts[place - 1] if place else None
