"""Reading the tables of days off: one TOML text for each jurisdiction and year, from which one calendar is made."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from scoring.kernel.errors import LawError
from scoring.kernel.workdays import Calendar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_TABLE = frozenset({"jurisdiction", "extends", "year", "notice", "holiday"})
_NOTICE = frozenset({"number", "source", "verified"})
_HOLIDAY = frozenset({"name", "off", "work"})


class Notice(NamedTuple):
    """Where a table comes from. ``verified``: the number was read in the notice or in two places that agree."""

    number: str
    source: str
    verified: bool


class Table(NamedTuple):
    """Days off (with the name of the holiday) and make-up working days of one jurisdiction and year.

    A notice may name days of the year before: the end of December belongs to New Year. ``extends``: the jurisdiction
    whose days hold here too.
    """

    jurisdiction: str
    extends: str | None
    year: int
    notices: tuple[Notice, ...]
    off: Mapping[date, str]
    work: frozenset[date]


def read_table(text: str) -> Table:
    """One table from its TOML text.

    Raises:
        LawError: ``calendar_malformed``: no TOML, an unknown or missing key, a value of another type, a day that is
            both off and worked, or named twice, or of neither the year nor the December before.
    """
    try:
        document = tomllib.loads(text)
        _keys(document, _TABLE, optional=frozenset({"extends"}))
        off: dict[date, str] = {}
        work: set[date] = set()
        for holiday in document["holiday"]:
            _keys(holiday, _HOLIDAY, optional=frozenset({"work"}))
            for day in holiday["off"]:
                off[_day(day, document["year"], {*off, *work})] = str(holiday["name"])
            for day in holiday.get("work", ()):
                work.add(_day(day, document["year"], {*off, *work}))
        notices = tuple(_notice(one) for one in document["notice"])
    except (KeyError, TypeError, AttributeError, tomllib.TOMLDecodeError) as error:
        raise _refused(str(error)) from error
    return Table(document["jurisdiction"], document.get("extends"), document["year"], notices, off, frozenset(work))


def calendar_of(jurisdiction: str, tables: Iterable[Table]) -> Calendar:
    """The calendar of a jurisdiction from all tables there are.

    Where its tables extend another's, the own table has the last word on a day, and a year is settled when both are.

    Raises:
        LawError: ``calendar_unknown``: no table is of this jurisdiction. ``calendar_malformed``: two are of one year,
            or they extend different ones, or each other.
    """
    return _calendar(jurisdiction, tuple(tables), frozenset())


def _calendar(jurisdiction: str, tables: tuple[Table, ...], within: frozenset[str]) -> Calendar:
    own = sorted((table for table in tables if table.jurisdiction == jurisdiction), key=lambda table: table.year)
    if not own:
        raise LawError(
            "calendar_unknown",
            zh=f"没有 {jurisdiction} 的工作日历；请在 calendars 中加入其放假安排",
            en=f"there is no calendar of {jurisdiction}: add its tables to the calendars",
        )
    years = {table.year for table in own}
    extended = {table.extends for table in own}
    if len(years) < len(own) or len(extended) > 1 or jurisdiction in within:
        raise _refused(f"{jurisdiction}: one table a year, all extending the same other jurisdiction")
    holidays: dict[date, str] = {}
    make_up: set[date] = set()
    for base in extended - {None}:
        below = _calendar(str(base), tables, within | {jurisdiction})
        holidays |= below.holidays
        make_up |= below.make_up
        years &= below.years
    for table in own:
        holidays = {day: name for day, name in holidays.items() if day not in table.work} | dict(table.off)
        make_up = (make_up - table.off.keys()) | table.work
    return Calendar(jurisdiction, frozenset(years), MappingProxyType(holidays), frozenset(make_up))


def _keys(found: Mapping[str, object], known: frozenset[str], *, optional: frozenset[str] = frozenset()) -> None:
    wrong = (found.keys() - known) | (known - optional - found.keys())
    if wrong:
        raise _refused(f"unknown or missing: {', '.join(sorted(wrong))}")


def _notice(found: Mapping[str, object]) -> Notice:
    _keys(found, _NOTICE)
    return Notice(str(found["number"]), str(found["source"]), bool(found["verified"]))


def _day(day: object, year: int, named: set[date]) -> date:
    if not isinstance(day, date) or isinstance(day, datetime):
        raise _refused(f"{day} is no day")
    if day.year != year and (day.year, day.month) != (year - 1, 12):
        raise _refused(f"{day} is not of {year}, nor of the December before")
    if day in named:
        raise _refused(f"{day} is named twice")
    return day


def _refused(why: str) -> LawError:
    return LawError("calendar_malformed", zh=f"放假安排表有误：{why}", en=f"a table of days off is wrong: {why}")
