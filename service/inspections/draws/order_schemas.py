"""The shape of the order of a stratum, ticket by ticket."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.inspections.draws.ordered import BECAME, NOW
from service.platform import web


class DrawOrderArguments(web.PageArguments):
    """Which stratum: the first of the first part unless said."""

    part = fields.String(validate=validate.Length(max=200))
    stratum = fields.String(validate=validate.Length(max=200))


class DrawStratumOrderSchema(Schema):
    """A stratum and its ladder."""

    part = fields.String(required=True)
    stratum = fields.String(required=True)
    size = fields.Integer(required=True)
    draw = fields.Integer(required=True)
    reserves = fields.Integer(required=True)
    steps = fields.List(fields.Integer(), required=True, metadata={"description": "Reserves of each committed step"})
    taken = fields.Integer(required=True, metadata={"description": "How many of the steps were taken"})


class DrawTicketSchema(Schema):
    """An entity in the order of its stratum."""

    place = fields.Integer(required=True)
    code = fields.String(required=True)
    ticket = fields.String(required=True, metadata={"description": "Hexadecimal; the lowest are drawn"})
    became = fields.String(required=True, validate=validate.OneOf(BECAME))
    rank = fields.Integer(required=True, allow_none=True, metadata={"description": "Among the reserves, from 1"})
    now = fields.String(
        required=True,
        validate=validate.OneOf(NOW),
        metadata={"description": "After every event; a reserve that waits may still be needed"},
    )
    replaces = fields.String(required=True, allow_none=True, metadata={"description": "In whose place it is visited"})
    step = fields.Integer(required=True, allow_none=True, metadata={"description": "With which step it came, from 1"})


class DrawOrderSchema(Schema):
    """The order of a stratum, and which others there are."""

    draw = fields.String(required=True)
    part = fields.String(required=True)
    stratum = fields.String(required=True)
    strata = fields.List(fields.Nested(DrawStratumOrderSchema), required=True)
    items = fields.List(fields.Nested(DrawTicketSchema), required=True)
