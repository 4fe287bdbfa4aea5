"""A row of a table to an item or an inspector: headings to fields, cells to values. Lists stand apart by ``;``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import orjson

from service.register.intake import FileFlaw
from service.register.seeds import inspection_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from service.register.intake import Limits


class Columns:
    """How the tables of one catalogue are read."""

    def __init__(self, catalogue: str, key: str, readers: Mapping[str, Callable[[str], object]]) -> None:
        self._catalogue = catalogue
        self._key = key
        self._readers = readers

    def fields_of(self, headings: Sequence[str], limits: Limits) -> list[str]:
        """The field of every column.

        Raises:
            FileFlaw: ``import_too_many_columns``, ``import_unknown_column``, ``import_duplicate_column``,
                ``import_no_key_column``.
        """
        if len(headings) > limits.columns:
            raise FileFlaw("import_too_many_columns", row=1, limit=limits.columns)
        aliases = inspection_columns(self._catalogue)
        found: list[str] = []
        for heading in headings:
            field = aliases.get(heading.strip().lower())
            if field is None:
                raise FileFlaw("import_unknown_column", row=1, column=heading.strip()[:80])
            if field in found:
                raise FileFlaw("import_duplicate_column", row=1, column=heading.strip()[:80])
            found.append(field)
        if self._key not in found:
            raise FileFlaw("import_no_key_column", row=1)
        return found

    def entry_of(self, fields: Sequence[str], cells: Sequence[str]) -> dict[str, object]:
        """One row as a body, still unchecked; an empty cell says nothing."""
        entry: dict[str, object] = {}
        for field, cell in zip(fields, cells, strict=True):
            text = cell.strip()
            if not text:
                continue
            name, _, part = field.partition(".")
            value = self._readers.get(field, str)(text)
            if part:
                inner = entry.setdefault(name, {})
                if isinstance(inner, dict):
                    inner[part] = value
            else:
                entry[name] = value
        return entry


def words(text: str) -> list[str]:
    """``a;b``."""
    return [part.strip() for part in text.split(";") if part.strip()]


def tuples(*names: str) -> Callable[[str], object]:
    """``first|second|…``, several apart by ``;``; an empty part is missing. Too many parts: the text as it is."""

    def read(text: str) -> object:
        found: list[dict[str, str]] = []
        for part in words(text):
            values = [value.strip() for value in part.split("|")]
            if len(values) > len(names):
                return text
            found.append({name: value for name, value in zip(names, values, strict=False) if value})
        return found

    return read


def number(text: str) -> object:
    """Digits as a number; anything else as it is, for the checker."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else text  # noqa: PLR2004 fits an integer


def nested(text: str) -> object:
    """JSON in a cell; anything else as it is, for the checker."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:  # of what nests too deeply, too
        return text


@cache
def item_columns() -> Columns:
    """Tables of inspection items."""
    return Columns(
        "items",
        "code",
        {
            "kinds": words,
            "basis": tuples("title", "article"),
            "methods": words,
            "skills": words,
            "checklist": nested,
        },
    )


@cache
def owed_item_columns() -> Columns:
    """Tables of items that are owed."""
    return Columns("owed_items", "code", {"basis": tuples("title", "article")})


@cache
def inspector_columns() -> Columns:
    """Tables of inspectors."""
    return Columns(
        "inspectors",
        "code",
        {
            "skills": words,
            "certificates": tuples("number", "issuer", "valid_from", "valid_to"),
            "leave": tuples("first_day", "last_day", "reason"),
            "cap": number,
            "relations": tuples("entity", "reason"),
        },
    )
