"""The composed values of an edition: lists, maps and tables, read strictly and described to an editor."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, is_dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol

from scoring.edition.place import REFUSED, Refused

if TYPE_CHECKING:
    from scoring.edition.place import Place


_MONTHS: Final = 12


class Shape(Protocol):
    """What one value must look like."""

    def read(self, value: object, at: Place) -> object:
        """The value made of the text, or ``REFUSED`` with the reason among the findings."""

    def schema(self) -> dict[str, object]:
        """The same demand as JSON Schema (2020-12)."""


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; read into a tuple."""

    item: Shape
    least: int = 0

    def read(self, value: object, at: Place) -> object:
        """The tuple of its items."""
        if not isinstance(value, list | tuple):
            return at.refuse("wrong_type", zh="这里应写列表 [ … ]", en="write a list [ … ] here")
        if len(value) < self.least:
            return at.refuse(
                "too_few", zh=f"至少要有 {self.least} 项", en=f"at least {self.least} entries are needed here"
            )
        items = tuple(self.item.read(entry, at.down(number)) for number, entry in enumerate(value))
        return REFUSED if any(isinstance(entry, Refused) for entry in items) else items

    def schema(self) -> dict[str, object]:
        """As JSON Schema."""
        listed: dict[str, object] = {"type": "array", "items": self.item.schema()}
        return {**listed, "minItems": self.least} if self.least else listed


@dataclass(frozen=True, slots=True)
class MapOf:
    """A table whose keys are data (severities, attribute values, languages); read into a read-only mapping."""

    key: Shape
    item: Shape
    needs: tuple[str, ...] = ()

    def read(self, value: object, at: Place) -> object:
        """The mapping."""
        if not isinstance(value, Mapping):
            return at.refuse("wrong_type", zh="这里应写表 { … }", en="write a table { … } here")
        for name in self.needs:
            if name not in value:
                at.down(name).refuse("missing_key", zh=f"缺少 {name}，请补上", en=f"{name} is missing: add it")
        pairs = {
            self.key.read(name, at.down(name)): self.item.read(entry, at.down(name)) for name, entry in value.items()
        }
        if any(isinstance(part, Refused) for pair in pairs.items() for part in pair):
            return REFUSED
        return MappingProxyType(pairs)

    def schema(self) -> dict[str, object]:
        """As JSON Schema."""
        named = self.key.schema()
        mapped: dict[str, object] = {
            "type": "object",
            "propertyNames": named,
            "additionalProperties": self.item.schema(),
        }
        return {**mapped, "required": list(self.needs)} if self.needs else mapped


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a table. ``inherits``: the clause of the table around holds where this one names none."""

    shape: Shape
    required: bool = True
    default: object = None
    inherits: bool = False


def optional(shape: Shape, default: object = None) -> Field:
    """A key that may be left out."""
    return Field(shape, required=False, default=default)


@dataclass(frozen=True, slots=True)
class OneOf:
    """Exactly one of the keys is written (``or_none``: at most one)."""

    keys: tuple[str, ...]
    or_none: bool = False

    def judge(self, written: Mapping[str, object], at: Place) -> None:
        """Refuse a table that breaks the rule."""
        count = sum(key in written for key in self.keys)
        listed = ", ".join(self.keys)
        if count > 1:
            at.refuse("too_many_forms", zh=f"只能写其中一个：{listed}", en=f"write only one of: {listed}")
        elif not count and not self.or_none:
            at.refuse("no_form", zh=f"应写其中一个：{listed}", en=f"write one of: {listed}")

    def schema(self) -> dict[str, object]:
        """As JSON Schema."""
        shapes: list[dict[str, object]] = [{"required": [key]} for key in self.keys]
        if self.or_none:
            shapes.append({"not": {"anyOf": list(shapes)}})
        return {"oneOf": shapes}


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the keys is written."""

    keys: tuple[str, ...]

    def judge(self, written: Mapping[str, object], at: Place) -> None:
        """Refuse a table that breaks the rule."""
        if not any(key in written for key in self.keys):
            listed = ", ".join(self.keys)
            at.refuse("no_form", zh=f"至少应写其中一个：{listed}", en=f"write at least one of: {listed}")

    def schema(self) -> dict[str, object]:
        """As JSON Schema."""
        return {"anyOf": [{"required": [key]} for key in self.keys]}


