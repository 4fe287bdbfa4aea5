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


class DrawMoveCountSchema(Schema):
    """How many entities moved so, and what became of them in the draw."""

    turn = fields.String(
        required=True,
        metadata={
            "description": "before: into its place; since: out of it, were it frozen now; later: to another tier"
        },
    )
    became = fields.String(required=True, metadata={"description": "drawn | reserve | not_drawn | out | not_in_frame"})
    back_dated = fields.Boolean(
        required=True, metadata={"description": "By a record that came after the cut-off day and is dated before"}
    )
    entities = fields.Integer(required=True)


class DrawMovesPartSchema(Schema):
    """The moves about the freeze of one part."""

    part = fields.String(required=True)
    authority = fields.String(required=True)
    task = fields.String(required=True)
    cut_off_day = fields.Date(required=True, format="iso")
    frame = fields.Integer(required=True, metadata={"description": "Entities of the frame, those that are out too"})
    moved = fields.Integer(required=True)
    back_dated = fields.Integer(required=True)
    counts = fields.List(fields.Nested(DrawMoveCountSchema), required=True)


class DrawMovesSchema(Schema):
    """How many moved about the freeze of a draw."""

    draw = fields.String(required=True)
    frozen_at = fields.DateTime(required=True)
    first_day = fields.Date(required=True, format="iso")
    last_day = fields.Date(required=True, format="iso", metadata={"description": "Today, while the days are running"})
    days = fields.Integer(required=True)
    known_at = fields.Integer(required=True, metadata={"description": "Sealed position that it is known at"})
    unrated = fields.Integer(required=True, metadata={"description": "Tiers that no head could tell at the freeze"})
    parts = fields.List(fields.Nested(DrawMovesPartSchema), required=True)


class DrawMovePlaceSchema(Schema):
    """Where an entity stands in a frame."""

    kind = fields.String(required=True)
    tier = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, metadata={"description": "in | out | unplaced"})
    stratum = fields.String(required=True, allow_none=True)
    weight = fields.Integer(required=True)
    reason = fields.String(required=True, allow_none=True)


class DrawMoveRecordSchema(Schema):
    """Something that was recorded in these days."""

    about = fields.String(required=True, metadata={"description": "The entity, or its branch"})
    what = fields.String(required=True, metadata={"description": "event | act | inspection | register"})
    detail = fields.String(required=True)
    source = fields.String(required=True)
    source_ref = fields.String(required=True)
    dated_on = fields.Date(required=True, allow_none=True, format="iso")
    recorded_at = fields.DateTime(required=True)
    position = fields.Integer(required=True)
    back_dated = fields.Boolean(required=True)


class DrawMovedSchema(Schema):
    """An entity that moved, and what moved it."""

    entity = fields.String(required=True)
    kind = fields.String(required=True)
    turns = fields.List(fields.String(), required=True)
    was = fields.Nested(DrawMovePlaceSchema, required=True, allow_none=True)
    stood = fields.Nested(DrawMovePlaceSchema, required=True, allow_none=True)
    now = fields.Nested(DrawMovePlaceSchema, required=True, allow_none=True)
    became = fields.String(required=True)
    expected_tier = fields.String(required=True, allow_none=True)
    last_tier = fields.String(required=True, allow_none=True)
    back_dated = fields.Boolean(required=True)
    records = fields.List(fields.Nested(DrawMoveRecordSchema), required=True)


class DrawMovesOfPartSchema(DrawMovesPartSchema):
    """The moves of one part, entity by entity."""

    entities = fields.List(fields.Nested(DrawMovedSchema), required=True)


class DrawMovedEntitiesSchema(DrawMovesSchema):
    """Who moved about the freeze of a draw."""

    parts = fields.List(fields.Nested(DrawMovesOfPartSchema), required=True)


class DrawLeftOutCountSchema(Schema):
    """How many are not drawn from for a reason."""

    reason = fields.String(required=True, metadata={"description": "As in the frame, or absent: not in it at all"})
    entities = fields.Integer(required=True)


class DrawLeftOutPartSchema(Schema):
    """A part against the like part of the year before."""

    part = fields.String(required=True)
    authority = fields.String(required=True)
    task = fields.String(required=True)
    earlier = fields.String(required=True, allow_none=True, metadata={"description": "That draw; null if none"})
    before = fields.Integer(required=True, metadata={"description": "Entities drawn from then"})
    left_out = fields.Integer(required=True, metadata={"description": "Those of them who are not drawn from now"})
    counts = fields.List(fields.Nested(DrawLeftOutCountSchema), required=True)


class DrawLeftOutSchema(Schema):
    """How many were drawn from a year ago and are not now."""

    draw = fields.String(required=True)
    parts = fields.List(fields.Nested(DrawLeftOutPartSchema), required=True)


class DrawLeftOutEntitySchema(Schema):
    """One of them."""

    entity = fields.String(required=True)
    reason = fields.String(required=True)


class DrawLeftOutOfPartSchema(DrawLeftOutPartSchema):
    """A part, entity by entity."""

    entities = fields.List(fields.Nested(DrawLeftOutEntitySchema), required=True)


class DrawLeftOutEntitiesSchema(DrawLeftOutSchema):
    """Who was drawn from a year ago and is not now."""

    parts = fields.List(fields.Nested(DrawLeftOutOfPartSchema), required=True)
