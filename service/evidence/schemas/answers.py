"""What the room's routes take beside bodies of evidence, and what they answer."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.evidence.bulk.fieldmap import field_maps
from service.evidence.intake import shapes
from service.evidence.lifecycle import EFFECTS
from service.evidence.schemas.bodies import EventBody
from service.evidence.schemas.fields import Body, Day, Key, Text
from service.platform import web

BATCH = 1_000
POINTS = {"pattern": r"^-?[0-9]+\.[0-9]{2}$"}


class EventBatchBody(Schema):
    """Up to 1,000 events and occasions together. ``mode`` all: one refusal refuses all; good: the good ones stay."""

    events = fields.List(fields.Nested(EventBody), required=True, validate=validate.Length(min=1, max=BATCH))
    mode = fields.String(load_default="all", validate=validate.OneOf(["all", "good"]))


class ActBody(Body):
    """What happened to a recorded event, and why; ``changes`` only with a correction."""

    source = Key(shapes.SOURCE, required=True)
    source_ref = Text(shapes.REFERENCE_LENGTH, required=True)
    act = fields.String(required=True, validate=validate.OneOf(sorted(EFFECTS)))
    acted_on = Day(required=True)
    changes = fields.Dict(metadata={"description": "Fields of the event with their new values; null takes one away"})
    reason = Text(shapes.VALUE_LENGTH, required=True)


class EvidenceRemark(Schema):
    """What is wrong, or remarkable."""

    code = fields.String(required=True)
    pointer = fields.String(required=True)
    detail = fields.String(required=True)
    next = fields.String(required=True)


class ReceiptAnswer(Schema):
    """What became of one body."""

    id = fields.Integer(required=True)
    held = fields.Boolean(required=True, metadata={"description": "The same body had been recorded before"})
    warnings = fields.List(fields.Nested(EvidenceRemark), required=True)


class EventBatchItem(Schema):
    """What became of one body of a batch."""

    id = fields.Integer(allow_none=True)
    outcome = fields.String(required=True, validate=validate.OneOf(["stored", "held", "refused"]))
    said = fields.List(fields.Nested(EvidenceRemark), required=True)


class EventBatchAnswer(Schema):
    """What became of a batch, in its order."""

    stored = fields.Integer(required=True)
    held = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    items = fields.List(fields.Nested(EventBatchItem), required=True)


class ActAnswer(Schema):
    """What became of an act; of a correction, what is remarkable about it."""

    id = fields.Integer(required=True)
    event = fields.Integer(required=True)
    held = fields.Boolean(required=True)
    warnings = fields.List(fields.Nested(EvidenceRemark), required=True)


class EventAnswer(Schema):
    """One event as known. Of one withdrawn by law: ``id``, ``standing`` and ``withdrawn_on`` only."""

    id = fields.Integer(required=True)
    standing = fields.String(
        required=True,
        validate=validate.OneOf(["in_force", "warning", "repaired", "annulled", "not_yet", "withdrawn"]),
    )
    entity = fields.String()
    source = fields.String()
    source_ref = fields.String()
    decision_kind = fields.String()
    code = fields.String()
    severity = fields.String(allow_none=True)
    decided_on = fields.Date()
    final = fields.Boolean()
    value = fields.String(allow_none=True, metadata=POINTS)
    case_ref = fields.String(allow_none=True)
    kinds = fields.List(fields.String(), allow_none=True)
    attributes = fields.Dict(fields.String(), fields.String())
    corrected_on = fields.Date(allow_none=True)
    performed_on = fields.Date(allow_none=True)
    publicity_ends_on = fields.Date(allow_none=True)
    repaired_on = fields.Date(allow_none=True)
    annulled_on = fields.Date(allow_none=True)
    withdrawn_on = fields.Date()
    disputed = fields.Boolean()
    suspended_on = fields.Date(
        allow_none=True, metadata={"description": "From then on without effect, as long as it is disputed"}
    )
    suspended_by = fields.String(allow_none=True, metadata={"description": "Number of the objection that suspends it"})
    acts = fields.List(fields.Dict(), metadata={"description": "Only where one event is asked for"})


class EventPage(Schema):
    """A page of events."""

    entity = fields.String(required=True)
    as_of = fields.Date(required=True)
    position = fields.Integer(allow_none=True, metadata={"description": "Sealed position the answer was read at"})
    items = fields.List(fields.Nested(EventAnswer), required=True)


class ClockArguments(web.StrictSchema):
    """The two clocks, and why it is asked."""

    as_of = web.Day()
    known_at = fields.AwareDateTime(format="iso")
    purpose = fields.String(validate=validate.Length(min=1, max=200))


class EventReferenceArguments(web.StrictSchema):
    """Which records are asked for."""

    reference = fields.String(
        required=True,
        validate=validate.And(validate.Length(min=1, max=200), validate.Regexp(r"\s*\S")),
        metadata={"description": "As a source calls them, whole; or the number of one"},
    )


class EventListAnswer(Schema):
    """Records, by number; those out of scope are left out."""

    items = fields.List(fields.Nested(EventAnswer), required=True)


class EventsArguments(web.PageArguments):
    """A page of an entity's events by the two clocks."""

    as_of = web.Day()
    known_at = fields.AwareDateTime(format="iso")
    purpose = fields.String(validate=validate.Length(min=1, max=200))


