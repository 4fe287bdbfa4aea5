"""One run of entities at work: its columns, put in the order of the question, and the rated rows among its events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from scoring.rating.columnar.arrays import ABSENT, NO_DAY
from scoring.rating.columnar.columns import of_rows

if TYPE_CHECKING:
    from scoring.edition.model import Condition
    from scoring.rating.columnar.arrays import Codes, Days, Flags, Points, Rows
    from scoring.rating.columnar.columns import Coded, Columns

DayColumn: TypeAlias = Literal["corrected_on", "performed_on", "repaired_on", "publicity_ends_on"]


class UnsortedColumnsError(ValueError):
    """The events of an entity do not stand in the order that `Events` asks for."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Some entities and their events in order. ``back``: where each event of the input stands, if any moved."""

    columns: Columns
    entity: Codes
    back: Rows | None

    def holds(self, condition: Condition, rows: Rows, entity: Codes) -> Flags:
        """Whether a condition holds for some events: their own attribute decides, else their entity's."""
        own = self.columns.events.attributes.get(condition.attribute)
        general = self.holds_for_entities(condition)[entity]
        if own is None:
            return general
        index = own.index[rows]
        return np.where(index == ABSENT, general, _allowed(own, condition)[index])

    def holds_for_entities(self, condition: Condition) -> Flags:
        """Whether a condition holds for each entity."""
        coded = self.columns.attributes.get(condition.attribute)
        if coded is None:
            return np.zeros(self.columns.entities, np.bool_)
        return _allowed(coded, condition)[coded.index]


def _allowed(coded: Coded, condition: Condition) -> Flags:
    return np.array([*(text in condition.one_of for text in coded.texts), False], np.bool_)


@dataclass(frozen=True, slots=True)
class Rated:
    """The rated events of a shard: ``rows`` in it, the entity, the rule and the points they start from."""

    shard: Shard
    rows: Rows
    entity: Codes
    decided_on: Days
    rule: Codes
    start: Points
    offsets: Rows
    """Where the rated events of each entity begin and end."""

    def day(self, name: DayColumn) -> Days:
        """A column of days; all absent where there is none."""
        column: Days | None = getattr(self.shard.columns.events, name)
        return np.broadcast_to(np.int32(NO_DAY), self.rows.shape) if column is None else column[self.rows]

    def code(self, name: Literal["case", "occasion"]) -> Codes:
        """A column of codes; all absent where there is none."""
        column: Codes | None = getattr(self.shard.columns.events, name)
        return np.broadcast_to(np.int32(ABSENT), self.rows.shape) if column is None else column[self.rows]

    def keys(self, rows: Rows, within: Codes | Rows) -> Rows:
        """A number for each of some rows, equal where the entity and the number within it are."""
        keys: Rows = self.entity[rows].astype(np.int64) * (int(within.max()) + 1) + within
        return keys

    def repaired_by(self, day: int) -> Flags:
        """Whether each event is repaired by a day."""
        if self.shard.columns.events.repaired_on is None:
            return np.broadcast_to(np.bool_(False), self.rows.shape)
        return self.day("repaired_on") <= day


def shard_of(columns: Columns, as_of: int) -> Shard:
    """A shard of these entities, in the order of the question.

    An occasion that is not yet held is unknown on the day of the question: its events then stand last in their day.

    Raises:
        UnsortedColumnsError: the events are not in their order.
    """
    entity = np.repeat(np.arange(columns.entities, dtype=np.int32), np.diff(columns.offsets))
    _check_order(columns, entity)
    future = _not_yet_held(columns, entity, as_of)
    if future is None or columns.events.occasion is None:
        return Shard(columns, entity, None)
    place = np.where(future | (columns.events.occasion == ABSENT), NO_DAY, columns.events.occasion)
    tie = columns.events.tie
    if tie is None:
        raise UnsortedColumnsError("an event was decided before its occasion was held: fill the column `tie`")
    order = np.lexsort((tie, place, columns.events.decided_on, entity))
    events = of_rows(columns.events, order)
    unknown = np.where(future, np.int32(ABSENT), columns.events.occasion)[order]
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    return Shard(replace(columns, events=replace(events, occasion=unknown)), entity, back)


def _check_order(columns: Columns, entity: Codes) -> None:
    days = columns.events.decided_on
    same = entity[1:] == entity[:-1]
    if bool((same & (days[1:] < days[:-1])).any()):
        raise UnsortedColumnsError("the events of an entity must stand by decided_on")
    place = columns.events.occasion
    if place is not None:
        late = np.where(place == ABSENT, NO_DAY, place)
        if bool((same & (days[1:] == days[:-1]) & (late[1:] < late[:-1])).any()):
            raise UnsortedColumnsError("the events of an entity's day must stand by the place of their occasion")


def _not_yet_held(columns: Columns, entity: Codes, as_of: int) -> Flags | None:
    occasions, place = columns.occasions, columns.events.occasion
    if occasions is None or place is None or not bool((occasions.held_on > as_of).any()):
        return None
    held = np.append(occasions.held_on, np.int32(0))
    row = np.where(place == ABSENT, len(occasions.held_on), occasions.offsets[:-1][entity] + place)
    future = held[row] > as_of
    return future if bool((future & (columns.events.decided_on <= as_of)).any()) else None
