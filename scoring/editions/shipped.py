"""The shipped calendars of working days, read from the package once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from types import MappingProxyType

from scoring.kernel.calendar_table import Table, calendar_of, read_table
from scoring.kernel.workdays import Calendar


@cache
def calendar(jurisdiction: str) -> Calendar:
    """The calendar of a jurisdiction, such as ``cn``.

    Raises:
        LawError: ``calendar_unknown``: none is shipped for it.
    """
    return calendar_of(jurisdiction, calendar_tables())


@cache
def calendar_or_weekdays(jurisdiction: str | None) -> Calendar:
    """The calendar of a jurisdiction, or where none is shipped one that knows weekdays alone and settles nothing."""
    if jurisdiction in jurisdictions():
        return calendar(str(jurisdiction))
    return Calendar(jurisdiction or "", frozenset(), MappingProxyType({}), frozenset())


def jurisdictions() -> tuple[str, ...]:
    """The jurisdictions whose calendars are shipped."""
    return tuple(sorted({table.jurisdiction for table in calendar_tables()}))


@cache
def calendar_tables() -> tuple[Table, ...]:
    """Every shipped table, by name of its file."""
    folder = files("scoring.editions").joinpath("calendars")
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    return tuple(read_table(entry.read_text(encoding="utf-8")) for entry in found)
