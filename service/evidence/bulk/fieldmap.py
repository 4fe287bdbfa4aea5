"""Field maps: what the columns of a source system mean, as data (``data/field_maps/*.toml``)."""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from service.evidence.intake.checker import Fault
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class FieldMap(NamedTuple):
    """A map by its id: its names by language, and what makes a body of the cells of a row by heading."""

    id: str
    names: Mapping[str, str]
    columns: tuple[str, ...]
    body: Callable[[Mapping[str, str]], Mapping[str, Any] | Fault]


@cache
def field_maps() -> Mapping[str, FieldMap]:
    """All field maps by id."""
    folder = resources.files("service.evidence") / "data" / "field_maps"
    texts = (entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml"))
    maps = [compiled(tomllib.loads(text)) for text in texts]
    return {made.id: made for made in sorted(maps)}


def field_map(name: str) -> FieldMap:
    """One field map.

    Raises:
        Problem: ``field_map_unknown``.
    """
    found = field_maps().get(name)
    if found is None:
        raise Problem("field_map_unknown", value=name[:64], known=", ".join(field_maps()))
    return found


def compiled(table: Mapping[str, Any]) -> FieldMap:
    """A map as its table says.

    Raises:
        ValueError: it makes acts and gives them no reason.
    """
    fields = {name: _reader(table["id"], name, rule) for name, rule in table["fields"].items()}
    fixed = dict(table.get("fixed", {}))
    if "act" in {*fields, *fixed} and "reason" not in {*fields, *fixed}:
        message = f"the field map {table['id']} makes acts without a reason: name a column for it, or fix one"
        raise ValueError(message)

    def body(cells: Mapping[str, str]) -> Mapping[str, Any] | Fault:
        made: dict[str, Any] = dict(fixed)
        for name, read in fields.items():
            value = read(cells)
            if isinstance(value, Fault):
                return value
            if value is not None:
                made[name] = value
        return made

    columns = tuple(rule["column"] for rule in table["fields"].values())
    return FieldMap(table["id"], {"zh": table["zh"], "en": table["en"]}, columns, body)


def _reader(map_id: str, name: str, rule: Mapping[str, Any]) -> Callable[[Mapping[str, str]], str | Fault | None]:
    """Reads one field: the cell of its column, translated by ``values``, re-written by ``dates``, or prefixed."""
    column, values, dates = rule["column"], rule.get("values"), rule.get("dates", ())
    prefix, otherwise = rule.get("prefix", ""), rule.get("otherwise")

    def read(cells: Mapping[str, str]) -> str | Fault | None:
        cell = cells.get(column, "").strip()
        if not cell:
            return None
        if values is not None:
            found = values.get(cell, otherwise)
            if found is None:
                return Fault("/" + name, "value_not_mapped", {"map": map_id, "field": column, "value": cell[:64]})
            return str(found)
        return _day(cell, dates) if dates else prefix + cell

    return read


def _day(cell: str, forms: tuple[str, ...]) -> str:
    """A day in one of the forms as YYYY-MM-DD; as it stands where none fits, for the checker to refuse."""
    for form in forms:
        try:
            return datetime.strptime(cell, form).date().isoformat()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return cell
