"""A row of cells to an entry: headings to fields, cells to values. Shared by CSV and XLSX.

An empty cell of a field that every entity has says nothing, so what is stored stays; elsewhere it clears.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from service.register.intake.flaws import FileFlaw
from service.register.seeds import column_aliases

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.register.intake.limits import Limits

ATTRIBUTE = "attributes."
_TRUE = frozenset({"true", "yes", "1", "是"})
_FALSE = frozenset({"false", "no", "0", "否", ""})
_LICENCE_FIELDS = ("kind", "licence_no", "valid_from", "valid_to")
_STAYS = frozenset({"key", "name", "authority", "region", "status", "status_on", "status_evidence"})


class Columns(Protocol):
    """How tables of one kind are read: headings to fields, rows of cells to entries."""

    def fields_of(self, headings: Sequence[str], limits: Limits) -> list[str]:
        """The field of every column; raises ``FileFlaw``."""

    def entry_of(self, fields: Sequence[str], cells: Sequence[str]) -> dict[str, object]:
        """One row as an entry, still unchecked."""


class _EntityColumns:
    """Tables of entities."""

    def fields_of(self, headings: Sequence[str], limits: Limits) -> list[str]:
        """As the module's function."""
        return fields_of(headings, limits)

    def entry_of(self, fields: Sequence[str], cells: Sequence[str]) -> dict[str, object]:
        """As the module's function."""
        return entry_of(fields, cells)


def fields_of(headings: Sequence[str], limits: Limits) -> list[str]:
    """The field of every column.

    Raises:
        FileFlaw: ``import_too_many_columns``, ``import_unknown_column``, ``import_duplicate_column``,
            ``import_no_key_column``.
    """
    if len(headings) > limits.columns:
        raise FileFlaw("import_too_many_columns", row=1, limit=limits.columns)
    aliases = column_aliases()
    fields: list[str] = []
    for heading in headings:
        name = heading.strip()
        field = name if name.startswith(ATTRIBUTE) and len(name) > len(ATTRIBUTE) else aliases.get(name.lower())
        if field is None:
            raise FileFlaw("import_unknown_column", row=1, column=name[:80])
        if field in fields:
            raise FileFlaw("import_duplicate_column", row=1, column=name[:80])
        fields.append(field)
    if "key" not in fields:
        raise FileFlaw("import_no_key_column", row=1)
    return fields


def entry_of(fields: Sequence[str], cells: Sequence[str]) -> dict[str, object]:
    """One row as an entry, still unchecked: what cannot be read as its field's type stays a text for the checker."""
    entry: dict[str, object] = {}
    loose: dict[str, object] = {}
    for field, cell in zip(fields, cells, strict=True):
        text = cell.strip()
        if field in _READ:
            entry[field] = _READ[field](text)
        elif field.startswith(ATTRIBUTE):
            if text:
                loose[field[len(ATTRIBUTE) :]] = text
            entry.setdefault("attributes", {})
        elif text:
            entry[field] = text
        elif field not in _STAYS:
            entry[field] = None
    if loose:
        named = entry.get("attributes")
        entry["attributes"] = {**named, **loose} if isinstance(named, dict) else loose
    return entry


def _truth(text: str) -> object:
    known = text.lower()
    return True if known in _TRUE else False if known in _FALSE else text


def _licences(text: str) -> object:
    """``kind|number|from|to`` in this order, several apart by ``;``; what is missing at the end is open or unknown."""
    licences: list[dict[str, object]] = []
    for part in text.split(";"):
        if not part.strip():
            continue
        values = [value.strip() for value in part.split("|")]
        if len(values) > len(_LICENCE_FIELDS):
            return text
        licences.append({name: value for name, value in zip(_LICENCE_FIELDS, values, strict=False) if value})
    return licences


def _pairs(text: str) -> object:
    """``name=value``, several apart by ``;``."""
    pairs: dict[str, object] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            pairs[name.strip()] = value.strip()
        elif part.strip():
            return text
    return pairs


_READ: dict[str, Callable[[str], object]] = {
    "natural_person": _truth,
    "accept_unverified": _truth,
    "kinds": _licences,
    "attributes": _pairs,
}

ENTITY_COLUMNS = _EntityColumns()
