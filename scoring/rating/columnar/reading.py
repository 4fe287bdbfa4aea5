"""Steps 1 and 2 as far as no time is involved: which rule reads an event, and which events are rated at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scoring.rating.columnar.arrays import ABSENT, NO_DAY, NO_POINTS
from scoring.rating.columnar.ratings import Standing
from scoring.rating.columnar.shard import Rated

if TYPE_CHECKING:
    from scoring.edition.model import Condition, ValueSet
    from scoring.rating.columnar.arrays import Codes, Flags, Points, Small
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.columns import Columns
    from scoring.rating.columnar.shard import Shard


@dataclass(frozen=True, slots=True)
class Reader:
    """The tables of this step. ``points`` has a row for each rule, a column for no severity and one for each."""

    conditions: tuple[tuple[Condition, Flags], ...]
    points: Points
    stated: Flags
    """Whether ``points`` holds anything; where not, the severity is not rated."""
    all_stated: bool
    value_sets: tuple[tuple[ValueSet, Flags], ...]


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
        points=points,
        stated=stated,
        all_stated=bool(stated.all()),
        value_sets=tuple((each, _carrying(book, each)) for each in sets),
    )


def _asking(book: Book, condition: Condition) -> Flags:
    return book.flags(lambda rule: condition in rule.applies_when)


def _carrying(book: Book, allowed: ValueSet) -> Flags:
    return book.flags(lambda rule: rule.value == allowed)


def read(book: Book, reader: Reader, shard: Shard) -> tuple[Small, Rated]:
    """The standing of the events that are not rated (``NO_LINE`` for the rest, too), and those that are."""
    events = shard.columns.events
    standing = np.zeros(len(events.decided_on), np.int8)
    left = events.decided_on <= book.as_of
    if events.annulled_on is not None:
        _settle(standing, left, events.annulled_on != NO_DAY, Standing.ANNULLED)
    if events.final is not None:
        _settle(standing, left, ~events.final, Standing.WARNING)
    if book.ignores_earlier:
        _settle(standing, left, events.decided_on < book.force_from[0], Standing.BEFORE_EDITION)
    rule = book.rule_of[_editions(book, shard), events.code]
    _settle(standing, left, rule == ABSENT, Standing.NO_RULE)
    for condition, concerned in reader.conditions:
        rows = np.flatnonzero(left & concerned[rule])
        failed = np.zeros(len(rule), np.bool_)
        failed[rows] = ~shard.holds(condition, rows, shard.entity[rows])
        _settle(standing, left, failed, Standing.CONDITION_NOT_MET)
    start = _start(reader, shard, rule, standing, left)
    rows = np.flatnonzero(left)
    return standing, Rated(
        shard=shard,
        rows=rows,
        entity=shard.entity[rows],
        decided_on=events.decided_on[rows],
        rule=rule[rows],
        start=start[rows],
        offsets=np.searchsorted(rows, shard.columns.offsets),
    )


def _settle(standing: Small, left: Flags, hit: Flags, verdict: Standing) -> None:
    """Gives a verdict to the undecided rows that are hit; changes ``standing`` and ``left``."""
    standing[left & hit] = verdict
    left &= ~hit


def _editions(book: Book, shard: Shard) -> Codes | int:
    """The edition in force on each event's day, the last before it in a gap, the first before all."""
    if len(book.force_from) == 1:
        return 0
    place = np.searchsorted(book.force_from, shard.columns.events.decided_on, side="right") - 1
    return np.maximum(place, 0).astype(np.int32)


def _start(reader: Reader, shard: Shard, rule: Codes, standing: Small, left: Flags) -> Points:
    events = shard.columns.events
    column = 0 if events.severity is None else events.severity + 1
    start: Points = reader.points[rule, column]
    if not reader.all_stated:
        _settle(standing, left, ~reader.stated[rule, column], Standing.SEVERITY_NOT_RATED)
    for allowed, concerned in reader.value_sets:
        carries = concerned[rule]
        if events.value is None:
            _settle(standing, left, carries, Standing.VALUE_MISSING)
            continue
        _settle(standing, left, carries & (events.value == NO_POINTS), Standing.VALUE_MISSING)
        _settle(standing, left, carries & ~_inside(allowed, events.value), Standing.VALUE_NOT_ALLOWED)
        start = np.where(carries, events.value, start)
    return start


def _inside(allowed: ValueSet, value: Points) -> Flags:
    inside = np.ones(len(value), np.bool_)
    if allowed.allowed is not None:
        inside &= np.isin(value, np.array(allowed.allowed, np.int64))
    if allowed.low is not None:
        inside &= value >= allowed.low
    if allowed.high is not None:
        inside &= value <= allowed.high
    return inside


def warning_names(book: Book, shard: Shard) -> Codes:
    """The mapped code of every event, rated or not."""
    names: Codes = book.name_of[_editions(book, shard), shard.columns.events.code]
    return names
