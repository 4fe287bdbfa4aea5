"""The shape of outreach (marshmallow)."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.insight.outreach import STANDINGS
from service.platform import web


class OutreachListArguments(web.StrictSchema):
    """Whom to list: an authority with all below it, a region with what it holds, one standing, a day (today)."""

    authority = fields.String(validate=validate.Length(min=1, max=64))
    region = fields.String(validate=validate.Length(min=1, max=12))
    standing = fields.String(validate=validate.OneOf(STANDINGS))
    on = web.Day()
    by = web.Day(metadata={"description": "Only who could apply by that day, once what is missing is done"})


class OutreachArguments(web.PageArguments, OutreachListArguments):
    """One page of them."""


class OutreachSchema(Schema):
    """A record, and whether it could be repaired."""

    entity = fields.String(required=True)
    name = fields.String(required=True)
    authority = fields.String(required=True)
    region = fields.String(required=True)
    record = fields.Integer(required=True)
    code = fields.String(required=True)
    decided_on = fields.Date(required=True, format="iso")
    class_ = fields.String(required=True, allow_none=True, data_key="class")
    publicity = fields.String(
        required=True, allow_none=True, metadata={"description": "State of its publicity; null: no law speaks of it"}
    )
    standing = fields.String(
        required=True,
        metadata={"description": "now | waits (for time alone) | to_do (something is missing) | never | no_law"},
    )
    from_day = fields.Date(
        required=True, allow_none=True, format="iso", metadata={"description": "If nothing else changes"}
    )
    waits_until = fields.Date(
        required=True, allow_none=True, format="iso", metadata={"description": "The same once the rest is done"}
    )
    missing = fields.List(fields.String(), required=True, metadata={"description": "What is to be done first"})
    papers = fields.List(fields.String(), required=True, metadata={"description": "Materials to bring, by key"})
    disputed = fields.Boolean(required=True)
    case = fields.String(required=True, allow_none=True, metadata={"description": "A repair that is under way"})
    edition = fields.String(required=True, allow_none=True)
    digest = fields.String(required=True, allow_none=True)


class OutreachPageSchema(Schema):
    """One page of them, by key of the entity and number."""

    items = fields.List(fields.Nested(OutreachSchema), required=True)


class OutreachDistrictSchema(Schema):
    """How many records of a region have which standing."""

    region = fields.String(required=True)
    now = fields.Integer(required=True)
    waits = fields.Integer(required=True)
    to_do = fields.Integer(required=True)
    never = fields.Integer(required=True)
    no_law = fields.Integer(required=True)


class OutreachDistrictsSchema(Schema):
    """Every region with such records."""

    items = fields.List(fields.Nested(OutreachDistrictSchema), required=True)
