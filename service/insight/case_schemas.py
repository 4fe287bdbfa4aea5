"""The shape of the figures of repair and objection (marshmallow)."""

from __future__ import annotations

from marshmallow import Schema, fields

from service.insight.schemas import StatisticsYearSchema


class CaseStateCountSchema(Schema):
    """How many cases stand in a state."""

    state = fields.String(required=True)
    cases = fields.Integer(required=True)


class CaseDecisionCountSchema(Schema):
    """How many cases were last decided so."""

    decision = fields.String(required=True, metadata={"description": "grant | refuse | lift; uphold | correct"})
    cases = fields.Integer(required=True)


class CaseClauseCountSchema(Schema):
    """How many refusals a clause stood against."""

    clause = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Null: every condition held, refused for what was found"},
    )
    cases = fields.Integer(required=True)


class CaseFiguresSchema(Schema):
    """The cases of a procedure that were filed in the year, as they stand now."""

    procedure = fields.String(required=True, metadata={"description": "repair | objection"})
    authority = fields.String(required=True, allow_none=True, metadata={"description": "Null: all together"})
    filed = fields.Integer(required=True)
    states = fields.List(fields.Nested(CaseStateCountSchema), required=True)
    decisions = fields.List(fields.Nested(CaseDecisionCountSchema), required=True)
    expired = fields.Integer(required=True, metadata={"description": "Repaired by the end of publicity, nobody acting"})
    owed = fields.Integer(required=True, metadata={"description": "Decided, or the term for it is over"})
    on_time = fields.Integer(required=True, metadata={"description": "Of those decided by a person within the term"})
    on_time_rate = fields.Float(required=True, allow_none=True)
    median_days = fields.Float(
        required=True, allow_none=True, metadata={"description": "From filing to a person's first decision"}
    )
    refused = fields.Integer(
        required=True, metadata={"description": "Last decided so: refused, not accepted; of objections, upheld records"}
    )
    refusals = fields.List(fields.Nested(CaseClauseCountSchema), required=True)
    granted = fields.Integer(required=True, metadata={"description": "Those by expiry among them"})
    revoked = fields.Integer(required=True, metadata={"description": "For fraud"})
    watched = fields.Integer(required=True, metadata={"description": "Of those granted: the term of watching is over"})
    repeated = fields.Integer(
        required=True, metadata={"description": "Of those granted: another record of the same code within the term"}
    )


class CaseStatisticsSchema(StatisticsYearSchema):
    """Repair and objection in a year."""

    watched_months = fields.Integer(required=True)
    items = fields.List(fields.Nested(CaseFiguresSchema), required=True)