class FirstOffenceArguments(ClockArguments):
    """Which offence is asked about; none: any."""

    code = fields.String(validate=validate.Length(min=1, max=64))


class FirstOffenceAnswer(Schema):
    """Whether this would be the first offence; ``earlier``: what was decided before, repaired or not."""

    entity = fields.String(required=True)
    code = fields.String(allow_none=True)
    as_of = fields.Date(required=True)
    first = fields.Boolean(required=True)
    earlier = fields.List(fields.Nested(EventAnswer), required=True)


class PenaltyRecordAnswer(Schema):
    """The penalties decided by a day and not annulled."""

    entity = fields.String(required=True)
    as_of = fields.Date(required=True)
    penalties = fields.List(fields.Nested(EventAnswer), required=True)


class BulkArguments(web.StrictSchema):
    """How a file is to be taken."""

    mode = fields.String(load_default="good", validate=validate.OneOf(["good", "all"]))
    map = fields.String(
        validate=validate.OneOf(list(field_maps())), metadata={"description": "Field map of the source"}
    )


class BulkResultArguments(web.StrictSchema):
    """How much of the result is wanted."""

    limit = fields.Integer(
        validate=validate.Range(min=1, max=10_000), metadata={"description": "The first so many; all unless given"}
    )


class BulkJobAnswer(Schema):
    """How a file's job stands; ``progress`` in thousandths."""

    id = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["queued", "running", "done", "refused"]))
    format = fields.String(required=True)
    mode = fields.String(required=True)
    field_map = fields.String(allow_none=True)
    sha256 = fields.String(required=True)
    workbook_sha256 = fields.String(
        allow_none=True, metadata={"description": "Of the workbook as it was sent; `sha256` is of the CSV read from it"}
    )
    progress = fields.Integer(required=True)
    rows = fields.Integer(required=True)
    stored = fields.Integer(required=True)
    held = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    warned = fields.Integer(required=True)
    created_at = fields.AwareDateTime(format="iso", required=True)
    finished_at = fields.AwareDateTime(format="iso", allow_none=True)
    merkle_root = fields.String()
    problem = fields.Nested(EvidenceRemark)


class BulkJobPage(Schema):
    """A page of files that were handed in."""

    items = fields.List(fields.Nested(BulkJobAnswer), required=True)


class NamedRow(Schema):
    """A row of a catalogue."""

    code = fields.String(required=True)
    names = fields.Dict(fields.String(), fields.String(), required=True)


class DecisionKindAnswer(NamedRow):
    """A kind of decision."""

    final = fields.Boolean(required=True)
    offence = fields.Boolean(required=True)
    penalty = fields.Boolean(required=True)
    before_establishment = fields.String(required=True)
    after_deregistration = fields.String(required=True)


class PenaltyKindAnswer(NamedRow):
    """A kind of penalty."""


class SeverityAnswer(NamedRow):
    """A severity."""


class AttributeValueAnswer(NamedRow):
    """A value of an attribute."""


class EventAttributeAnswer(NamedRow):
    """An attribute of events with the values that shipped editions know; none: it is written."""

    values = fields.List(fields.Nested(AttributeValueAnswer), required=True)


class EventCodeAnswer(NamedRow):
    """An event code with the decision kinds it goes with, the usual one first."""

    kinds = fields.List(fields.String(), required=True)
    severities = fields.List(
        fields.String(), required=True, metadata={"description": "By which an edition put in force weighs it"}
    )


class EventCodeBody(web.StrictSchema):
    """An event code to add."""

    code = Key(shapes.CODE, required=True)
    zh = Text(200, required=True)
    en = Text(200, required=True)
    kinds = fields.List(Key(shapes.CODE, required=True), required=True, validate=validate.Length(min=1, max=16))
