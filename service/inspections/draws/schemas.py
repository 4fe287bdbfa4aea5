"""The shape of what is sent at the steps of a draw (marshmallow). Times are Unix seconds, as in its documents."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate, validates_schema

from service.platform import web

_STAFF = validate.Regexp(r"[0-9A-Z][0-9A-Z-]{0,39}\Z")
_WORD = validate.Regexp(r"[a-z][a-z_]{0,39}\Z")
_LINE = validate.Length(min=1, max=200)
_TEXT = validate.Length(max=1_000)
_HEX32 = validate.Regexp(r"[0-9a-f]{64}\Z")
_TURN = validate.Range(min=0, max=1_000)
_TIME = validate.Range(min=0, max=2**40)


class DrawAttemptSchema(web.StrictSchema):
    """One attempt: its sources, and for announced numbers the instant by which they are all known."""

    when = fields.String(load_default="first", validate=validate.OneOf(["first", "source_absent", "secret_missing"]))
    sources = fields.List(fields.Dict(), required=True, validate=validate.Length(min=1, max=20))
    instant = fields.Integer(load_default=None, allow_none=True, strict=True, validate=_TIME)
    deadline = fields.Integer(required=True, strict=True, validate=_TIME)


class JointTaskSchema(web.StrictSchema):
    """A task of another authority that is drawn under the same commitment, and how its numbers turn."""

    task = fields.String(required=True, validate=_LINE)
    tickets = fields.String(load_default="shared", validate=validate.OneOf(["shared", "own"]))
    rotation = fields.Tuple(
        (fields.Integer(strict=True, validate=_TURN), fields.Integer(strict=True, validate=_TURN)),
        load_default=lambda: (0, 1),
        metadata={"description": "Part of a turn as [numerator, denominator]; equal turns meet, others keep apart"},
    )

    @validates_schema
    def _turn(self, data: dict[str, Any], **_: object) -> None:
        numerator, denominator = data["rotation"]
        if numerator >= denominator:
            raise web.FieldFault("draw_rotation_malformed")


class DrawTermsSchema(web.StrictSchema):
    """What a person chooses of a draw; the rest follows from its task."""

    close_at = fields.Integer(required=True, strict=True, validate=_TIME)
    result_by = fields.Integer(required=True, strict=True, validate=_TIME)
    publish_by = fields.Integer(required=True, strict=True, validate=_TIME)
    attempts = fields.List(fields.Nested(DrawAttemptSchema), required=True, validate=validate.Length(min=1, max=4))
    joint = fields.List(
        fields.Nested(JointTaskSchema),
        load_default=list,
        validate=validate.Length(max=20),
        metadata={"description": "Tasks of other authorities in the same commitment; each authority approves its own"},
    )
    reason = fields.String(load_default="", validate=_TEXT, metadata={"description": "Of replacing a void draw"})
    shortage_accepted = fields.String(
        load_default="", validate=_TEXT, metadata={"description": "Why the draw is made although something is short"}
    )


class WitnessSchema(web.StrictSchema):
    """What binds a witness: H("witness", draw, id, W) in hex."""

    witness = fields.String(required=True, validate=_STAFF)
    organisation = fields.String(required=True, validate=_LINE)
    commitment = fields.String(required=True, validate=_HEX32)


class RevealSchema(web.StrictSchema):
    """A witness's value W in hex."""

    witness = fields.String(required=True, validate=_STAFF)
    value = fields.String(required=True, validate=_HEX32)


class CustodySchema(web.StrictSchema):
    """A custodian's copy of K in hex."""

    custodian = fields.String(required=True, validate=_STAFF)
    value = fields.String(required=True, validate=_HEX32)


class ProducedSecretSchema(web.StrictSchema):
    """K in hex out of a custodian's hands; null: the holder's, as it is stored."""

    value = fields.String(load_default=None, allow_none=True, validate=_HEX32)


