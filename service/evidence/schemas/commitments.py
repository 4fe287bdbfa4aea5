"""What the routes of commitments take and answer."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.evidence.commitments import OUTCOMES, STATES, commitment_types
from service.evidence.intake import shapes
from service.evidence.schemas.answers import NamedRow
from service.evidence.schemas.fields import Body, Day, Key, Keys, Text
from service.platform import web


class CommitmentBody(Body):
    """What an entity promised. ``authority``: to whom; the entity's own where it is absent."""

    source = Key(shapes.SOURCE, required=True)
    source_ref = Text(shapes.REFERENCE_LENGTH, required=True)
    entity = Key(shapes.ENTITY, required=True)
    type = fields.String(required=True, validate=validate.OneOf(list(commitment_types())))
    text = Text(shapes.VALUE_LENGTH)
    made_on = Day(required=True)
    due_on = Day()
    authority = Key(shapes.CODE)
    kinds = Keys()


class OutcomeBody(Body):
    """What became of a commitment, on which day and on what basis."""

    outcome = fields.String(required=True, validate=validate.OneOf(list(OUTCOMES)))
    on = Day(required=True)
    basis = Text(shapes.VALUE_LENGTH, required=True)
    case_ref = Text(shapes.REFERENCE_LENGTH)


class CommitmentReceiptAnswer(Schema):
    """What became of a commitment sent in."""

    id = fields.Integer(required=True)
    held = fields.Boolean(required=True, metadata={"description": "The same body had been recorded before"})


class OutcomeAnswer(CommitmentReceiptAnswer):
    """What became of an outcome sent in."""

    event = fields.Integer(required=True, allow_none=True, metadata={"description": "The event that it became"})


class CommitmentAnswer(Schema):
    """A commitment and how it stands: open, overdue (past its day without an outcome), kept, broken or withdrawn."""

    id = fields.Integer(required=True)
    entity = fields.String(required=True)
    source = fields.String(required=True)
    source_ref = fields.String(required=True)
    type = fields.String(required=True)
    text = fields.String(required=True, allow_none=True)
    made_on = fields.Date(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    authority = fields.String(required=True)
    kinds = fields.List(fields.String(), required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(list(STATES)))
    settled_on = fields.Date(required=True, allow_none=True)
    basis = fields.String(required=True, allow_none=True)
    case_ref = fields.String(required=True, allow_none=True)
    event = fields.Integer(required=True, allow_none=True)


class CommitmentPage(Schema):
    """A page of commitments."""

    items = fields.List(fields.Nested(CommitmentAnswer), required=True)


class CommitmentsArguments(web.PageArguments):
    """Which commitments: of an entity, due by a day (that day included), in a state; by the two clocks."""

    entity = fields.String(validate=validate.Length(min=1, max=80))
    due_by = web.Day()
    state = fields.String(validate=validate.OneOf(list(STATES)))
    as_of = web.Day()
    known_at = fields.AwareDateTime(format="iso")


class CommitmentTypeAnswer(NamedRow):
    """A type of commitment; ``events``: by outcome, the code of the event that it becomes."""

    events = fields.Dict(fields.String(), fields.String(), required=True)