@dataclass(frozen=True, slots=True)
class GoesWith:
    """``key`` is written exactly where ``where`` is ``word``."""

    key: str
    where: str
    word: str

    def judge(self, written: Mapping[str, object], at: Place) -> None:
        """Refuse a table that breaks the rule."""
        wanted = written.get(self.where) == self.word
        rule = f'{self.where} = "{self.word}"'
        if wanted and self.key not in written:
            at.down(self.key).refuse("missing_key", zh=f"{rule} 时应写 {self.key}", en=f"with {rule} write {self.key}")
        elif self.key in written and not wanted:
            at.down(self.key).refuse("out_of_place", zh=f"只有 {rule} 时才写 {self.key}", en=f"only with {rule}")

    def schema(self) -> dict[str, object]:
        """As JSON Schema."""
        needed: dict[str, object] = {"required": [self.key]}
        where = {"properties": {self.where: {"const": self.word}}, "required": [self.where]}
        return {"if": where, "then": needed, "else": {"not": needed}}


@dataclass(frozen=True, slots=True)
class DayOfYear:
    """``month`` and ``day``, where they are written, name a day that comes in leap years at least."""

    month: str
    day: str

    def judge(self, written: Mapping[str, object], at: Place) -> None:
        """Refuse 30 February and its like."""
        month, day = written.get(self.month, 1), written.get(self.day, 1)
        if (
            isinstance(month, int)
            and isinstance(day, int)
            and 1 <= month <= _MONTHS
            and day > monthrange(2000, month)[1]
        ):
            at.down(self.day).refuse("no_such_day", zh=f"{month} 月没有 {day} 日", en=f"month {month} has no day {day}")

    def schema(self) -> dict[str, object]:
        """As JSON Schema: left to the parser."""
        return {}


@dataclass(frozen=True, slots=True)
class Table:
    """A table with known keys. ``build`` gets the fields by name; ``rules`` bind keys to one another."""

    build: Callable[..., object]
    fields: Mapping[str, Field]
    rules: tuple[OneOf | AnyOf | GoesWith | DayOfYear, ...] = field(default=())

    def read(self, value: object, at: Place) -> object:
        """What ``build`` makes of the fields."""
        fields = self.read_fields(value, at)
        return fields if isinstance(fields, Refused) else self.build(**fields)

    def read_fields(self, value: object, at: Place) -> dict[str, Any] | Refused:
        """The fields by name, defaults filled in."""
        if not isinstance(value, Mapping):
            return at.refuse("wrong_type", zh="这里应写表 { … }", en="write a table { … } here")
        clause = value.get("clause")
        here = at.under(clause) if isinstance(clause, str) and clause else at
        before = len(here.findings)
        for name in value:
            if name not in self.fields:
                listed = ", ".join(self.fields)
                here.down(name).refuse(
                    "unknown_key", zh=f"没有这个键；可用：{listed}", en=f"no such key; known: {listed}"
                )
        for rule in self.rules:
            rule.judge(value, here)
        fields = {name: _read_field(name, entry, value, here) for name, entry in self.fields.items()}
        return REFUSED if len(here.findings) > before else fields

    def schema(self) -> dict[str, object]:
        """As JSON Schema."""
        said = (self.build.__doc__ or "").partition("\n")[0] if is_dataclass(self.build) else ""
        shape: dict[str, object] = {
            **({"description": said} if said else {}),
            "type": "object",
            "properties": {name: entry.shape.schema() for name, entry in self.fields.items()},
            "additionalProperties": False,
        }
        needed = [name for name, entry in self.fields.items() if entry.required and not entry.inherits]
        if needed:
            shape["required"] = needed
        if self.rules:
            shape["allOf"] = [rule.schema() for rule in self.rules]
        return shape


def _read_field(name: str, field: Field, written: Mapping[str, object], at: Place) -> object:
    if name in written:
        return field.shape.read(written[name], at.down(name))
    if field.inherits and at.clause:
        return at.clause
    if field.required or field.inherits:
        code = "missing_clause" if name == "clause" else "missing_key"
        return at.down(name).refuse(code, zh=f"缺少 {name}，请补上", en=f"{name} is missing: add it")
    return field.default
