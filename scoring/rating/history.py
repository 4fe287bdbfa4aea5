"""What a rating is made from: the evidence on one entity in one kind, and the editions that read it.

Plain named tuples: cheap to make by the million, equal by value, immutable.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.edition.model import Edition

NOTHING: Mapping[str, str] = MappingProxyType({})


class Event(NamedTuple):
    """One decision about an entity, with the acts that followed it as they are known.

    ``value`` is in hundredths. A repair revoked for fraud is no repair: its ``repaired_on`` is absent.
    ``final`` false: a warning, never points.
    """

    source: str
    ref: str
    code: str
    decided_on: date
    severity: str | None = None
    final: bool = True
    value: int | None = None
    occasion: str | None = None
    case_ref: str | None = None
    corrected_on: date | None = None
    performed_on: date | None = None
    repaired_on: date | None = None
    annulled_on: date | None = None
    publicity_ends_on: date | None = None
    attributes: Mapping[str, str] = NOTHING


class Occasion(NamedTuple):
    """One inspection as such; exists even with no finding. ``closed``: the premises were closed at it."""

    ref: str
    type: str
    held_on: date
    closed: bool = False


class History(NamedTuple):
    """All evidence on one entity in one kind. (source, ref) is unique among events, ref among occasions.

    ``occasions`` stand in the order in which they were recorded. ``licences``: half-open spans [from, to) of days,
    to None where open; None altogether where licences are not looked at.
    """

    entity: str
    kind: str
    events: tuple[Event, ...]
    occasions: tuple[Occasion, ...] = ()
    attributes: Mapping[str, str] = NOTHING
    known_since: date | None = None
    licences: tuple[tuple[date, date | None], ...] | None = None


class EditionChain(NamedTuple):
    """The editions of one rulebook for one kind and scope: ascending by ``force_from``, never two in force at once."""

    editions: tuple[Edition, ...]

    def index_on(self, day: date) -> int | None:
        """The position of the edition in force on a day, or None."""
        for position in range(len(self.editions) - 1, -1, -1):
            edition = self.editions[position]
            if edition.force_from <= day:
                return position if edition.force_to is None or day < edition.force_to else None
        return None

    def index_for_event(self, day: date) -> int:
        """The position of the edition that reads an event of a day.

        The one in force; in a gap the last one before it; before the first, the first.
        """
        for position in range(len(self.editions) - 1, -1, -1):
            if self.editions[position].force_from <= day:
                return position
        return 0
