"""Fields of evidence for marshmallow. Their messages are stable codes; sentences are in the catalogue of problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, ValidationError, fields, pre_load

from service.evidence.intake import shapes
from service.evidence.intake.checker import Fault, escape

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping
    from datetime import date

CODES: dict[str, Any] = {"required": "field_missing", "null": "field_missing", "invalid": "not_a_string"}


class Key(fields.String):
    """A string that the whole of a pattern matches."""

    default_error_messages = CODES

    def __init__(self, shape: re.Pattern[str], *, required: bool = False) -> None:
        self.shape = shape
        super().__init__(required=required, metadata={"pattern": f"^{shape.pattern}$"})

    def _deserialize(self, value: object, attr: str | None, data: Mapping[str, Any] | None, **rest: object) -> str:
        if not isinstance(value, str):
            raise ValidationError("not_a_string")
        text: str = super()._deserialize(value, attr, data, **rest)
        if self.shape.fullmatch(text):
            return text
        raise ValidationError(misfit(text))


def misfit(text: str) -> str:
    """Why a string is not what it should be."""
    if not text:
        return "too_short"
    return "nul_byte" if shapes.NUL in text else "wrong_form"


class Text(fields.String):
    """A printable string of limited length without blanks at its ends."""

    default_error_messages = CODES

    def __init__(self, limit: int, *, required: bool = False) -> None:
        self.limit = limit
        super().__init__(required=required, metadata={"minLength": 1, "maxLength": limit})

    def _deserialize(self, value: object, attr: str | None, data: Mapping[str, Any] | None, **rest: object) -> str:
        if not isinstance(value, str):
            raise ValidationError("not_a_string")
        text: str = super()._deserialize(value, attr, data, **rest)
        if len(text) > self.limit:
            raise ValidationError("too_long")
        if not shapes.TEXT.fullmatch(text) or text.strip() != text:
            raise ValidationError(misfit(text))
        return text


class Day(fields.Date):
    """A calendar day as YYYY-MM-DD."""

    default_error_messages = CODES

    def _deserialize(self, value: object, attr: str | None, data: Mapping[str, Any] | None, **rest: object) -> date:
        if not isinstance(value, str):
            raise ValidationError("not_a_string")
        if not shapes.DAY.fullmatch(value):
            raise ValidationError("not_a_date")
        try:
            answer: date = super()._deserialize(value, attr, data, **rest)
        except ValidationError as error:
            raise ValidationError("not_a_date") from error
        return answer


class Points(fields.Field[int]):
    """Points with at most two decimals as a string, or a whole number; hundredths inside."""

    default_error_messages = CODES

    def _deserialize(self, value: object, *_: object, **__: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            if abs(value) > shapes.WHOLE_POINTS:
                raise ValidationError("malformed_points")
            return value * 100
        if not isinstance(value, str):
            raise ValidationError("not_a_string")
        if not shapes.POINTS.fullmatch(value):
            raise ValidationError("malformed_points")
        return shapes.hundredths(value)


class Probability(fields.Field[int]):
    """A chance above 0 and at most 1, as a string with at most nine decimals; billionths inside."""

    default_error_messages = CODES

    def __init__(self, *, description: str) -> None:
        shape = f"^(?:{shapes.PROBABILITY.pattern})$"
        super().__init__(metadata={"type": "string", "pattern": shape, "description": description})

    def _deserialize(self, value: object, *_: object, **__: object) -> int:
        if not isinstance(value, str):
            raise ValidationError("not_a_string")
        if not shapes.PROBABILITY.fullmatch(value):
            raise ValidationError("malformed_probability")
        return shapes.billionths(value)


class Flag(fields.Boolean):
    """True or false, not a word for it."""

    default_error_messages = CODES

    def _deserialize(self, value: object, *_: object, **__: object) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("not_a_boolean")
        return value


class Keys(fields.List[Any]):
    """A list of different keys; sorted inside."""

    default_error_messages = CODES

    def __init__(self) -> None:
        super().__init__(Key(shapes.CODE), metadata={"minItems": 1, "maxItems": shapes.KINDS, "uniqueItems": True})

    def _deserialize(self, value: object, attr: str | None, data: Any, **rest: Any) -> Any:  # noqa: ANN401 - as its base
        if not isinstance(value, list):
            raise ValidationError("not_a_list")
        if not value or len(value) > shapes.KINDS:
            raise ValidationError("too_long" if value else "too_short")
        items = super()._deserialize(["" if item is None else item for item in value], attr, data, **rest)
        if len(set(items)) != len(items):
            raise ValidationError("repeated_item")
        return tuple(sorted(items))


class Attributes(fields.Dict):
    """An object of at most 32 strings by name."""

    default_error_messages = CODES

    def __init__(self) -> None:
        self.named = Key(shapes.ATTRIBUTE)
        self.item = Text(shapes.VALUE_LENGTH)
        super().__init__(keys=self.named, values=self.item, metadata={"maxProperties": shapes.ATTRIBUTES})

    def _deserialize(self, value: object, *_: object, **__: object) -> dict[str, str]:
        if not isinstance(value, dict):
            raise ValidationError("not_an_object")
        if len(value) > shapes.ATTRIBUTES:
            raise ValidationError("too_long")
        faults: dict[str, list[str]] = {}
        for name, item in value.items():
            if not shapes.ATTRIBUTE.fullmatch(name):
                faults[name] = ["wrong_form"]
                continue
            try:
                self.item.deserialize(item)
            except ValidationError as error:
                faults[name] = [str(code) for code in error.messages]
        if faults:
            raise ValidationError(faults)
        return value


class Body(Schema):
    """A body that refuses unknown fields; null is the same as absent for optional ones, and absent inside."""

    error_messages = {"unknown": "field_unknown", "type": "not_an_object"}  # noqa: RUF012 - as its base

    @pre_load
    def without_nulls(self, data: object, **_: object) -> object:
        """Null says nothing: the field is absent."""
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if value is not None or name not in self.fields}


def faults_of(error: ValidationError) -> list[Fault]:
    """What marshmallow found wrong, as pointers and codes, sorted."""
    return sorted(_faults("", {"_schema": error.messages} if isinstance(error.messages, list) else error.messages))


def _faults(pointer: str, messages: Mapping[Any, Any]) -> Iterator[Fault]:
    for name, inner in messages.items():
        here = pointer if name == "_schema" else f"{pointer}/{escape(str(name))}"
        if isinstance(inner, dict):
            yield from _faults(here, inner)
        else:
            for code in inner:
                yield Fault(here, str(code))


__all__ = ["Attributes", "Body", "Day", "Flag", "Key", "Keys", "Points", "Probability", "Text", "faults_of"]
