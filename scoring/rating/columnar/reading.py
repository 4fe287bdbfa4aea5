"""Steps 1 and 2 as far as no time is involved: which rule reads an event, and which events are rated at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scoring.rating.columnar.arrays import NO_DAY, NO_POINTS
from scoring.rating.columnar.ratings import UNDECIDED, Standing
from scoring.rating.columnar.shard import Rated, Start

if TYPE_CHECKING:
    from scoring.edition.model import Condition, ValueSet
    from scoring.rating.columnar.arrays import Flags, Points, Rows, Small
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.columns import Columns, Events
    from scoring.rating.columnar.shard import Shard


@dataclass(frozen=True, slots=True)
class Reader:
    """The tables of this step. A *cell* is a rule with no severity or with one of them; ``points`` has one for each."""

    conditions: tuple[tuple[Condition, Flags], ...]
    points: Points
    stated: Flags
    """Whether a cell holds points; where not, the severity is not rated."""
    all_stated: bool
    severities: int
    value_sets: tuple[tuple[ValueSet, Flags], ...]
    valued: Flags
    """Rules of any of them."""


def reader_of(book: Book, columns: Columns) -> Reader:
    """The tables of this step."""
    conditions = dict.fromkeys(condition for rule in book.rules for condition in rule.applies_when)
    sets = dict.fromkeys(rule.value for rule in book.rules if rule.value is not None)
    shape = (len(book.rules) + 1, len(columns.severities) + 1)
    points, stated = np.zeros(shape, np.int64), np.ones(shape, np.bool_)
    for number, rule in enumerate(book.rules):
        if rule.value is None:
            row = [rule.points, *(rule.severities.get(each, rule.points) for each in columns.severities)]
            points[number] = [each or 0 for each in row]
            stated[number] = [each is not None for each in row]
    return Reader(
        conditions=tuple((each, _asking(book, each)) for each in conditions),
        points=points.ravel(),
        stated=stated.ravel(),
        all_stated=bool(stated.all()),
        severities=shape[1],
        value_sets=tuple((each, _carrying(book, each)) for each in sets),
        valued=book.flags(lambda rule: rule.value is not None),
    )


def _asking(book: Book, condition: Condition) -> Flags:
    return book.flags(lambda rule: condition in rule.applies_when)


def _carrying(book: Book, allowed: ValueSet) -> Flags:
    return book.flags(lambda rule: rule.value == allowed)


def read(book: Book, reader: Reader, shard: Shard) -> tuple[Small, Rated]:
    """The standing of the events that are not rated (``UNDECIDED`` for the rest), and all as their rules read them."""
    events = shard.columns.events
    standing = np.full(len(events.decided_on), UNDECIDED, np.int8)
    rule = book.rules_of(events)
    _settle_unread(standing, book, events, rule)
    for condition, concerned in reader.conditions:
        rows = np.flatnonzero(concerned.take(rule))
        failed = rows.take(np.flatnonzero(~shard.holds(condition, rows, shard.entity.take(rows))))
        _settle(standing, failed, Standing.CONDITION_NOT_MET)
    cell = rule
    if reader.severities > 1:
        cell = rule * reader.severities
    if events.severity is not None and reader.severities > 1:
        cell += events.severity
        cell += 1
    if not reader.all_stated:
        _settle(standing, np.flatnonzero(~reader.stated.take(cell)), Standing.SEVERITY_NOT_RATED)
    points = reader.points.take(cell)
    _take_values(reader, events, rule, standing, points)
    unrated = np.flatnonzero(standing != UNDECIDED)
    points[unrated], rule[unrated] = 0, book.no_rule
    cell[unrated] = book.no_rule * reader.severities
    valued = np.flatnonzero(reader.valued.take(rule)) if reader.value_sets else np.zeros(0, np.int64)
    return standing, Rated(shard, rule, Start(points, cell), valued)


def _settle_unread(standing: Small, book: Book, events: Events, rule: Rows) -> None:
    _settle(standing, np.flatnonzero(events.decided_on > book.as_of), Standing.NO_LINE)
    if events.annulled_on is not None:
        _settle(standing, np.flatnonzero(events.annulled_on != NO_DAY), Standing.ANNULLED)
    if events.final is not None:
        _settle(standing, np.flatnonzero(~events.final), Standing.WARNING)
    if book.ignores_earlier:
        _settle(standing, np.flatnonzero(events.decided_on < book.force_from[0]), Standing.BEFORE_EDITION)
    if book.has_gaps:
        _settle(standing, np.flatnonzero(rule == book.no_rule), Standing.NO_RULE)


def _settle(standing: Small, rows: Rows, verdict: Standing) -> None:
    """Gives a verdict to those of some rows that have none."""
    if len(rows):
        standing[rows.take(np.flatnonzero(standing.take(rows) == UNDECIDED))] = verdict


def _take_values(reader: Reader, events: Events, rule: Rows, standing: Small, points: Points) -> None:
    """Puts the events' own values in ``points`` where their rules say so."""
    for allowed, concerned in reader.value_sets:
        rows = np.flatnonzero(concerned.take(rule))
        if events.value is None:
            _settle(standing, rows, Standing.VALUE_MISSING)
            continue
        value = events.value.take(rows)
        _settle(standing, rows.take(np.flatnonzero(value == NO_POINTS)), Standing.VALUE_MISSING)
        _settle(standing, rows.take(np.flatnonzero(~_inside(allowed, value))), Standing.VALUE_NOT_ALLOWED)
        points[rows] = value


def _inside(allowed: ValueSet, value: Points) -> Flags:
    inside = np.ones(len(value), np.bool_)
    if allowed.allowed is not None:
        inside &= np.isin(value, np.array(allowed.allowed, np.int64))
    if allowed.low is not None:
        inside &= value >= allowed.low
    if allowed.high is not None:
        inside &= value <= allowed.high
    return inside
