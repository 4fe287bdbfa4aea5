"""The shape of the reach of a correction (marshmallow)."""

from __future__ import annotations

from marshmallow import Schema, fields


class ReachCorrectionSchema(Schema):
    """An act that put the event right."""

    act = fields.String(required=True, metadata={"description": "annulment | correction"})
    acted_on = fields.Date(required=True, format="iso")
    changes = fields.Dict(required=True, allow_none=True, metadata={"description": "Fields put right; null if struck"})
    source = fields.String(required=True)
    source_ref = fields.String(required=True)


class ReachStoodSchema(Schema):
    """A tier, or the state of a kind without one."""

    tier = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)


class ReachTierSchema(Schema):
    """Days, first and last included, on which a tier in force was not the one that is known now to be right."""

    entity = fields.String(required=True, metadata={"description": "The entity, or its parent"})
    kind = fields.String(required=True)
    first = fields.Date(required=True, format="iso")
    last = fields.Date(required=True, format="iso")
    was = fields.Nested(ReachStoodSchema, required=True, metadata={"description": "In force then"})
    now = fields.Nested(ReachStoodSchema, required=True, metadata={"description": "For that day, by what is known now"})
    by_record = fields.Boolean(required=True, metadata={"description": "Whether this record makes the difference"})


class ReachPlaceSchema(Schema):
    """Where an entity stands in a frame."""

    kind = fields.String(required=True)
    tier = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, metadata={"description": "in | out"})
    stratum = fields.String(required=True, allow_none=True)
    weight = fields.Integer(required=True)
    reason = fields.String(required=True, allow_none=True, metadata={"description": "Why it is out"})


class ReachDrawSchema(Schema):
    """A draw in whose frame the entity would have stood otherwise."""

    draw = fields.String(required=True)
    part = fields.String(required=True)
    authority = fields.String(required=True)
    task = fields.String(required=True)
    entity = fields.String(required=True)
    frozen_at = fields.DateTime(required=True)
    cut_off_day = fields.Date(required=True, format="iso")
    was = fields.Nested(ReachPlaceSchema, required=True)
    now = fields.Nested(
        ReachPlaceSchema, required=True, allow_none=True, metadata={"description": "Null: in no part of the frame"}
    )
    unplaced = fields.String(
        required=True, allow_none=True, metadata={"description": "Why the task has no place for the tier that is right"}
    )
    became = fields.String(
        required=True, metadata={"description": "drawn | reserve | not_drawn | no_result | hidden (not public yet)"}
    )
    void = fields.Boolean(required=True)
    by_record = fields.Boolean(required=True)


class ReachQuestionSchema(Schema):
    """Questions of a partner between the record and its correction."""

    partner = fields.String(required=True, metadata={"description": "Label of its token"})
    purpose = fields.String(required=True)
    questions = fields.Integer(required=True)
    first = fields.DateTime(required=True)
    last = fields.DateTime(required=True)
    in_batch = fields.Boolean(required=True, metadata={"description": "About many entities; which ones is not kept"})


class ReachDeliverySchema(Schema):
    """A message sent to a partner between the record and its correction."""

    partner = fields.String(required=True)
    topic = fields.String(required=True)
    message = fields.Integer(required=True)
    entity = fields.String(required=True)
    state = fields.String(required=True)
    told_at = fields.DateTime(required=True)
    told_since = fields.DateTime(
        required=True, allow_none=True, metadata={"description": "When it last took one after the correction"}
    )


class ReachNoteSchema(Schema):
    """What can, or cannot, be said."""

    code = fields.String(required=True)
    text = fields.String(required=True)


class ReachSchema(Schema):
    """How far a record that was put right had reached."""

    event = fields.Integer(required=True)
    entity = fields.String(required=True)
    since = fields.Date(required=True, format="iso", metadata={"description": "The decision day"})
    as_of = fields.Date(required=True, format="iso")
    corrections = fields.List(fields.Nested(ReachCorrectionSchema), required=True)
    tiers = fields.List(fields.Nested(ReachTierSchema), required=True)
    draws = fields.List(fields.Nested(ReachDrawSchema), required=True)
    asked = fields.List(fields.Nested(ReachQuestionSchema), required=True)
    delivered = fields.List(fields.Nested(ReachDeliverySchema), required=True)
    notes = fields.List(fields.Nested(ReachNoteSchema), required=True)
