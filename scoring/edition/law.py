"""Which edition speaks on which day, where several rulebooks follow or stand beside one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from scoring.edition.envelope import Edition


class Stretch(NamedTuple):
    """The days [start, end) on which one edition speaks; ``end`` None: from then on."""

    start: date
    end: date | None
    edition: Edition


class Law(NamedTuple):
    """What is in force of one matter, in one place and for the kinds of one entity, ascending and without overlap."""

    stretches: tuple[Stretch, ...]

    def on(self, day: date) -> Edition | None:
        """The edition in force on a day, or None."""
        for stretch in reversed(self.stretches):
            if stretch.start <= day:
                return stretch.edition if stretch.end is None or day < stretch.end else None
        return None

    def reading(self, decided_on: date) -> Edition | None:
        """The edition that reads a fact of a day; None where there never was one.

        The one in force; in a gap the last one before it; before the first, the first.
        """
        before = [stretch.edition for stretch in self.stretches if stretch.start <= decided_on]
        first = self.stretches[:1]
        return before[-1] if before else first[0].edition if first else None

    def next_start(self, after: date) -> date | None:
        """The first day after ``after`` on which another edition speaks, or none any more."""
        days = {day for one in self.stretches for day in (one.start, one.end) if day is not None and day > after}
        return min(days, default=None)
