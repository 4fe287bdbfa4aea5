"""Calendar arithmetic done once for every day on which an event was decided, then looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.rating.columnar.days import add_months, anchors_of, cycle_numbers, years

if TYPE_CHECKING:
    from scoring.edition.model import Cycle
    from scoring.rating.columnar.arrays import Days, Rows
    from scoring.rating.columnar.columns import Columns


class Table(NamedTuple):
    """A number for each day from ``first`` on."""

    first: int
    values: Rows

    def of(self, days: Days) -> Rows:
        """The number of each day."""
        return self.values.take(days.astype(np.int64) - self.first)


class Almanac(NamedTuple):
    """All days from the first decided on up to the day of the question."""

    days: Days

    def years(self) -> Table:
        """The calendar year of each day."""
        return self._table(years(self.days))

    def cycle_numbers(self, cycle: Cycle) -> Table:
        """The span of a common cycle that holds each day."""
        return self._table(cycle_numbers(self.days, anchors_of(cycle, None, 1), cycle.months))

    def reaching(self, months: int) -> Table:
        """The earliest day whose span of ``months`` still holds each day."""
        ends = add_months(self.days, months)
        return self._table(self.days[0] + np.searchsorted(ends, self.days, side="right"))

    def _table(self, values: Rows) -> Table:
        return Table(int(self.days[0]), values.astype(np.int64))


def almanac_of(columns: Columns, as_of: int) -> Almanac:
    """The days between the first decision in the columns and a day."""
    first = int(columns.events.decided_on.min(initial=as_of))
    return Almanac(np.arange(first, as_of + 1, dtype=np.int32))
