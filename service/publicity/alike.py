"""What the law makes of records, worked out once for all those that look the same to it."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from scoring.edition.model import Condition
from scoring.editions.shipped import calendar_or_weekdays
from scoring.publicity import Record, duties, publicity, standing_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from scoring.edition.envelope import Edition
    from scoring.edition.law import Law
    from scoring.publicity import Due, Standing
    from service.editions import Shelf

REMEMBERED: Final = 20_000
"""Readings kept at a time: memory does not grow with the number of records."""
_ATTRIBUTES: Final = Record._fields.index("attributes")


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the law makes of a record on a day: its publicity, what is owed, the edition that reads it (None: none).

    Records that look alike share one; two are the same only where they are the same object.
    """

    standing: Standing
    due: tuple[Due, ...]
    edition: Edition | None


class Readings:
    """The readings of a look at many records; may be kept from one look to the next of the same process."""

    def __init__(self, *, ahead: bool = False) -> None:
        """``ahead``: whether to say on which day the answer changes next, which costs as much again."""
        self._read = publicity if ahead else standing_on
        self._shelf: Shelf | None = None
        self._places: dict[tuple[tuple[str, ...], str], _Place] = {}
        self._same: dict[tuple[object, ...], _Place] = {}
        self._known: dict[tuple[object, ...], Reading] = {}

    def under(self, shelf: Shelf) -> Self:
        """Read by these editions from now on; what was read by others is forgotten."""
        if shelf is not self._shelf:
            self._shelf = shelf
            for remembered in (self._places, self._same, self._known):
                remembered.clear()
        return self

    def of(self, record: Record, *, kinds: tuple[str, ...], region: str, day: date) -> Reading:
        """What the law makes of a record on a day, for an entity of some kinds in a region."""
        place = self._places.get((kinds, region))
        if place is None:
            if len(self._places) >= REMEMBERED:
                self._places.clear()
            place = self._places[kinds, region] = self._place(kinds, region)
        looked_at = tuple(map(record.attributes.get, place.attributes))
        alike = (place.number, day, record[:_ATTRIBUTES], looked_at, record[_ATTRIBUTES + 1 :])
        found = self._known.get(alike)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            found = self._known[alike] = self._reading(record, place, day)
        return found

    def _place(self, kinds: tuple[str, ...], region: str) -> _Place:
        assert self._shelf is not None  # noqa: S101 whoever reads has said by which editions
        laws = [self._shelf.law(matter=matter, kinds=kinds, region=region) for matter in ("publicity", "deadlines")]
        same = tuple(tuple((one.start, one.end, one.edition.id) for one in law.stretches) for law in laws)
        if same not in self._same:
            self._same[same] = _Place(len(self._same), laws[0], laws[1], attributes_of(*laws))
        return self._same[same]

    def _reading(self, record: Record, place: _Place, day: date) -> Reading:
        standing = self._read(record, place.shown, day, calendar_or_weekdays)
        due = duties(record, standing, place.owed, day, calendar_or_weekdays)
        edition = next((one.edition for one in place.shown.stretches if one.edition.id == standing.edition), None)
        return Reading(standing, due, edition)


class _Place(NamedTuple):
    """The law of a place: of what is shown, of what is owed, and the attributes that the two look at."""

    number: int
    shown: Law
    owed: Law
    attributes: tuple[str, ...]


def attributes_of(*laws: Law) -> tuple[str, ...]:
    """The attributes of a record that the publicity and the deadlines of some laws look at."""
    sections = [
        section
        for law in laws
        for one in law.stretches
        for section in (one.edition.publicity, one.edition.deadlines)
        if section is not None
    ]
    listing = {section.penalty_kinds for section in sections}
    return tuple(sorted(listing | {name for section in sections for name in _conditions(section)}))


def _conditions(part: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a section
    """The attributes that the conditions in a part of an edition name."""
    if isinstance(part, Condition):
        yield part.attribute
    elif isinstance(part, tuple):
        for one in part:
            yield from _conditions(one)
    elif is_dataclass(part):
        for field in fields(part):
            yield from _conditions(getattr(part, field.name))
