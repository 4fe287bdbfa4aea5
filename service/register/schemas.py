"""The shape of what callers send and get (marshmallow). The messages of the input schemas are codes of problems."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate, validates_schema

from scoring.kernel.codes import CodeError, PublicKey, public_key
from service.platform import web
from service.register.intake.checker import (
    ATTRIBUTE_NAME,
    ATTRIBUTES,
    CODE_LENGTH,
    CONTROL,
    DAY_NAME,
    IDENTITY_NUMBER,
    KEY_LENGTH,
    LICENCES,
    NAME_LENGTH,
    TEXT_LENGTH,
    is_day,
    licence_order,
)
from service.register.seeds import risk_factors, statuses

_MESSAGES: dict[str, Any] = {"required": "entity_field_missing", "null": "entity_field_null"}


class Line(fields.String):
    """One line of text: trimmed, not empty, no control characters."""

    def __init__(self, limit: int, **options: Any) -> None:  # noqa: ANN401 marshmallow's own options
        metadata = {"maxLength": limit, "minLength": 1, **options.pop("metadata", {})}
        super().__init__(error_messages={**_MESSAGES, "invalid": "entity_field_not_text"}, metadata=metadata, **options)
        self._limit = limit

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:  # noqa: ANN401
        text = super()._deserialize(value, attr, data, **options).strip()
        if not text:
            raise ValidationError("entity_field_empty")
        if len(text) > self._limit:
            raise ValidationError("entity_field_too_long")
        if CONTROL.search(text):
            raise ValidationError("entity_field_control_character")
        return text


class Day(fields.String):
    """A day as ``YYYY-MM-DD``; kept as text, which sorts and travels as it is."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        metadata = {"format": "date"}
        super().__init__(
            error_messages={**_MESSAGES, "invalid": "entity_field_not_a_day"}, metadata=metadata, **options
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:  # noqa: ANN401
        text = super()._deserialize(value, attr, data, **options)
        try:
            day = date.fromisoformat(text)
        except ValueError as error:
            raise self.make_error("invalid") from error
        if day.isoformat() != text or not web.FIRST_YEAR <= day.year <= web.LAST_YEAR:
            raise self.make_error("invalid")
        return text


class Truth(fields.Boolean):
    """``true`` or ``false`` and nothing that resembles them."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        super().__init__(error_messages={**_MESSAGES, "invalid": "entity_field_not_true_or_false"}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> bool:  # noqa: ANN401
        if value is not True and value is not False:
            raise self.make_error("invalid")
        return bool(super()._deserialize(value, attr, data, **options))


class _Strict(Schema):
    error_messages = {  # noqa: RUF012 marshmallow reads it as a class attribute
        "unknown": "entity_field_unknown",
        "type": "entity_field_not_an_object",
    }

    class Meta:
        unknown = RAISE


class LicenceSchema(_Strict):
    """A licence of a kind; valid on the days [valid_from, valid_to), without end where that is null."""

    kind = Line(CODE_LENGTH, required=True)
    licence_no = Line(TEXT_LENGTH, allow_none=True, load_default=None)
    valid_from = Day(required=True)
    valid_to = Day(allow_none=True, load_default=None)

    @validates_schema
    def _span(self, data: dict[str, Any], **_: object) -> None:
        if data["valid_to"] is not None and data["valid_to"] <= data["valid_from"]:
            raise ValidationError({"valid_to": ["entity_licence_span"]})


def _values(attributes: dict[str, str]) -> None:
    factors = risk_factors()
    wrong = {
        name: ["entity_risk_value"]
        for name, value in attributes.items()
        if name in factors and value not in factors[name].values
    }
    for name, value in attributes.items():
        if name.endswith(DAY_NAME) and not is_day(value):
            wrong.setdefault(name, []).append("entity_attribute_day")
    if wrong:
        raise ValidationError(wrong)


class _Attributes(fields.Dict):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:  # noqa: ANN401
        if isinstance(value, dict) and len(value) > ATTRIBUTES:
            raise ValidationError("entity_field_too_long")
        return super()._deserialize(value, attr, data, **options)  # type: ignore[no-untyped-call] # marshmallow


class _Licences(fields.List[Any]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[Any]:  # noqa: ANN401
        if isinstance(value, list) and len(value) > LICENCES:
            raise ValidationError("entity_field_too_long")
        return super()._deserialize(value, attr, data, **options)


class _AttributeName(fields.String):
    """Lower case letters, digits and ``_``, a letter first."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:  # noqa: ANN401
        name = super()._deserialize(value, attr, data, **options)
        if ATTRIBUTE_NAME.fullmatch(name) is None:
            raise ValidationError("entity_attribute_name")
        return name


class EntityPartSchema(_Strict):
    """What is said about an entity. What is not said stays as it is stored; a null clears."""

    name = Line(NAME_LENGTH, metadata={"example": "示例文化传播有限公司"})
    authority = Line(CODE_LENGTH, metadata={"example": "bj-culture-110105"})
    region = Line(CODE_LENGTH, metadata={"example": "110105"})
    address = Line(TEXT_LENGTH, allow_none=True, metadata={"example": "示例路1号"})
    kinds = _Licences(
        fields.Nested(LicenceSchema, error_messages=_MESSAGES),
        error_messages={**_MESSAGES, "invalid": "entity_field_not_a_list"},
        metadata={"maxItems": LICENCES},
    )
    attributes = _Attributes(
        keys=_AttributeName(),
        values=Line(TEXT_LENGTH),
        validate=_values,
        error_messages={**_MESSAGES, "invalid": "entity_field_not_an_object"},
    )
    established_on = Day(allow_none=True)
    status = fields.String(
        validate=validate.OneOf(sorted(statuses()), error="entity_status_unknown"),
        error_messages={**_MESSAGES, "invalid": "entity_status_unknown"},
    )
    status_on = Day(allow_none=True)
    status_evidence = Line(TEXT_LENGTH, allow_none=True)
    parent = Line(KEY_LENGTH, allow_none=True, metadata={"example": "uscc:91110000101623741K"})
    natural_person = Truth()
    accept_unverified = Truth(metadata={"description": "Store a code whose check character fails, visibly flagged."})

    @validates_schema
    def _status(self, data: dict[str, Any], **_: object) -> None:
        if data.get("status") is None:
            alone = [f for f in ("status_on", "status_evidence") if data.get(f) is not None]
            if alone:
                raise ValidationError({field: ["entity_status_part_alone"] for field in alone})
        elif statuses()[data["status"]].evidence:
            needed = {"status_on": "entity_status_day_missing", "status_evidence": "entity_status_evidence_missing"}
            missing = {field: [code] for field, code in needed.items() if data.get(field) is None}
            if missing:
                raise ValidationError(missing)


class EntitySchema(EntityPartSchema):
    """An entity with its public key."""

    key = Line(KEY_LENGTH, required=True, metadata={"example": "uscc:91110000101623741K"})

    @validates_schema
    def _keys(self, data: dict[str, Any], **_: object) -> None:
        wrong: dict[str, list[str]] = {}
        key = _read(data["key"], "key", wrong)
        parent = _read(data["parent"], "parent", wrong) if data.get("parent") is not None else None
        if key is not None:
            if not key.verified and not data.get("accept_unverified"):
                wrong.setdefault("key", []).append("code_check_failed")
            if data.get("natural_person") and IDENTITY_NUMBER.fullmatch(str(key)):
                wrong.setdefault("key", []).append("entity_identity_number")
            if parent is not None and str(parent) == str(key):
                wrong["parent"] = ["entity_parent_itself"]
        if wrong:
            raise ValidationError(wrong)

    @post_load
    def _stored_form(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        key = public_key(data["key"])
        data |= {"key": str(key), "unverified_code": not key.verified}
        if data.get("parent") is not None:
            data["parent"] = str(public_key(data["parent"]))
        if "kinds" in data:
            data["kinds"].sort(key=licence_order)
        data.pop("accept_unverified", None)
        if "status" in data:
            data = {"status_on": None, "status_evidence": None, **data}
        return data


def _read(text: str, field: str, wrong: dict[str, list[str]]) -> PublicKey | None:
    try:
        return public_key(text)
    except CodeError as error:
        wrong.setdefault(field, []).append(error.code)
        return None
