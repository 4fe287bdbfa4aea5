"""What is asked and answered about webhooks."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.platform import web

STATES = ("waiting", "delivered", "dead", "dropped")
MOST = 100
_CODE = validate.Regexp(r"^[a-z0-9][a-z0-9-]{0,39}\Z")
_REASON = validate.Length(min=1, max=500)


def _names(description: str, *, least: int = 0, required: bool = False) -> fields.List[str]:
    size = validate.Length(min=least, max=MOST)
    return fields.List(_word(), required=required, validate=size, metadata={"description": description})


def _word() -> fields.String:
    return fields.String(validate=validate.Length(min=1, max=64))


class PartnerChangesSchema(web.StrictSchema):
    """What of a partner is to change; what is not named stays."""

    name = fields.String(validate=validate.Length(min=1, max=200))
    url = fields.String(
        validate=validate.Length(min=1, max=2_000), metadata={"description": "Where it is told, by POST"}
    )
    topics = _names("As `GET /v1/webhook-topics` lists them", least=1)
    purpose = fields.String(
        validate=validate.Length(min=1, max=200), metadata={"description": "Why it is told; kept in the query log"}
    )
    authority = fields.String(allow_none=True, validate=validate.Length(min=1, max=64))
    regions = _names("Only entities of these regions; none named: of every region")
    kinds = _names("Only changes in these kinds; none named: in every kind")
    tiers = _names("Only changes into or out of these tiers; none named: all")


class PartnerBodySchema(PartnerChangesSchema):
    """A partner to register."""

    code = fields.String(required=True, validate=_CODE)
    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    url = fields.String(
        required=True, validate=validate.Length(min=1, max=2_000), metadata={"description": "Where it is told, by POST"}
    )
    topics = _names("As `GET /v1/webhook-topics` lists them", least=1, required=True)
    purpose = fields.String(
        required=True,
        validate=validate.Length(min=1, max=200),
        metadata={"description": "Why it is told; kept in the query log"},
    )
    secret = fields.String(
        validate=validate.Length(min=1, max=200),
        metadata={"description": "One that the partner has chosen: `whsec_` and 24 to 64 bytes in base64"},
    )


class SecretBodySchema(web.StrictSchema):
    """A new secret."""

    overlap_hours = fields.Integer(
        strict=True, metadata={"description": "How long the old secret signs beside the new one; 24 unless said"}
    )
    secret = fields.String(validate=validate.Length(min=1, max=200))


class ReasonSchema(web.StrictSchema):
    """Why."""

    reason = fields.String(required=True, validate=_REASON)


class RedeliveryBodySchema(ReasonSchema):
    """Which messages are to be delivered again: those named, or those recorded in [since, until)."""

    messages = fields.List(
        fields.Integer(strict=True, validate=validate.Range(min=1, max=(1 << 63) - 1)),
        validate=validate.Length(min=1, max=1_000),
    )
    since = web.Instant()
    until = web.Instant()
    state = fields.String(
        validate=validate.OneOf(["waiting", "delivered", "dead"]), metadata={"description": "Of a span only these"}
    )


class IssuedSecretSchema(Schema):
    """A secret, told once."""

    code = fields.String(required=True)
    secret = fields.String(required=True)
    until = fields.AwareDateTime(
        format="iso", allow_none=True, metadata={"description": "The old one signs until then"}
    )


class PartnerSchema(Schema):
    """A partner without its secret."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    url = fields.String(required=True)
    topics = fields.List(fields.String(), required=True)
    authority = fields.String(allow_none=True)
    regions = fields.List(fields.String())
    kinds = fields.List(fields.String())
    tiers = fields.List(fields.String())
    purpose = fields.String(required=True)
    state = fields.String(required=True, metadata={"description": "active, paused or ended"})
    since = fields.AwareDateTime(format="iso", metadata={"description": "It is told what was recorded from then on"})
    secrets = fields.Integer(metadata={"description": "How many sign now"})
    old_secret_until = fields.AwareDateTime(format="iso", allow_none=True)
    waiting = fields.Integer()
    dead = fields.Integer(metadata={"description": "Given up"})


class PartnerListSchema(Schema):
    """One page of partners."""

    items = fields.List(fields.Nested(PartnerSchema), required=True)


class DeliveriesArguments(web.PageArguments):
    """One state, or all."""

    state = fields.String(validate=validate.OneOf(STATES))


class DeliverySchema(Schema):
    """A message to one partner, and its newest attempt."""

    message = fields.Integer(required=True, metadata={"description": "`webhook-id` and `id` of the message"})
    topic = fields.String(required=True)
    subject = fields.String(required=True)
    recorded_at = fields.AwareDateTime(format="iso")
    state = fields.String(required=True)
    attempts = fields.Integer(required=True)
    next_at = fields.AwareDateTime(
        format="iso", allow_none=True, metadata={"description": "Of one that waits: not before; null behind another"}
    )
    waits_for = fields.Integer(
        allow_none=True, metadata={"description": "The message of the same entity that stands in front of the line"}
    )
    ended_at = fields.AwareDateTime(format="iso", allow_none=True)
    tried_at = fields.AwareDateTime(format="iso", allow_none=True)
    outcome = fields.String(allow_none=True)
    status = fields.Integer(allow_none=True)


class DeliveryListSchema(Schema):
    """One page of deliveries."""

    items = fields.List(fields.Nested(DeliverySchema), required=True)


class AttemptSchema(Schema):
    """One attempt."""

    number = fields.Integer(required=True)
    at = fields.AwareDateTime(format="iso", required=True)
    outcome = fields.String(
        required=True,
        metadata={"description": "delivered, refused, redirected, forbidden_address, timed_out, unreachable"},
    )
    status = fields.Integer(allow_none=True, metadata={"description": "Of the answer, if there was one"})
    milliseconds = fields.Integer(required=True)


class AttemptListSchema(Schema):
    """Every attempt to deliver one message."""

    items = fields.List(fields.Nested(AttemptSchema), required=True)


class HeldBackSchema(Schema):
    """A message that goes out after another of its entity, in the order in which they were recorded."""

    message = fields.Integer(required=True)
    waits_for = fields.Integer(required=True)
    not_before = fields.AwareDateTime(
        format="iso", allow_none=True, metadata={"description": "When that one is tried next"}
    )


class RedeliveredSchema(Schema):
    """How many messages are delivered again, and the first hundred of those that wait for an older one meanwhile."""

    count = fields.Integer(required=True)
    held_back = fields.List(fields.Nested(HeldBackSchema), required=True)


class TopicSchema(Schema):
    """What partners may be told."""

    topic = fields.String(required=True)
    type = fields.String(required=True, metadata={"description": "`type` of the CloudEvents message"})
    carries = fields.List(fields.String(), required=True, metadata={"description": "Fields of its `data`"})
    zh = fields.String(required=True)
    en = fields.String(required=True)


class TopicListSchema(Schema):
    """Every topic."""

    items = fields.List(fields.Nested(TopicSchema), required=True)
