"""Step 3: the points of an event from its start, the factors, repetition and restoration."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from math import prod
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from scoring.rating.columnar.days import calendar_years_between
from scoring.rating.columnar.multipliers import (
    MANY,
    ONE,
    WHOLE,
    Multipliers,
    grid_of,
    products,
    rounded,
    unmultiplied,
)
from scoring.rating.columnar.repetition import Repeats, occurrence, repeats_of

if TYPE_CHECKING:
    from scoring.edition.model import Condition, Restoration, RestorationStep
    from scoring.rating.columnar.almanac import Almanac
    from scoring.rating.columnar.arrays import Flags, Points, Rows
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.multipliers import Fraction
    from scoring.rating.columnar.shard import Rated

GRID: Final = 1 << 18
"""Cells times products up to which all points are rounded once, beforehand."""


class Worth(NamedTuple):
    """The points of each rated event, in hundredths."""

    unrestored: Points
    raw: Points


@dataclass(frozen=True, slots=True)
class Scale:
    """The tables of this step. ``factors``: conditions, each with its factors and, by rule, which one holds.

    ``kept``: what restoration may leave, in thousandths. ``grid`` and ``restored``: the points of every cell under
    every product, without and with restoration; None where they would be too many. ``factored`` and ``restorable``: the
    rules concerned.
    """

    as_of: int
    factors: tuple[tuple[Condition, tuple[int, ...], Rows], ...]
    factored: Flags
    repeats: Repeats | None
    restorable: Flags
    restorations: tuple[tuple[Restoration, Flags], ...]
    kept: tuple[int, ...]
    grid: Points | None
    restored: Points | None


def scale_of(book: Book, almanac: Almanac, start: Points) -> Scale:
    """The tables of this step; ``start`` holds the points of every cell."""
    factors, repeats = _factors(book), repeats_of(book, almanac)
    found = dict.fromkeys(rule.restoration for rule in book.rules if rule.restoration is not None)
    kept = tuple(dict.fromkeys([WHOLE, *(WHOLE - step.share for each in found for step in each.steps)]))
    layers = [each[1] for each in factors] + ([repeats.factors] if repeats is not None else [])
    size = prod(len(each) for each in layers)
    few = size * len(kept) < MANY and size * len(kept) * len(start) <= GRID
    exact: tuple[Fraction, ...] = (ONE,)
    for layer in layers if few else ():
        exact = products(exact, layer)
    return Scale(
        as_of=book.as_of,
        factors=factors,
        factored=book.flags(lambda rule: bool(rule.factors)),
        repeats=repeats,
        restorable=book.flags(lambda rule: rule.restoration is not None),
        restorations=tuple((each, _restored_by(book, each)) for each in found),
        kept=kept,
        grid=grid_of(start, exact) if few else None,
        restored=grid_of(start, products(exact, kept)) if few and found else None,
    )


def _restored_by(book: Book, restoration: Restoration) -> Flags:
    return book.flags(lambda rule: rule.restoration == restoration)


def _factors(book: Book) -> tuple[tuple[Condition, tuple[int, ...], Rows], ...]:
    """A layer holds at most one factor of a condition by rule; a rule that repeats a condition fills more layers."""
    layers = []
    for condition in dict.fromkeys(each.when for rule in book.rules for each in rule.factors):
        by_rule = [[each.factor for each in rule.factors if each.when == condition] for rule in book.rules]
        layers += [(condition, *_layer(layer)) for layer in zip_longest(*by_rule, fillvalue=WHOLE)]
    return tuple(layers)


def _layer(factors: tuple[int, ...]) -> tuple[tuple[int, ...], Rows]:
    distinct = tuple(dict.fromkeys((WHOLE, *factors)))
    return distinct, np.array([*(distinct.index(each) for each in factors), 0], np.int64)


def worth_of(scale: Scale, rated: Rated) -> Worth:
    """The points of every rated event."""
    product = _factored(scale, rated)
    if scale.repeats is not None:
        product = product.times(*occurrence(scale.repeats, rated), scale.repeats.factors)
    everything = slice(None)
    unrestored = rated.start.points if product.exact == (ONE,) else _points(scale.grid, rated, product, everything)
    if not scale.restorations or rated.shard.columns.events.corrected_on is None:
        return Worth(unrestored, unrestored)
    places, choice = _given_back(scale, rated)
    fewer = product.some(places).times(np.arange(len(places)), choice, scale.kept)
    raw = unrestored.copy()
    raw[places] = _points(scale.restored, rated, fewer, places)
    return Worth(unrestored, raw)


def _factored(scale: Scale, rated: Rated) -> Multipliers:
    """The product of the factors whose condition holds."""
    product = unmultiplied(len(rated))
    if not scale.factors:
        return product
    places = np.flatnonzero(scale.factored.take(rated.rule))
    rule = rated.rule.take(places)
    for condition, factors, by_rule in scale.factors:
        choice = by_rule.take(rule)
        some = np.flatnonzero(choice)
        some = some.take(np.flatnonzero(rated.holds(condition, places.take(some))))
        product = product.times(places.take(some), choice.take(some), factors)
    return product


def _points(grid: Points | None, rated: Rated, by: Multipliers, places: Rows | slice) -> Points:
    """The points of some places under their products: looked up, but computed where they carry their own."""
    if grid is None:
        return rounded(rated.start.points[places], by)
    points = grid.take(rated.start.cell[places] * len(by.exact) + by.product)
    if len(rated.valued):
        own = _own_points(rated, places)
        points[own] = rounded(rated.start.points[places].take(own), Multipliers(by.product.take(own), by.exact))
    return points


def _own_points(rated: Rated, places: Rows | slice) -> Rows:
    """Which of some places carry their own points."""
    if isinstance(places, slice):
        return rated.valued
    valued = np.zeros(len(rated), np.bool_)
    valued[rated.valued] = True
    return np.flatnonzero(valued.take(places))


def _given_back(scale: Scale, rated: Rated) -> tuple[Rows, Rows]:
    """The events that get something back, and for each the place of what restoration leaves, in ``kept``."""
    restored = np.flatnonzero(scale.restorable.take(rated.rule))
    restored = restored.take(np.flatnonzero(rated.day("corrected_on", restored) <= scale.as_of))
    rule = rated.rule.take(restored)
    found, choice = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for restoration, concerned in scale.restorations:
        places = restored.take(np.flatnonzero(concerned.take(rule)))
        for step in restoration.steps:
            fits = _fits(step, rated, places)
            found.append(places.take(np.flatnonzero(fits)))
            choice.append(np.full(len(found[-1]), scale.kept.index(WHOLE - step.share)))
            places = places.take(np.flatnonzero(~fits))
    return np.concatenate(found), np.concatenate(choice)


def _fits(step: RestorationStep, rated: Rated, places: Rows) -> Flags:
    decided_on, corrected_on = rated.decided_on.take(places), rated.day("corrected_on", places)
    if step.within_days is not None:
        fits: Flags = corrected_on.astype(np.int64) - decided_on <= step.within_days
    else:
        fits = calendar_years_between(decided_on, corrected_on) == (0 if step.year == "same" else 1)
    if step.when is not None:
        fits &= rated.holds(step.when, places)
    return fits
