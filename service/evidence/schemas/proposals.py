"""The shape of acts that wait for another person, and of what that person decides."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.evidence.schemas.answers import EvidenceRemark
from service.platform import web

STATES = ("open", "confirmed", "rejected")


class ActProposalAnswer(Schema):
    """A proposed act and how it stands; ``act``: the number of the act that it became.

    ``warnings``: what is remarkable about a correction when it is proposed.
    """

    proposal = fields.Integer(required=True)
    event = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    act = fields.Integer(allow_none=True)
    held = fields.Boolean(required=True)
    warnings = fields.List(fields.Nested(EvidenceRemark), required=True)


class ActProposalRow(Schema):
    """A proposed act that waits: what is to be done to which event of whom, and who proposed it.

    ``changes``: of a correction, the new values as they were sent.
    """

    proposal = fields.Integer(required=True)
    event = fields.Integer(required=True)
    entity = fields.String(required=True)
    act = fields.String(required=True)
    acted_on = fields.Date(required=True)
    reason = fields.String(required=True)
    changes = fields.Dict(fields.String(), allow_none=True)
    person = fields.String(required=True)


class ActProposalPage(Schema):
    """A page of proposed acts."""

    items = fields.List(fields.Nested(ActProposalRow), required=True)


class ActDecisionBody(web.StrictSchema):
    """What is decided of a proposed act, and why."""

    outcome = fields.String(required=True, validate=validate.OneOf(STATES[1:]))
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))
