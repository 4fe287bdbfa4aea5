"""Step 8: the inherent risk of each entity, and the tier that its risk and grade give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scoring.rating.columnar.arrays import ABSENT, NO_DAY
from scoring.rating.columnar.days import least_reaching

if TYPE_CHECKING:
    from scoring.edition.model import Risk, RiskFactor
    from scoring.rating.columnar.arrays import Codes, Points, Rows, Small
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.columns import Columns
    from scoring.rating.columnar.shard import Shard


@dataclass(frozen=True, slots=True)
class Tiering:
    """``warnings``: by mapped code, the points and the least day of each kind of warning. ``tier``: level × grade."""

    book: Book
    risk: Risk | None
    warnings: tuple[tuple[int, int, int], ...]
    levels: tuple[str, ...]
    tiers: tuple[str, ...]
    tier: Codes


def tiering_of(book: Book) -> Tiering:
    """The tables of this step; a tier that the edition does not list comes after those it does."""
    rating, risk = book.rating, book.rating.risk
    cells = rating.matrix.cells if rating.matrix else {}
    stated = (*rating.tiers, *cells.values(), *(each.tier for each in rating.grades if each.tier is not None))
    tiers = tuple(dict.fromkeys(stated))
    levels = tuple(each.key for each in risk.levels) if risk else ()
    table = np.full((max(len(levels), 1), len(rating.grades) + 1), ABSENT, np.int32)
    for row in range(len(table)):
        for column, grade in enumerate(rating.grades):
            tier = grade.tier if rating.matrix is None else cells.get((levels[row] if levels else "", grade.key))
            table[row, column] = ABSENT if tier is None else tiers.index(tier)
    warnings = tuple(
        (book.names[each.code], each.points, least_reaching(book.as_of, each.months))
        for each in (risk.warnings if risk else ())
        if each.code in book.names
    )
    return Tiering(book, risk, warnings, levels, tiers, table)


def risk_levels(tiering: Tiering, shard: Shard) -> Small:
    """The risk level of each entity, best first; ``ABSENT`` where the edition has no risk section."""
    entities = shard.columns.entities
    if tiering.risk is None:
        return np.full(entities, ABSENT, np.int8)
    points = np.zeros(entities, np.int64)
    for factor in tiering.risk.factors:
        points += _factor(factor, shard.columns)
    if tiering.warnings and shard.columns.events.final is not None:
        _add_warnings(tiering, shard, np.flatnonzero(~shard.columns.events.final), points)
    level = np.full(entities, len(tiering.levels) - 1, np.int8)
    for place in range(len(tiering.levels) - 2, -1, -1):
        most = tiering.risk.levels[place].at_most
        level[np.ones(entities, np.bool_) if most is None else points <= most] = place
    return level


def _factor(factor: RiskFactor, columns: Columns) -> Points | int:
    coded = columns.attributes.get(factor.attribute)
    if coded is None:
        return factor.otherwise
    by_text = [factor.points.get(text, factor.otherwise) for text in coded.texts]
    return np.array([*by_text, factor.otherwise], np.int64).take(coded.index.astype(np.int64))


def _add_warnings(tiering: Tiering, shard: Shard, rows: Rows, points: Points) -> None:
    """Adds the points of the live ones among some warnings to those of their entities."""
    events = shard.columns.events
    if events.annulled_on is not None:
        rows = rows.take(np.flatnonzero(events.annulled_on.take(rows) == NO_DAY))
    rows = rows.take(np.flatnonzero(events.decided_on.take(rows) <= tiering.book.as_of))
    decided_on = events.decided_on.take(rows)
    names = tiering.book.names_of(decided_on, events.code.take(rows))
    for name, worth, since in tiering.warnings:
        live = np.flatnonzero((names == name) & (decided_on >= since))
        np.add.at(points, shard.entity.take(rows.take(live)), worth)


def tiers_of(tiering: Tiering, level: Small, grade: Small) -> Small:
    """The tier of each entity, best first, or ``ABSENT``."""
    tier: Codes = tiering.tier[np.maximum(level, 0), grade]
    return tier.astype(np.int8)
