"""Shapes of requests to recuse inspectors (marshmallow)."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.platform import web


class RecusalListArguments(web.PageArguments):
    """Which requests are asked for."""

    mine = fields.Boolean(load_default=False, metadata={"description": "Those that the caller asked for"})
    open_only = fields.Boolean(
        load_default=False, metadata={"description": "Those of visits that are not recorded yet"}
    )


class RecusalRequestSchema(Schema):
    """A request to recuse an inspector, and what became of it."""

    visit = fields.String(required=True)
    entity = fields.String(required=True)
    name = fields.String(required=True, metadata={"description": "What the entity is called"})
    source = fields.String(required=True, metadata={"description": "What the visit was opened under"})
    last_day = fields.String(required=True, metadata={"description": "On which the visit may be made"})
    inspector = fields.String(required=True, metadata={"description": "Staff code of whom it is about"})
    by = fields.String(required=True, metadata={"description": "The role of who asked: entity, inspector or handler"})
    reason = fields.String(required=True, allow_none=True)
    asked_at = fields.String(required=True)
    state = fields.String(
        required=True,
        validate=validate.OneOf(("waiting", "granted", "refused", "left", "lapsed")),
        metadata={
            "description": "`left`: the inspector went for another reason; `lapsed`: nobody decided before the visit "
            "was recorded or called off"
        },
    )
    grounds = fields.String(required=True, allow_none=True, metadata={"description": "Of the decision"})
    decided_at = fields.String(required=True, allow_none=True)
    mine = fields.Boolean(required=True, metadata={"description": "Whether the caller asked for it"})
    may_decide = fields.Boolean(
        required=True,
        metadata={"description": "Whether it waits for the caller, who neither asked for it nor is the inspector"},
    )


class RecusalListSchema(Schema):
    """One page of requests."""

    items = fields.List(fields.Nested(RecusalRequestSchema), required=True)
