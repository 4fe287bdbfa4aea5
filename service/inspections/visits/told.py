"""Shapes of what is told outside the authorities: published results to everyone, its visits to the entity."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.inspections.visits.tables import STATES
from service.platform import web

_LINE = validate.Length(min=1, max=200)


class PublishedResultArguments(web.OrderedPageArguments):
    """Whose results are asked for; all, where nothing is said."""

    entity = fields.String(load_default=None, validate=_LINE, metadata={"description": "Its public key"})
    name = fields.String(
        load_default=None,
        validate=_LINE,
        metadata={"description": "A part of a name, its pinyin or initials; natural persons are not found by it"},
    )
    draw = fields.String(load_default=None, validate=_LINE, metadata={"description": "The number of a draw"})
    authority = fields.String(load_default=None, validate=_LINE)


class PublishedWordSchema(Schema):
    """A code in both languages."""

    code = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)


class PublishedCorrectionSchema(Schema):
    """The order to correct that a result led to."""

    due_on = fields.String(required=True)
    outcome = fields.String(required=True, allow_none=True)
    closed_on = fields.String(required=True, allow_none=True)


class PublishedResultSchema(Schema):
    """A published result."""

    visit = fields.String(required=True)
    entity = fields.String(
        required=True, allow_none=True, metadata={"description": "Public key; null for a natural person"}
    )
    name = fields.String(required=True, metadata={"description": "Of a natural person the first character alone"})
    authorities = fields.List(fields.Dict(), required=True)
    type = fields.Nested(PublishedWordSchema, required=True)
    method = fields.String(required=True)
    items = fields.List(fields.String(), required=True)
    held_on = fields.String(required=True)
    result = fields.Nested(PublishedWordSchema, required=True)
    problems = fields.Integer(required=True)
    audited_on = fields.String(required=True)
    published_on = fields.String(required=True)
    reference = fields.String(required=True)
    correction = fields.Nested(PublishedCorrectionSchema, required=True, allow_none=True)


class PublishedResultPageSchema(Schema):
    """One page of published results."""

    items = fields.List(fields.Nested(PublishedResultSchema), required=True)


class OwnInspectorSchema(Schema):
    """Who is to come or was there; ``name``: null until the visit has begun."""

    code = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)


class OwnRecusalSchema(Schema):
    """A request of the entity; ``left``: the inspector went for another reason. ``grounds``: of the decision."""

    inspector = fields.String(required=True)
    asked_at = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(("waiting", "granted", "refused", "left")))
    grounds = fields.String(required=True, allow_none=True)


class OwnVisitSchema(Schema):
    """A visit as the entity is told of it. ``result``: once it was audited."""

    number = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    type = fields.Dict(required=True)
    method = fields.String(required=True)
    first_day = fields.String(required=True)
    last_day = fields.String(required=True)
    held_on = fields.String(required=True, allow_none=True)
    authorities = fields.List(fields.Dict(), required=True)
    items = fields.List(fields.String(), required=True)
    inspectors = fields.List(fields.Nested(OwnInspectorSchema), required=True)
    may_ask_recusal = fields.Boolean(required=True)
    recusals = fields.List(fields.Nested(OwnRecusalSchema), required=True)
    result = fields.Dict(required=True, allow_none=True)
    publish_by = fields.String(required=True, allow_none=True)
    orders = fields.List(fields.String(), required=True)
    notice = fields.Dict(required=True)


class OwnVisitPageSchema(Schema):
    """One page of the entity's own visits."""

    items = fields.List(fields.Nested(OwnVisitSchema), required=True)
