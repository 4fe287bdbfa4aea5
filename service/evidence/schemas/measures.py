"""What the routes of measures take and answer."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.evidence.intake import shapes
from service.evidence.measures import ACTS, CAUSES, STATES, measure_kinds
from service.evidence.schemas.answers import NamedRow
from service.evidence.schemas.fields import Body, Day, Key, Text
from service.platform import web


class MeasureBody(Body):
    """A measure because of a record. ``document``: the order; ``authority``: whose; the entity's own where absent."""

    source = Key(shapes.SOURCE, required=True)
    source_ref = Text(shapes.REFERENCE_LENGTH, required=True)
    record = fields.Integer(required=True, strict=True, metadata={"description": "Number of the event"})
    kind = fields.String(required=True, validate=validate.OneOf(list(measure_kinds())))
    basis = Text(shapes.VALUE_LENGTH, required=True)
    document = Text(shapes.REFERENCE_LENGTH, required=True)
    authority = Key(shapes.CODE)
    starts_on = Day(required=True)
    ends_on = Day()


class MeasureLiftingBody(Body):
    """The order that lifts a measure, from a day on."""

    on = Day(required=True)
    reference = Text(shapes.REFERENCE_LENGTH, required=True)
    reason = Text(shapes.VALUE_LENGTH, required=True)


class MeasureReceiptAnswer(Schema):
    """What became of a measure, or of its lifting, sent in."""

    id = fields.Integer(required=True)
    held = fields.Boolean(required=True, metadata={"description": "The same body had been recorded before"})


class MeasureActAnswer(Schema):
    """What happened to a measure, from which day, for how long, and what did it."""

    act = fields.String(required=True, validate=validate.OneOf(list(ACTS)))
    on = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)
    cause = fields.String(required=True, validate=validate.OneOf(list(CAUSES)))
    reference = fields.String(required=True)
    reason = fields.String(required=True)


class MeasureAnswer(Schema):
    """A measure and how it stands; ``suspended``: lifted for a time."""

    id = fields.Integer(required=True)
    entity = fields.String(required=True)
    record = fields.Integer(required=True)
    source = fields.String(required=True)
    source_ref = fields.String(required=True)
    kind = fields.String(required=True)
    names = fields.Dict(fields.String(), fields.String(), required=True)
    basis = fields.String(required=True)
    document = fields.String(required=True)
    authority = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(list(STATES)))
    acts = fields.List(fields.Nested(MeasureActAnswer), required=True)


class MeasurePage(Schema):
    """A page of measures."""

    items = fields.List(fields.Nested(MeasureAnswer), required=True)


class MeasuresArguments(web.PageArguments):
    """Which measures: in a state; by the two clocks."""

    state = fields.String(validate=validate.OneOf(list(STATES)))
    as_of = web.Day()
    known_at = fields.AwareDateTime(format="iso")


class EntityMeasuresArguments(MeasuresArguments):
    """The same of one entity, and what for: a partner must say."""

    purpose = fields.String(validate=validate.Length(min=1, max=200))


class MeasureKindAnswer(NamedRow):
    """A kind of measure; ``statutory``: no repair lifts it."""

    statutory = fields.Boolean(required=True)
