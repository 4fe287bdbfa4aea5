"""The shape of an inspection item and of an inspector (marshmallow): one for bodies, files and what ships."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate, validates_schema

from scoring.kernel.codes import CodeError, public_key
from service.platform import web
from service.register.seeds import inspection_vocabulary

CODE = r"[0-9A-Z][0-9A-Z-]{0,39}"
"""Codes of items and inspectors: what a draw can name (docs/draw-protocol.md §1)."""
_WORD = validate.Regexp(r"[a-z][a-z0-9_]{0,63}\Z")
_LINE = validate.Length(min=1, max=200)
_TEXT = validate.Length(min=1, max=2_000)
_MANY = validate.Length(max=200)


class _Spanned(web.StrictSchema):
    """Days [valid_from, valid_to); open where valid_to is missing."""

    valid_from = web.Day(required=True)
    valid_to = web.Day(load_default=None, allow_none=True, metadata={"description": "Not included"})

    @validates_schema
    def _span(self, data: dict[str, Any], **_: object) -> None:
        first, end = data.get("valid_from"), data.get("valid_to")
        if first is not None and end is not None and end <= first:
            raise web.FieldFault("inspection_span_empty")


class TextsSchema(web.StrictSchema):
    """One text in both languages."""

    zh = fields.String(required=True, validate=_TEXT)
    en = fields.String(required=True, validate=_TEXT)


class BasisSchema(web.StrictSchema):
    """Where the law says so."""

    title = fields.String(required=True, validate=_LINE)
    article = fields.String(required=True, validate=_LINE)


class ChecklistEntrySchema(web.StrictSchema):
    """One thing to look at, what passes and what fails, and the event that a failure makes."""

    code = fields.String(required=True, validate=_WORD)
    look = fields.Nested(TextsSchema, required=True, metadata={"description": "What is looked at"})
    passes = fields.Nested(TextsSchema, required=True)
    fails = fields.Nested(TextsSchema, required=True)
    event_code = fields.String(required=True, validate=_WORD)
    severities = fields.List(fields.String(validate=_WORD), load_default=list, validate=_MANY)


class InspectionItemSchema(_Spanned):
    """An inspection item (抽查事项) for the days of its span."""

    code = fields.String(required=True, validate=validate.Regexp(CODE + r"\Z"))
    names = fields.Nested(TextsSchema, required=True)
    authority = fields.String(required=True, validate=_LINE)
    level = fields.String(required=True, validate=validate.OneOf(inspection_vocabulary("level")))
    kinds = fields.List(fields.String(validate=_WORD), required=True, validate=validate.Length(min=1, max=200))
    basis = fields.List(fields.Nested(BasisSchema), required=True, validate=validate.Length(min=1, max=50))
    methods = fields.List(
        fields.String(validate=validate.OneOf(inspection_vocabulary("method"))),
        required=True,
        validate=validate.Length(min=1, max=10),
    )
    skills = fields.List(fields.String(validate=_WORD), load_default=list, validate=_MANY)
    merging_group = fields.String(load_default=None, allow_none=True, validate=_WORD)
    illustrative = fields.Boolean(load_default=False)
    checklist = fields.List(
        fields.Nested(ChecklistEntrySchema), required=True, validate=validate.Length(min=1, max=200)
    )

    @validates_schema
    def _codes_once(self, data: dict[str, Any], **_: object) -> None:
        codes = [entry.get("code") for entry in data.get("checklist", ())]
        if len(set(codes)) < len(codes):
            raise web.FieldFault("inspection_checklist_code_twice")


class OwedItemSchema(_Spanned):
    """An item of an authority's list of powers (权责清单) that is to be entered as an inspection item of its code."""

    code = fields.String(required=True, validate=validate.Regexp(CODE + r"\Z"))
    name = fields.String(required=True, validate=_LINE)
    authority = fields.String(required=True, validate=_LINE)
    basis = fields.List(fields.Nested(BasisSchema), load_default=list, validate=validate.Length(max=50))


class CertificateSchema(_Spanned):
    """A certificate of enforcement (行政执法证), valid on its days."""

    number = fields.String(required=True, validate=_LINE)
    issuer = fields.String(required=True, validate=_LINE)


class LeaveSchema(web.StrictSchema):
    """Days away, both included."""

    first_day = web.Day(required=True)
    last_day = web.Day(required=True)
    reason = fields.String(required=True, validate=_LINE)

    @validates_schema
    def _span(self, data: dict[str, Any], **_: object) -> None:
        first, last = data.get("first_day"), data.get("last_day")
        if first is not None and last is not None and last < first:
            raise web.FieldFault("inspection_span_empty")


def _entity_key(text: str) -> None:
    try:
        public_key(text)
    except CodeError as error:
        raise web.FieldFault(error.code) from error


class RelationSchema(web.StrictSchema):
    """An entity that the inspector must not inspect, and why."""

    entity = fields.String(required=True, validate=_entity_key)
    reason = fields.String(required=True, validate=_LINE)


class InspectorSchema(web.StrictSchema):
    """An inspector's entry in the roster (执法检查人员名录)."""

    code = fields.String(required=True, validate=validate.Regexp(CODE + r"\Z"))
    name = fields.String(required=True, validate=_LINE)
    authority = fields.String(required=True, validate=_LINE)
    unit = fields.String(load_default=None, allow_none=True, validate=_LINE)
    skills = fields.List(fields.String(validate=_WORD), load_default=list, validate=_MANY)
    certificates = fields.List(fields.Nested(CertificateSchema), load_default=list, validate=_MANY)
    status = fields.String(load_default="active", validate=validate.OneOf(inspection_vocabulary("inspector_status")))
    leave = fields.List(fields.Nested(LeaveSchema), load_default=list, validate=_MANY)
    cap = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(min=1, max=100_000),
        metadata={"description": "Visits a year at most; the authority's default where missing"},
    )
    relations = fields.List(fields.Nested(RelationSchema), load_default=list, validate=_MANY)


class InspectionItemChangeSchema(InspectionItemSchema):
    """What changes of an inspection item. What is not said stays."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 marshmallow's own options
        super().__init__(**{**options, "partial": True})


class InspectorChangeSchema(InspectorSchema):
    """What changes of an inspector. What is not said stays; a list is replaced as a whole."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 marshmallow's own options
        super().__init__(**{**options, "partial": True})
