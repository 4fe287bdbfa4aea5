"""Step 3: the points of an event from its start, the factors, repetition and restoration."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.rating.columnar.arrays import NO_DAY
from scoring.rating.columnar.days import calendar_years_between
from scoring.rating.columnar.multipliers import WHOLE, Multipliers, rounded, unmultiplied
from scoring.rating.columnar.repetition import Repeats, occurrence, repeats_of

if TYPE_CHECKING:
    from scoring.edition.model import Condition, Restoration, RestorationStep
    from scoring.rating.columnar.arrays import Codes, Flags, Points, Rows
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.shard import Rated


class Worth(NamedTuple):
    """The points of each rated event, in hundredths."""

    unrestored: Points
    raw: Points


@dataclass(frozen=True, slots=True)
class Scale:
    """The tables of this step. ``factors``: conditions, each with its factors and, by rule, which one holds."""

    as_of: int
    factors: tuple[tuple[Condition, tuple[int, ...], Codes], ...]
    repeats: Repeats | None
    restorations: tuple[tuple[Restoration, Flags], ...]


def scale_of(book: Book) -> Scale:
    """The tables of this step."""
    found = dict.fromkeys(rule.restoration for rule in book.rules if rule.restoration is not None)
    return Scale(
        as_of=book.as_of,
        factors=_factors(book),
        repeats=repeats_of(book),
        restorations=tuple((each, _restored_by(book, each)) for each in found),
    )


def _restored_by(book: Book, restoration: Restoration) -> Flags:
    return book.flags(lambda rule: rule.restoration == restoration)


def _factors(book: Book) -> tuple[tuple[Condition, tuple[int, ...], Codes], ...]:
    """Each layer holds at most one factor of a condition by rule; a rule that repeats a condition fills more layers."""
    stated: dict[Condition, list[tuple[int, ...]]] = {}
    for rule in book.rules:
        for each in rule.factors:
            stated.setdefault(each.when, [])
    for condition, by_rule in stated.items():
        by_rule += [tuple(each.factor for each in rule.factors if each.when == condition) for rule in book.rules]
    return (
        tuple(
            (condition, *_layer(layer))
            for condition, by_rule in stated.items()
            for layer in zip_longest(*by_rule, fillvalue=WHOLE)
        )
        if stated
        else ()
    )


def _layer(factors: tuple[int, ...]) -> tuple[tuple[int, ...], Codes]:
    distinct = tuple(dict.fromkeys((WHOLE, *factors)))
    return distinct, np.array([*(distinct.index(each) for each in factors), 0], np.int32)


def worth_of(scale: Scale, rated: Rated) -> Worth:
    """The points of every rated event."""
    product = unmultiplied(len(rated.rows))
    for condition, factors, by_rule in scale.factors:
        choice = by_rule[rated.rule]
        rows = np.flatnonzero(choice)
        missed = rows[~rated.shard.holds(condition, rated.rows[rows], rated.entity[rows])]
        choice[missed] = 0
        product = product.times(choice, factors)
    if scale.repeats is not None:
        choice, factors = occurrence(scale.repeats, rated)
        product = product.times(choice, factors)
    unrestored = rounded(rated.start, product)
    if not scale.restorations or rated.shard.columns.events.corrected_on is None:
        return Worth(unrestored, unrestored)
    return Worth(unrestored, rounded(rated.start, _restored(scale, rated, product)))


def _restored(scale: Scale, rated: Rated, product: Multipliers) -> Multipliers:
    corrected = rated.day("corrected_on")
    given_back = (corrected <= scale.as_of) & (corrected != NO_DAY)
    choice = np.zeros(len(rated.rows), np.int32)
    kept = {WHOLE: 0}
    for restoration, concerned in scale.restorations:
        rows = np.flatnonzero(given_back & concerned[rated.rule])
        for step in restoration.steps:
            fits = _fits(step, rated, rows)
            choice[rows[fits]] = kept.setdefault(WHOLE - step.share, len(kept))
            rows = rows[~fits]
    return product.times(choice, tuple(kept))


def _fits(step: RestorationStep, rated: Rated, rows: Rows) -> Flags:
    decided, corrected = rated.decided_on[rows], rated.day("corrected_on")[rows]
    if step.within_days is not None:
        fits: Flags = corrected.astype(np.int64) - decided <= step.within_days
    else:
        fits = calendar_years_between(decided, corrected) == (0 if step.year == "same" else 1)
    if step.when is not None:
        fits = fits & rated.shard.holds(step.when, rated.rows[rows], rated.entity[rows])
    return fits