class ValueSchema(web.StrictSchema):
    """The value of one source: a signed round, or announced numbers."""

    kind = fields.String(required=True, validate=validate.OneOf(["drand", "balls", "digits", "index"]))
    chain = fields.String(validate=_HEX32)
    round = fields.Integer(strict=True, validate=validate.Range(min=1, max=2**53 - 1))
    signature = fields.String(validate=validate.Regexp(r"[0-9a-f]{96}\Z"))
    name = fields.String(validate=_LINE)
    values = fields.List(
        fields.Integer(strict=True, validate=validate.Range(min=-(10**12), max=10**12)),
        validate=validate.Length(min=1, max=100),
    )


class ValuesSchema(web.StrictSchema):
    """The values of the attempt's sources, in their order."""

    values = fields.List(fields.Nested(ValueSchema), required=True, validate=validate.Length(min=1, max=20))


class FailureSchema(web.StrictSchema):
    """Why an attempt has failed, and the SHA-256 of the stored file that shows it."""

    reason = fields.String(required=True, validate=validate.OneOf(["source_absent", "secret_missing"]))
    evidence = fields.String(required=True, validate=_HEX32)


class AttestSchema(web.StrictSchema):
    """Which custodian has run the verifier on the full file."""

    custodian = fields.String(required=True, validate=_STAFF)


class DrawEventSchema(web.StrictSchema):
    """Something after the draw; who comes follows from it and is never sent."""

    kind = fields.String(required=True, validate=validate.OneOf(["replace", "step_in", "extend"]))
    part = fields.String(
        load_default="",
        validate=validate.Length(max=32),
        metadata={"description": "Of a joint draw the part; else it may be left out"},
    )
    subject = fields.String(
        required=True,
        validate=validate.Length(min=1, max=100),
        metadata={"description": "The drawn entity's code; of an extension the stratum"},
    )
    seat = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0, max=5))
    leaves = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=1, max=40),
        metadata={"description": "Of a stand-in the inspector whom it is about; refused where another sits there"},
    )
    reason = fields.String(required=True, validate=_WORD)
    evidence = fields.String(required=True, validate=_HEX32)


class DrawFileSchema(Schema):
    """A file that was kept."""

    sha256 = fields.String(required=True)
    size = fields.Integer(required=True)
    media_type = fields.String(required=True)


class DrawDecisionSchema(web.StrictSchema):
    """What another person decided."""

    approved = fields.Boolean(required=True)


class VoidSchema(web.StrictSchema):
    """Why a draw is to be given up."""

    reason = fields.String(required=True, validate=_LINE)


class DrawListArguments(web.OrderedPageArguments):
    """Which draws are asked for."""

    authority = fields.String(validate=validate.Length(min=1, max=64))
    task = fields.String(validate=_LINE)


class BeaconArguments(web.StrictSchema):
    """From when on the round is to be due."""

    at = fields.Integer(required=True, validate=_TIME)


class DrawWorklistArguments(web.StrictSchema):
    """How many are told, of all draws or of one."""

    draw = fields.String(validate=_LINE)

    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1_000))


class CertificateArguments(web.StrictSchema):
    """In which part of a joint draw; the first that has the entity where none is named."""

    part = fields.String(validate=validate.Length(min=1, max=32))


class TranscriptArguments(web.StrictSchema):
    """Which view of the transcript."""

    view = fields.String(load_default="public", validate=validate.OneOf(["public", "full"]))


class DrawNumberSchema(Schema):
    """The number of a draw."""

    number = fields.String(required=True)


class DrawSchema(Schema):
    """A draw as everyone may see it."""

    number = fields.String(required=True)
    authority = fields.String(required=True)
    task = fields.String(required=True)
    state = fields.String(required=True)
    parts = fields.List(fields.Dict(), required=True)
    documents = fields.Dict(required=True, metadata={"description": "Digest by type"})
    witnesses = fields.List(fields.String(), required=True)
    revealed = fields.List(fields.String(), required=True)
    custody = fields.List(fields.String(), required=True)
    attested = fields.List(fields.String(), required=True)
    failed = fields.List(fields.Dict(), required=True)
    entered = fields.Integer(required=True)
    secret_produced = fields.Boolean(required=True)
    events = fields.Integer(required=True)
    void_reason = fields.String(allow_none=True)
    verifiers = fields.String(required=True, metadata={"description": "Where the programs that check it are"})


