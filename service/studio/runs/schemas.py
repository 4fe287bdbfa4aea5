"""Studies as the interface shows them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.platform import web
from service.studio.runs.kinds import KINDS


class StudySchema(Schema):
    """How a study stands, and what it was asked of."""

    study = fields.Integer(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    state = fields.String(required=True, validate=validate.OneOf(["waiting", "running", "done", "failed", "cancelled"]))
    done = fields.Integer(required=True, metadata={"description": "Parts of the work that are done"})
    whole = fields.Integer(required=True, metadata={"description": "Parts of the work; 0 until that is known"})
    options = fields.Dict(keys=fields.String(), required=True)
    edition_id = fields.String(required=True, allow_none=True)
    edition_digest = fields.String(required=True, allow_none=True)
    position = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Position of the ledger that the stock knows"}
    )
    stock_day = web.Day(required=True, allow_none=True)
    stock_digest = fields.String(required=True, allow_none=True)
    person = fields.String(required=True)
    asked_at = web.Instant(required=True)
    ended_at = web.Instant(required=True, allow_none=True)
    problem = fields.Nested(web.ProblemSchema, required=True, allow_none=True)


class StudyListSchema(Schema):
    """A page of studies, the latest first."""

    items = fields.List(fields.Nested(StudySchema), required=True)
