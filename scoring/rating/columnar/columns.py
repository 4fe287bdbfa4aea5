"""The evidence on many entities of one kind as a struct of arrays: what `rate_all` reads."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.rating.columnar.arrays import Codes, Days, Flags, Points, Rows


@dataclass(frozen=True, slots=True)
class Coded:
    """One text attribute: the distinct texts, and for each row the position of its own or ``ABSENT``."""

    texts: tuple[str, ...]
    index: Codes


@dataclass(frozen=True, slots=True)
class Events:
    """Decisions, entity by entity. A column that is None is absent in every row, and costs nothing.

    Within an entity they stand by (``decided_on``, place of the occasion, those of no known occasion last, source,
    ref). ``occasion`` is the place among the entity's own occasions; ``case`` is equal where the case is, within one
    entity; ``tie`` is the place by (source, ref) within the entity, needed only when an event can be decided before
    its occasion is held. ``final`` None: all are final. ``value`` in hundredths, ``NO_POINTS`` where absent.
    """

    decided_on: Days
    code: Codes
    severity: Codes | None = None
    final: Flags | None = None
    value: Points | None = None
    occasion: Codes | None = None
    case: Codes | None = None
    corrected_on: Days | None = None
    performed_on: Days | None = None
    repaired_on: Days | None = None
    annulled_on: Days | None = None
    publicity_ends_on: Days | None = None
    tie: Codes | None = None
    attributes: Mapping[str, Coded] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Occasions:
    """Inspections, entity by entity, in the order in which they were recorded. ``type`` points into the dictionary."""

    offsets: Rows
    held_on: Days
    type: Codes
    closed: Flags

    def part(self, first: int, last: int) -> Occasions:
        """Those of the entities from ``first`` up to ``last``, as views."""
        span = _span(self.offsets, first, last)
        offsets = self.offsets[first : last + 1] - self.offsets[first]
        return Occasions(offsets, self.held_on[span], self.type[span], self.closed[span])


@dataclass(frozen=True, slots=True)
class Licences:
    """Half-open spans of days, entity by entity; ``looked_at`` is false for an entity whose licences do not matter."""

    offsets: Rows
    looked_at: Flags
    start: Days
    end: Days

    def part(self, first: int, last: int) -> Licences:
        """Those of the entities from ``first`` up to ``last``, as views."""
        span = _span(self.offsets, first, last)
        offsets = self.offsets[first : last + 1] - self.offsets[first]
        return Licences(offsets, self.looked_at[first:last], self.start[span], self.end[span])


@dataclass(frozen=True, slots=True)
class Columns:
    """All evidence on entities of one kind. ``offsets[i]:offsets[i + 1]`` are the events of entity i.

    ``codes``, ``severities`` and ``occasion_types`` are the dictionaries of the event and occasion columns.
    """

    kind: str
    codes: tuple[str, ...]
    offsets: Rows
    events: Events
    severities: tuple[str, ...] = ()
    occasion_types: tuple[str, ...] = ()
    occasions: Occasions | None = None
    known_since: Days | None = None
    attributes: Mapping[str, Coded] = field(default_factory=dict)
    licences: Licences | None = None

    @property
    def entities(self) -> int:
        """How many entities there are."""
        return len(self.offsets) - 1

    def part(self, first: int, last: int) -> Columns:
        """The entities from ``first`` up to ``last``, as views."""
        return replace(
            self,
            offsets=self.offsets[first : last + 1] - self.offsets[first],
            events=of_rows(self.events, _span(self.offsets, first, last)),
            occasions=None if self.occasions is None else self.occasions.part(first, last),
            known_since=None if self.known_since is None else self.known_since[first:last],
            attributes=attributes_of_rows(self.attributes, slice(first, last)),
            licences=None if self.licences is None else self.licences.part(first, last),
        )


def of_rows(events: Events, rows: slice | Rows) -> Events:
    """The events of some rows: views of a slice, copies of positions."""
    taken = {
        each.name: column[rows]
        for each in fields(events)
        if each.name != "attributes" and (column := getattr(events, each.name)) is not None
    }
    return replace(events, attributes=attributes_of_rows(events.attributes, rows), **taken)


def attributes_of_rows(attributes: Mapping[str, Coded], rows: slice | Rows) -> dict[str, Coded]:
    """The attributes of some rows."""
    return {name: Coded(each.texts, each.index[rows]) for name, each in attributes.items()}


def _span(offsets: Rows, first: int, last: int) -> slice:
    return slice(int(offsets[first]), int(offsets[last]))
