"""Drafts as lines of COPY's text form, made where the file is read: whoever stores them only hands them on.

Fields that a shape confines to letters, digits and marks go as they are; in free text a backslash is the only sign
left to escape, for no shape admits a control character.
"""

from __future__ import annotations

from itertools import repeat
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from service.evidence.intake.sheet import Sheet

NULL: Final = "\\N"
Column: TypeAlias = "Sequence[Any]"


class Copied(NamedTuple):
    """A sheet and its lines for the staging table of its name."""

    sheet: Sheet
    lines: bytes


def copied(sheet: Sheet) -> Copied:
    """A sheet ready to be staged."""
    columns = [column(sheet) for column in _COLUMNS[sheet.name]]
    return Copied(sheet, ("\n".join(map("\t".join, zip(*columns, strict=False))) + "\n").encode())


def _field(name: str, write: Callable[[Column], Iterable[str]]) -> Callable[[Sheet], Iterable[str]]:
    """The column of a field; without end where no row has it."""

    def column(sheet: Sheet) -> Iterable[str]:
        values = sheet.values.get(name)
        return repeat(NULL) if values is None else write(values)

    return column


def _once(write: Callable[[Any], str]) -> Callable[[Column], Iterable[str]]:
    """Writes a column of values few of which differ: each is written once."""

    def column(values: Column) -> Iterable[str]:
        written = {value: NULL if value is None else write(value) for value in set(values)}
        return map(written.__getitem__, values)

    return column


def _each(write: Callable[[Any], str]) -> Callable[[Column], Iterable[str]]:
    def column(values: Column) -> Iterable[str]:
        return [NULL if value is None else write(value) for value in values]

    return column


def _plain(values: Column) -> Iterable[str]:
    """Strings of a shape without a backslash."""
    return [NULL if value is None else value for value in values] if None in values else values


def _free(values: Column) -> Iterable[str]:
    if NoneType in set(map(type, values)) or "\\" in "".join(values):
        return [NULL if value is None else _escaped(value) for value in values]
    return values


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\")


def _day(day: date) -> str:
    return day.isoformat()


def _list(keys: Iterable[str]) -> str:
    """An array of keys; quoted, for a key may read ``null``."""
    return "{" + ",".join(f'"{key}"' for key in keys) + "}"


def _object(attributes: Mapping[str, str]) -> str:
    return _escaped(orjson.dumps(attributes).decode()) if attributes else NULL


def _flag(value: bool | None) -> str:  # noqa: FBT001 - a value of a column
    return "t" if value else "f"


def _numbers(sheet: Sheet) -> Iterable[str]:
    return map(str, sheet.numbers)


def _digests(sheet: Sheet) -> Iterable[str]:
    return ["\\\\x" + digest.hex() for digest in sheet.digests]


def _decision_kind(sheet: Sheet) -> Iterable[str]:
    return [_escaped(kind.code) if kind else NULL for kind in sheet.kinds]


def _final(sheet: Sheet) -> Iterable[str]:
    return ["t" if kind and kind.final else "f" for kind in sheet.kinds]


def _closed(sheet: Sheet) -> Iterable[str]:
    return map(_flag, sheet.values.get("closed", ())) if "closed" in sheet.values else repeat("f")


def _latest(sheet: Sheet) -> Iterable[str]:
    """The last of the days on which something is said to have happened."""
    days = [sheet.values[name] for name in ("decided_on", "corrected_on", "performed_on") if name in sheet.values]
    if len(days) == 1:
        return _days(days[0])
    return [max(day for day in row if day is not None).isoformat() for row in zip(*days, strict=True)]


_days: Final = _once(_day)
_COLUMNS: Final[Mapping[str, tuple[Callable[[Sheet], Iterable[str]], ...]]] = {
    "event": (
        _numbers,
        _field("entity", _free),
        _field("source", _plain),
        _field("source_ref", _free),
        _digests,
        _decision_kind,
        _field("code", _plain),
        _field("severity", _plain),
        _field("decided_on", _days),
        _latest,
        _final,
        _field("value", _each(str)),
        _field("occasion", _free),
        _field("case_ref", _free),
        _field("kinds", _once(_list)),
        _field("corrected_on", _days),
        _field("performed_on", _days),
        _field("publicity_ends_on", _days),
        _field("attributes", _each(_object)),
    ),
    "occasion": (
        _numbers,
        _field("entity", _free),
        _field("source", _plain),
        _field("source_ref", _free),
        _digests,
        _field("type", _plain),
        _field("held_on", _days),
        _field("held_on", _days),
        _closed,
        _field("kinds", _once(_list)),
        _field("probability", _once(str)),
    ),
}
"""The columns of the staging tables, in their order."""
