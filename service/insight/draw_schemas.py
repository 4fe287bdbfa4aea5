"""The shape of what is counted of draws for everybody (marshmallow)."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.platform import web


class DrawCountsArguments(web.StrictSchema):
    """Which authority and year are asked for; none named: all."""

    authority = fields.String(validate=validate.Length(min=1, max=64))
    year = fields.Integer(metadata={"minimum": web.FIRST_YEAR, "maximum": web.LAST_YEAR})


class DrawCountsRowSchema(Schema):
    """The draws that an authority prepared in a year by the steps they reached, and the visits of that year."""

    authority = fields.String(required=True)
    year = fields.Integer(required=True)
    prepared = fields.Integer(required=True)
    frozen = fields.Integer(required=True)
    concluded = fields.Integer(required=True)
    dispatched = fields.Integer(required=True)
    opened = fields.Integer(required=True)
    void = fields.Integer(required=True, metadata={"description": "Given up or expired"})
    void_after_instant = fields.Integer(required=True, metadata={"description": "Of those, when the value was known"})
    abandoned = fields.Integer(
        required=True, metadata={"description": "Frozen, not void, without the result due abandoned_days ago"}
    )
    undispatched = fields.Integer(
        required=True, metadata={"description": "Concluded, not void, not dispatched by the promised opening"}
    )
    unopened = fields.Integer(required=True, metadata={"description": "Concluded, not void, not opened as promised"})
    unsent = fields.Integer(
        required=True, metadata={"description": "Dispatched, not void, no visit opened by the promised opening"}
    )
    visits = fields.Integer(required=True, metadata={"description": "Visits of draws in the year"})
    visits_cancelled = fields.Integer(required=True)
    visits_overdue = fields.Integer(required=True, metadata={"description": "Nothing recorded by the deadline"})


class DrawCountsSchema(Schema):
    """What became of draws, by authority and year."""

    abandoned_days = fields.Integer(required=True)
    items = fields.List(fields.Nested(DrawCountsRowSchema), required=True)
