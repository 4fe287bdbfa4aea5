"""Reading the tables of days off: one TOML text for each jurisdiction and year, from which one calendar is made."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.kernel.errors import LawError
from scoring.kernel.nesting import has_key_longer, is_deeper
from scoring.kernel.workdays import Calendar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_DEEPEST = 10
"""Levels of a table, and parts of a key; there are three and one."""
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
        LawError: ``calendar_malformed``: no TOML, an unknown or missing key, a value of another type, a day of neither
            the year nor the December before. ``calendar_duplicate``: a day that is named twice, or both off and worked.
    """
    document = _document(text)
    try:
        _keys(document, _TABLE, optional=frozenset({"extends"}))
        for key, kind in (("jurisdiction", str), ("year", int), ("extends", str)):
            _typed(document, key, kind)
        off: dict[date, str] = {}
        work: set[date] = set()
        for holiday in document["holiday"]:
            _keys(holiday, _HOLIDAY, optional=frozenset({"work"}))
            _typed(holiday, "name", str)
            for day in holiday["off"]:
                off[_day(day, document["year"], {*off, *work})] = holiday["name"]
            for day in holiday.get("work", ()):
                work.add(_day(day, document["year"], {*off, *work}))
        notices = tuple(_notice(one) for one in document["notice"])
    except (KeyError, TypeError, AttributeError) as error:
        raise _refused(
            zh=f"不是所要求的 TOML（{error}）", en=f"it is not the TOML that is asked for ({error})"
        ) from error
    return Table(document["jurisdiction"], document.get("extends"), document["year"], notices, off, frozenset(work))


def calendar_of(jurisdiction: str, tables: Iterable[Table]) -> Calendar:
    """The calendar of a jurisdiction from all tables there are.

    Where its tables extend another's, the own table has the last word on a day, and a year is settled when both are.

    Raises:
        LawError: ``calendar_unknown``: no table is of this jurisdiction. ``calendar_duplicate``: two are of one year.
            ``calendar_gap``: a year between the first and the last has none. ``calendar_malformed``: they extend
            different ones, or each other.
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
    _whole(jurisdiction, [table.year for table in own])
    if len(extended) > 1 or jurisdiction in within:
        raise _refused(
            zh=f"{jurisdiction} 各年的表应延用同一个其他地区的日历",
            en=f"the tables of {jurisdiction} must all extend the same other jurisdiction",
        )
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


def _whole(jurisdiction: str, years: list[int]) -> None:
    """One table for each year from the first to the last. ``years`` ascend and are not empty."""
    twice = [year for year, following in pairwise(years) if year == following]
    if twice:
        raise _duplicate(
            zh=f"{jurisdiction} 的 {twice[0]} 年有两张表；请合并为一张",
            en=f"{jurisdiction} has two tables of {twice[0]}: make one of them",
        )
    gap = sorted(set(range(years[0], years[-1])) - set(years))
    if gap:
        raise LawError(
            "calendar_gap",
            zh=f"{jurisdiction} 的放假安排缺 {gap[0]} 年；请补入该年的表，没有自定假日的也写一张空表",
            en=f"the tables of {jurisdiction} lack {gap[0]}: add one, empty where the year has no days of its own",
        )


def _document(text: str) -> dict[str, Any]:
    if is_deeper(text, _DEEPEST) or has_key_longer(text, _DEEPEST):
        raise _refused(zh="嵌套过深", en="it is nested too deeply")
    try:
        return tomllib.loads(text)
    except ValueError as error:  # a number of thousands of digits is one too, and no error of TOML
        raise _refused(zh=f"不是有效的 TOML（{error}）", en=f"it is not valid TOML ({error})") from error


def _keys(found: Mapping[str, object], known: frozenset[str], *, optional: frozenset[str] = frozenset()) -> None:
    wrong = ", ".join(sorted((found.keys() - known) | (known - optional - found.keys())))
    if wrong:
        raise _refused(zh=f"键不认识或缺少：{wrong}", en=f"keys unknown or missing: {wrong}")


def _typed(found: Mapping[str, object], key: str, kind: type) -> None:
    """The value of a key, where there is one, is of a type and no other: truth is no number, a word is no truth."""
    if key in found and type(found[key]) is not kind:
        name_zh = {str: "文字", int: "整数", bool: "true 或 false"}[kind]
        name_en = {str: "text", int: "a whole number", bool: "true or false"}[kind]
        raise _refused(zh=f"{key} 应为{name_zh}", en=f"{key} must be {name_en}")


def _notice(found: Mapping[str, object]) -> Notice:
    _keys(found, _NOTICE)
    for key, kind in (("number", str), ("source", str), ("verified", bool)):
        _typed(found, key, kind)
    return Notice(str(found["number"]), str(found["source"]), found["verified"] is True)


def _day(day: object, year: int, named: set[date]) -> date:
    if not isinstance(day, date) or isinstance(day, datetime):
        raise _refused(zh=f"{day} 不是日期", en=f"{day} is no day")
    if day.year != year and (day.year, day.month) != (year - 1, 12):
        raise _refused(
            zh=f"{day} 不在 {year} 年，也不在上一年十二月", en=f"{day} is not of {year}, nor of the December before"
        )
    if day in named:
        raise _duplicate(zh=f"{day} 写了两次；请只留一处", en=f"{day} is named twice: keep one")
    return day


def _duplicate(*, zh: str, en: str) -> LawError:
    return LawError("calendar_duplicate", zh=f"放假安排表有误：{zh}", en=f"a table of days off is wrong: {en}")


def _refused(*, zh: str, en: str) -> LawError:
    return LawError("calendar_malformed", zh=f"放假安排表有误：{zh}", en=f"a table of days off is wrong: {en}")