class DrawPreparationSchema(Schema):
    """What a draw is frozen with, and who has done what: for staff of its authorities."""

    prepared_by = fields.String(required=True)
    prepared_at = fields.String(required=True)
    terms = fields.Dict(required=True)
    witnesses = fields.List(fields.Dict(), required=True)
    entered_by = fields.List(fields.String(), required=True)
    void_asked = fields.Dict(required=True, allow_none=True)


class BeaconRoundSchema(Schema):
    """A chain of drand that a draw may name, and its first round due at the second asked for or later."""

    chain = fields.String(required=True)
    name = fields.String(required=True)
    round = fields.Integer(required=True)
    instant = fields.Integer(required=True, metadata={"description": "Unix seconds at which that round is due"})


class BeaconRoundListSchema(Schema):
    """Every chain that a draw may name."""

    items = fields.List(fields.Nested(BeaconRoundSchema), required=True)


class DrawBriefSchema(Schema):
    """A draw as a list shows it."""

    number = fields.String(required=True)
    authority = fields.String(required=True)
    task = fields.String(required=True)
    state = fields.String(required=True, metadata={"description": "The furthest step that was taken"})
    changed_at = fields.String(required=True, metadata={"description": "When its newest step was taken"})


class DrawListSchema(Schema):
    """One page of draws."""

    items = fields.List(fields.Nested(DrawBriefSchema), required=True)


class DrawPageSchema(Schema):
    """Draws that wait for a step."""

    items = fields.List(fields.Dict(), required=True)


class RegisterPageSchema(Schema):
    """One page of a register of draws, and its head."""

    head = fields.String(allow_none=True)
    items = fields.List(fields.Dict(), required=True)


class DrawnNamesSchema(Schema):
    """Who was drawn, with their teams."""

    items = fields.List(fields.Dict(), required=True)


class DrawStepSchema(Schema):
    """What a step made: the digest of its document; null while something is still to come."""

    digest = fields.String(allow_none=True)
    state = fields.String(required=True)


class DrawProposalSchema(Schema):
    """The number of a proposal."""

    proposal = fields.Integer(required=True)


class DrawProposedSchema(DrawProposalSchema):
    """What was proposed to happen after a draw, and what became of it. ``n``: the event in the draw's log."""

    kind = fields.String(required=True)
    part = fields.String(required=True)
    subject = fields.String(required=True)
    seat = fields.Integer(required=True)
    leaves = fields.String(required=True, metadata={"description": "Of a stand-in the inspector whom it is about"})
    reason = fields.String(required=True)
    evidence = fields.String(required=True)
    by = fields.String(required=True)
    proposed_at = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["waiting", "approved", "refused", "overtaken"]))
    n = fields.Integer(required=True, allow_none=True)


class DrawProposedListSchema(Schema):
    """The proposals of a draw, oldest first."""

    items = fields.List(fields.Nested(DrawProposedSchema), required=True)


class DrawSecretSchema(Schema):
    """The holder's secret in hex, for the custodians."""

    value = fields.String(required=True)


class NextAttemptSchema(Schema):
    """The attempt that counts now."""

    attempt = fields.Integer(required=True)


class DrawPlaceSchema(Schema):
    """An entity in the frame of a part, and what became of it."""

    part = fields.String(required=True)
    task = fields.String(required=True)
    authority = fields.String(required=True)
    code = fields.String(required=True)
    stratum = fields.String(required=True)
    reason = fields.String(required=True, metadata={"description": "Why it was not drawn from; else empty"})
    became = fields.String(required=True, validate=validate.OneOf(("drawn", "reserve", "not_drawn", "out")))
    rank = fields.Integer(required=True, allow_none=True, metadata={"description": "Among the reserves, from 1"})
    visited = fields.Boolean(required=True, metadata={"description": "To be visited, as the draw stands now"})


class DrawPlacesSchema(Schema):
    """The places of an entity in a draw, one for each part that has it."""

    draw = fields.String(required=True)
    items = fields.List(fields.Nested(DrawPlaceSchema), required=True)
