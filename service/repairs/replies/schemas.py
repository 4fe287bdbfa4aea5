"""What is asked and answered about replies."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.platform import web

_ABOUT = validate.OneOf(("record", "result"))
_MOST = 100
_REFERENCE = r"[0-9A-Za-z._-]{1,80}"
_REFERENCES = validate.Regexp(rf"^{_REFERENCE}(,{_REFERENCE}){{0,{_MOST - 1}}}\Z")


class ReplyBodySchema(web.StrictSchema):
    """A reply, and what it is about."""

    about = fields.String(required=True, validate=_ABOUT)
    reference = fields.String(
        required=True,
        validate=validate.Regexp(rf"^{_REFERENCE}\Z"),
        metadata={"description": "The number of the record (`event`), or of the visit whose result was published"},
    )
    text = fields.String(required=True, validate=validate.Length(max=20_000), metadata={"description": "Plain text"})


class RepliesArguments(web.StrictSchema):
    """Beside which records or results."""

    about = fields.String(required=True, validate=_ABOUT)
    references = fields.String(
        required=True, validate=_REFERENCES, metadata={"description": f"Up to {_MOST} numbers, apart by commas"}
    )


class ReplyDecisionSchema(web.StrictSchema):
    """Whether a reply may be public; if not, on which ground and why."""

    accept = fields.Boolean(required=True)
    ground = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=64))
    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=2_000))


class ReplyMadeSchema(Schema):
    """The number of a reply."""

    id = fields.Integer(required=True)


class PublicReplySchema(Schema):
    """A reply that everybody reads."""

    about = fields.String(required=True)
    reference = fields.String(required=True)
    text = fields.String(required=True)
    said_on = fields.String(required=True)


class PublicRepliesSchema(Schema):
    """Replies that everybody reads."""

    items = fields.List(fields.Nested(PublicReplySchema), required=True)


class ReplySchema(PublicReplySchema):
    """A reply with what became of it."""

    id = fields.Integer(required=True)
    entity = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("waiting", "accepted", "refused", "withdrawn")))
    ground = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    done_on = fields.String(required=True, allow_none=True)
    name = fields.String(metadata={"description": "In the worklist; of natural persons the first character"})
    due_on = fields.String(metadata={"description": "In the worklist: the last day on which it is to be looked at"})
    overdue = fields.Boolean()


class ReplyListSchema(Schema):
    """Replies with what became of them."""

    items = fields.List(fields.Nested(ReplySchema), required=True)


class ReplyGroundSchema(Schema):
    """A ground on which a reply is kept from the public."""

    code = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)


class ReplyRulesSchema(Schema):
    """How long a reply may be, within how many days it is looked at, and the grounds of a refusal."""

    longest = fields.Integer(required=True)
    days = fields.Integer(required=True)
    items = fields.List(fields.Nested(ReplyGroundSchema), required=True)
