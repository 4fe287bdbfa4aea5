"""From one law to another: how many entities go from which tier or grade to which, for all and group by group."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.rating.columnar import ABSENT, NO_POINTS, Coded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.rating.columnar.arrays import Flags, Rows
    from service.studio.dry_run.standing import Standing

    Matrix = np.ndarray[tuple[int, int], np.dtype[np.int64]]

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
    return migrations(before, after, {"": everybody(before)})[""][""]


def migration_by(before: Standing, after: Standing, group: Coded) -> dict[str | None, Migration]:
    """The migration of each group (a region, an authority, a value of an attribute); None: those in none."""
    return migrations(before, after, {"": group})[""]


def migrations(
    before: Standing, after: Standing, groups: Mapping[str, Coded]
) -> dict[str, dict[str | None, Migration]]:
    """The migration by each of some groups: all are counted in one pass, group under group."""
    pairs = _pairs(before, after)
    ends = np.cumsum([0, *(len(group.texts) + 1 for group in groups.values())]).tolist()
    counts = _counted(pairs, list(groups.values()), ends)
    tiers, grades = (_cells(counts, [both[side] for both in pairs.cells]) for side in (0, 1))
    worst = {text: rank for rank, text in enumerate(after.tiers)}
    return {
        name: {
            text: Migration(tiers[row], grades[row], *_sides(tiers[row], worst))
            for text, row in sorted(zip((None, *group.texts), range(first, last), strict=True), key=_name)
            if tiers[row]
        }
        for (name, group), first, last in zip(groups.items(), ends[:-1], ends[1:], strict=True)
    }


def everybody(standing: Standing) -> Coded:
    """One group of all, whose name is empty."""
    return Coded(("",), np.zeros(len(standing.total), np.int32))


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


class _Pairs(NamedTuple):
    """For each entity the number of what it has before and after, and for every number its cells by tier and grade."""

    number: Rows
    cells: list[tuple[Cell, Cell]]


def _pairs(before: Standing, after: Standing) -> _Pairs:
    """Only those that occur are numbered: they are few, whatever could be."""
    columns = (before.tier, after.tier, before.grade, after.grade)
    number = np.zeros(len(before.total), np.int64)
    for coded in columns:
        number *= len(coded.texts) + 1
        number += coded.index + 1
    there = np.flatnonzero(np.bincount(number, minlength=1))
    cells = []
    for each in there.tolist():
        texts, rest = [], each
        for coded in reversed(columns):
            rest, place = divmod(rest, len(coded.texts) + 1)
            texts.append(_text(coded, place))
        cells.append(((texts[3], texts[2]), (texts[1], texts[0])))
    return _Pairs(np.searchsorted(there, number), cells)


def _counted(pairs: _Pairs, groups: Sequence[Coded], begins: Sequence[int]) -> Matrix:
    """How many of each group have each pair: a row for whoever is in none, then one for each text, group by group."""
    width, height = len(pairs.cells), begins[-1]
    codes = [
        (group.index + (begin + 1)) * width + pairs.number for group, begin in zip(groups, begins[:-1], strict=True)
    ]
    return np.bincount(np.concatenate(codes), minlength=width * height).reshape(height, width)


def _cells(counts: Matrix, cell_of: Sequence[Cell]) -> list[dict[Cell, int]]:
    """For each row the cells that somebody of it has, in the order of the first pair that does."""
    found: list[dict[Cell, int]] = [{} for _ in counts]
    if not cell_of:
        return found
    cells = list(dict.fromkeys(cell_of))
    number = np.array([cells.index(each) for each in cell_of])
    by_cell = np.argsort(number, kind="stable")
    starts = np.searchsorted(number[by_cell], np.arange(len(cells)))
    pairs = np.where(counts > 0, np.arange(len(cell_of)), len(cell_of))
    order = np.argsort(np.minimum.reduceat(pairs[:, by_cell], starts, axis=1), axis=1, kind="stable")
    sums = np.take_along_axis(np.add.reduceat(counts[:, by_cell], starts, axis=1), order, axis=1)
    rows, places = np.nonzero(sums)
    for row, cell, count in zip(rows.tolist(), order[rows, places].tolist(), sums[rows, places].tolist(), strict=True):
        found[row][cells[cell]] = count
    return found


def _name(named: tuple[str | None, int]) -> str:
    return str(named[0])


def _sides(cells: Mapping[Cell, int], ranks: Mapping[str, int]) -> tuple[int, int]:
    """How many rise and fall, of those whose tiers the later editions know."""
    better = worse = 0
    for (then, now), count in cells.items():
        if then is not None and now is not None and then in ranks and now in ranks:
            better += count if ranks[now] < ranks[then] else 0
            worse += count if ranks[now] > ranks[then] else 0
    return better, worse


def _counts(group: Coded, flags: Flags) -> dict[str | None, int]:
    counts = np.bincount(group.index[flags].astype(np.int64) + 1)
    return {_text(group, place): int(counts[place]) for place in np.flatnonzero(counts).tolist()}


def _text(coded: Coded, place: int) -> str | None:
    """The text of a place that is counted from one; 0 is none."""
    return coded.texts[place - 1] if place else None
