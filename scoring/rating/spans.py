"""When a span of time ends: windows, validities and terms, made once per edition into look-ups (evaluation, step 2)."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from scoring.kernel.days import DayError, cycle_span, months_after, parse_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scoring.edition.model import Cycle, Validity, Window
    from scoring.rating.history import Event

    Ends: TypeAlias = Callable[[Event, Mapping[str, str]], date | None]
    """The end of an event's span, given the entity's attributes; None: open."""


_REMEMBERED = 40_000


def span_of(cycle: Cycle, attributes: Mapping[str, str], day: date) -> tuple[date, date]:
    """The span of a cycle that holds a day, for an entity with these attributes."""
    stated = None if cycle.start_attribute is None else attributes.get(cycle.start_attribute)
    anchor = None if stated is None else _stated(stated)
    if anchor is None:
        anchor = date(2000, cycle.start_month, cycle.start_day)
    return _span(anchor, cycle.months, day)


_span = lru_cache(maxsize=_REMEMBERED)(cycle_span)


@lru_cache(maxsize=20_000)
def _stated(text: str) -> date | None:
    """The day of a start attribute; a start that is no date is as if absent (evaluation, step 2)."""
    try:
        return parse_day(text)
    except DayError:
        return None


def window_ends(window: Window) -> Ends:
    """Ends of a window counted in months or by a cycle; open for one that looks at everything or at occasions."""
    if window.months is not None:
        return _months(window.months)
    if window.cycle is not None:
        return _cycle(window.cycle)
    return _open


def validity_ends(validity: Validity) -> Ends:
    """Ends of a validity or of a direct grade's term."""
    if validity.ends == "cycle" and validity.cycle is not None:
        return _cycle_unperformed(validity.cycle) if validity.while_unperformed else _cycle(validity.cycle)
    if validity.ends == "publicity_end" and validity.while_unperformed:
        return _publicity_unperformed
    plain = {"months": _months(validity.months), "publicity_end": _publicity_end}.get(validity.ends, _open)
    return _unperformed(plain) if validity.while_unperformed else plain


def ends_by_day(window: Window, validity: Validity | None) -> Mapping[date, date] | None:
    """The same ends as a look-up by decision day, where they depend on nothing else; None where they do.

    ``window`` holds where there is no ``validity``.
    """
    if validity is None:
        months, cycle = window.months, window.cycle
    elif validity.while_unperformed:
        return None
    else:
        months = validity.months if validity.ends == "months" else None
        cycle = validity.cycle if validity.ends == "cycle" else None
    if months is not None:
        return months_after(months)
    return None if cycle is None or cycle.start_attribute is not None else _CycleEnds(cycle)


class _CycleEnds(dict[date, date]):
    """Remembers the ends of a cycle that starts on the same day for everyone; filled as days are asked for."""

    __slots__ = ("_cycle",)

    def __init__(self, cycle: Cycle) -> None:
        super().__init__()
        self._cycle = cycle

    def __missing__(self, day: date) -> date:
        """Work out a day not asked for before."""
        if len(self) >= _REMEMBERED:
            self.clear()
        result = self[day] = span_of(self._cycle, {}, day)[1]
        return result


def _months(months: int) -> Ends:
    after = months_after(months)
    return lambda event, _attributes: after[event.decided_on]


def _cycle(cycle: Cycle) -> Ends:
    return lambda event, attributes: span_of(cycle, attributes, event.decided_on)[1]


def _open(_event: Event, _attributes: Mapping[str, str]) -> date | None:
    return None


def _publicity_end(event: Event, _attributes: Mapping[str, str]) -> date | None:
    end = event.publicity_ends_on
    return None if end is None else max(end, event.decided_on)


def _publicity_unperformed(event: Event, _attributes: Mapping[str, str]) -> date | None:
    end, performed_on = event.publicity_ends_on, event.performed_on
    if end is None or performed_on is None:
        return None
    return max(end, event.decided_on, performed_on)


def _cycle_unperformed(cycle: Cycle) -> Ends:
    def ends(event: Event, attributes: Mapping[str, str]) -> date | None:
        if event.performed_on is None:
            return None
        return span_of(cycle, attributes, max(event.decided_on, event.performed_on))[1]

    return ends


def _unperformed(plain: Ends) -> Ends:
    def ends(event: Event, attributes: Mapping[str, str]) -> date | None:
        end = plain(event, attributes)
        if event.performed_on is None or end is None:
            return None
        return max(end, event.performed_on)

    return ends
