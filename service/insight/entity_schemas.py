"""The shape of what is told of one entity over all rooms (marshmallow)."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.insight.timeline import SORTS
from service.platform import web


class TimelineArguments(web.PageArguments):
    """Which part of a timeline is asked for."""

    sort = fields.String(
        validate=validate.OneOf(SORTS), metadata={"description": "Only what is of this sort; else of every one"}
    )


class HappeningSchema(Schema):
    """One line of a timeline."""

    day = fields.Date(required=True)
    sort = fields.String(required=True, validate=validate.OneOf(SORTS))
    what = fields.String(
        required=True,
        metadata={"description": "A kind of decision, an act, the state of a visit, the step of a case, an outcome"},
    )
    code = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "An event code, a type of visit, the state of a case, a kind of entity or of measure"},
    )
    reference = fields.String(required=True, allow_none=True, metadata={"description": "As people call it"})
    subject = fields.String(
        required=True, allow_none=True, metadata={"description": "The number of the record, visit, case or notice"}
    )
    readable = fields.Boolean(
        required=True, metadata={"description": "Whether there is a `subject` and the caller may read it"}
    )
    was = fields.String(required=True, allow_none=True, metadata={"description": "Of a tier: the one before"})
    now = fields.String(required=True, allow_none=True, metadata={"description": "Of a tier: the new one"})


class TimelineSchema(Schema):
    """A page of a timeline, newest first."""

    entity = fields.String(required=True)
    sorts = fields.List(
        fields.String(validate=validate.OneOf(SORTS)),
        required=True,
        metadata={"description": "The sorts that the caller is told of"},
    )
    items = fields.List(fields.Nested(HappeningSchema), required=True)


class LookSchema(Schema):
    """One look at an entity."""

    asked_at = fields.AwareDateTime(format="iso", required=True)
    purpose = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": "token | account | visitor | operator | job"})
    who = fields.String(
        required=True, allow_none=True, metadata={"description": "Told to administrators and auditors, else null"}
    )


class LookListSchema(Schema):
    """A page of looks, newest first."""

    entity = fields.String(required=True)
    items = fields.List(fields.Nested(LookSchema), required=True)
