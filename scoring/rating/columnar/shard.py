"""One run of entities at work: its columns, put in the order of the question, and the rated rows among its events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from scoring.rating.columnar.arrays import ABSENT, NO_DAY
from scoring.rating.columnar.columns import of_rows

if TYPE_CHECKING:
    from scoring.edition.model import Condition
    from scoring.rating.columnar.arrays import Codes, Days, Flags, Points, Rows
    from scoring.rating.columnar.columns import Coded, Columns

DayColumn: TypeAlias = Literal["corrected_on", "performed_on", "repaired_on", "publicity_ends_on"]
CodeColumn: TypeAlias = Literal["case", "occasion"]


class UnsortedColumnsError(ValueError):
    """The events of an entity do not stand in the order that `Events` asks for."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Some entities and their events in order. ``back``: where each event of the input stands, if any moved."""

    columns: Columns
    entity: Rows
    back: Rows | None

    def holds(self, condition: Condition, rows: Rows, entity: Rows) -> Flags:
        """Whether a condition holds for some events: their own attribute decides, else their entity's."""
        own = self.columns.events.attributes.get(condition.attribute)
        held: Flags = self.holds_for_entities(condition).take(entity)
        if own is not None:
            index = own.index.take(rows).astype(np.int64)
            held &= index == ABSENT
            held |= _allowed(own, condition).take(index)
        return held

    def holds_for_entities(self, condition: Condition) -> Flags:
        """Whether a condition holds for each entity."""
        coded = self.columns.attributes.get(condition.attribute)
        if coded is None:
            return np.zeros(self.columns.entities, np.bool_)
        return _allowed(coded, condition).take(coded.index.astype(np.int64))


def _allowed(coded: Coded, condition: Condition) -> Flags:
    """By text whether it is one of the condition's; the last place is that of ``ABSENT``."""
    return np.array([*(text in condition.one_of for text in coded.texts), False], np.bool_)


class Start(NamedTuple):
    """What events start from: their points, and the cell that holds these but for those that carry their own."""

    points: Points
    cell: Rows


@dataclass(frozen=True, slots=True)
class Rated:
    """The events of a shard as read by their rules. One that is not rated has the number of no rule and no points.

    So every table by rule passes it over, and no column need be copied to leave it out.
    """

    shard: Shard
    rule: Rows
    start: Start
    valued: Rows
    """Places of those that carry their own points."""

    @property
    def entity(self) -> Rows:
        """The entity of each event."""
        return self.shard.entity

    @property
    def decided_on(self) -> Days:
        """The day of each event."""
        return self.shard.columns.events.decided_on

    @property
    def offsets(self) -> Rows:
        """Where the events of each entity begin and end."""
        return self.shard.columns.offsets

    def __len__(self) -> int:
        return len(self.rule)

    def day(self, name: DayColumn, places: Rows | None = None) -> Days:
        """A column of days, of all or of some places; all absent where there is none."""
        column: Days | None = getattr(self.shard.columns.events, name)
        if column is None:
            return np.broadcast_to(np.int32(NO_DAY), len(self) if places is None else len(places))
        return column if places is None else column.take(places)

    def code(self, name: CodeColumn, places: Rows | None = None) -> Codes:
        """A column of codes, of all or of some places; all absent where there is none."""
        column: Codes | None = getattr(self.shard.columns.events, name)
        if column is None:
            return np.broadcast_to(np.int32(ABSENT), len(self) if places is None else len(places))
        return column if places is None else column.take(places)

    def holds(self, condition: Condition, places: Rows) -> Flags:
        """Whether a condition holds for the events at some places."""
        return self.shard.holds(condition, places, self.entity.take(places))

    def keys(self, places: Rows, within: Codes | Rows) -> Rows:
        """A number for each of some places, equal where the entity and the number within it are."""
        keys = self.entity.take(places) * (int(within.max()) + 1)
        keys += within
        return keys

    def repaired_by(self, day: int, places: Rows | None = None) -> Flags:
        """Whether the events are repaired by a day."""
        return self.day("repaired_on", places) <= day


def shard_of(columns: Columns, as_of: int) -> Shard:
    """A shard of these entities, in the order of the question.

    An occasion that is not yet held is unknown on the day of the question: its events then stand last in their day.

    Raises:
        UnsortedColumnsError: the events are not in their order.
    """
    entity = np.repeat(np.arange(columns.entities), np.diff(columns.offsets))
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


def _check_order(columns: Columns, entity: Rows) -> None:
    days = columns.events.decided_on
    same = entity[1:] == entity[:-1]
    if bool((same & (days[1:] < days[:-1])).any()):
        raise UnsortedColumnsError("the events of an entity must stand by decided_on")
    if columns.events.occasion is not None:
        place = columns.events.occasion.view(np.uint32)  # ABSENT becomes the greatest
        same &= days[1:] == days[:-1]
        if bool((same & (place[1:] < place[:-1])).any()):
            raise UnsortedColumnsError("the events of an entity's day must stand by the place of their occasion")


def _not_yet_held(columns: Columns, entity: Rows, as_of: int) -> Flags | None:
    occasions, place = columns.occasions, columns.events.occasion
    if occasions is None or place is None or not bool((occasions.held_on > as_of).any()):
        return None
    held = np.append(occasions.held_on, np.int32(0))
    row = np.where(place == ABSENT, len(occasions.held_on), occasions.offsets[:-1][entity] + place)
    future = held[row] > as_of
    return future if bool((future & (columns.events.decided_on <= as_of)).any()) else None
