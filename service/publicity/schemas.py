"""Shapes of publicity in requests and answers (marshmallow)."""

from __future__ import annotations

from typing import Any, get_args

from marshmallow import Schema, fields, validate, validates_schema

from scoring.edition.sections.deadlines import Act
from scoring.publicity import State
from service.platform import web

_PLACE = validate.Regexp(r"[a-z0-9][a-z0-9._-]{0,63}\Z")
_LINE = validate.Length(min=1, max=200)
_TEXT = validate.Length(min=1, max=2_000)
_LAST_DAY = {"description": "The last day on which the law shows the record, by the evidence there is"}


class PublicityArguments(web.StrictSchema):
    """On which day; without one today, where the entity's authority is."""

    as_of = web.Day(load_default=None)


class PublicationsArguments(web.OrderedPageArguments):
    """A page of public records: all, of an entity, of those that a name may mean, of an authority."""

    entity = fields.String(load_default=None, validate=_LINE)
    name = fields.String(
        load_default=None,
        validate=_LINE,
        metadata={"description": "A part of a name, its pinyin or initials; natural persons are not found by it"},
    )
    authority = fields.String(load_default=None, validate=_LINE)


class PublicationWorklistArguments(web.StrictSchema):
    """How many rows at most."""

    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1_000))


class NewPublicationActSchema(web.StrictSchema):
    """What was done about a record, where and when."""

    act = fields.String(required=True, validate=validate.OneOf(get_args(Act)))
    place = fields.String(required=True, validate=_PLACE, metadata={"description": "Such as the key of a platform"})
    done_on = web.Day(required=True)
    reference = fields.String(load_default=None, allow_none=True, validate=_LINE)
    reason = fields.String(load_default=None, allow_none=True, validate=_TEXT)


class PublicationActMadeSchema(Schema):
    """The number of the act."""

    id = fields.Integer(required=True)


class NewAcknowledgementSchema(web.StrictSchema):
    """That a record was taken down, where and when, with the evidence."""

    place = fields.String(required=True, validate=_PLACE, metadata={"description": "One that the token names"})
    done_on = web.Day(required=True)
    reference = fields.String(
        required=True, validate=_LINE, metadata={"description": "Evidence: an address, or the number of your own entry"}
    )


class AcknowledgementSchema(Schema):
    """The number of the act, and when it was recorded."""

    id = fields.Integer(required=True)
    recorded_at = fields.AwareDateTime(format="iso", required=True)


class RecipientSchema(Schema):
    """A place that speaks for itself, with its newest comparison."""

    place = fields.String(required=True)
    compared_on = fields.Date(allow_none=True)
    held = fields.Integer(allow_none=True)
    missing = fields.Integer(allow_none=True)
    surplus = fields.Integer(allow_none=True)
    late = fields.Boolean(required=True, metadata={"description": "A comparison is owed by now"})


class RecipientsSchema(Schema):
    """Every place that speaks for itself."""

    items = fields.List(fields.Nested(RecipientSchema), required=True)


class PublicityReasonSchema(Schema):
    """Why: a stable code, what it is about, the clause with its words, and whether they were checked."""

    code = fields.String(required=True)
    about = fields.String(allow_none=True)
    clause = fields.String(allow_none=True)
    text = fields.Dict(keys=fields.String(), values=fields.String(), allow_none=True)
    verified = fields.Boolean(required=True)


class PublicationDutySchema(Schema):
    """One stage of a duty: by which day, and whether and when it was done."""

    duty = fields.String(required=True)
    stage = fields.Integer(required=True)
    act = fields.String(required=True)
    place = fields.String(allow_none=True)
    since = fields.Date(required=True)
    due_on = fields.Date(required=True)
    alarm_on = fields.Date(allow_none=True)
    provisional = fields.Boolean(required=True)
    done_on = fields.Date(allow_none=True)
    overdue = fields.Boolean(required=True)
    late = fields.Boolean(required=True)
    clause = fields.String(required=True)
    verified = fields.Boolean(required=True)
    edition = fields.String(required=True)


class PublicationActSchema(Schema):
    """Something that was done."""

    id = fields.Integer(required=True)
    act = fields.String(required=True)
    place = fields.String(required=True)
    done_on = fields.Date(required=True)
    reference = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    person = fields.String(required=True)


class PublicityRecordSchema(Schema):
    """One record with its publicity on a day."""

    event = fields.Integer(required=True)
    source = fields.String(required=True)
    source_ref = fields.String(required=True)
    decision_kind = fields.String(required=True)
    code = fields.String(required=True)
    severity = fields.String(allow_none=True)
    decided_on = fields.Date(required=True)
    as_of = fields.Date(required=True)
    state = fields.String(required=True, validate=validate.OneOf(get_args(State)))
    record_class = fields.String(data_key="class", allow_none=True)
    reasons = fields.List(fields.Nested(PublicityReasonSchema), required=True)
    starts_on = fields.Date(allow_none=True)
    earliest_end = fields.Date(allow_none=True, metadata={"description": "The last day of the minimum"})
    latest_end = fields.Date(allow_none=True, metadata={"description": "The last day of the maximum"})
    ends_on = fields.Date(allow_none=True, metadata=_LAST_DAY)
    next_change_on = fields.Date(allow_none=True)
    shortened = fields.Boolean(required=True)
    provisional = fields.Boolean(required=True)
    edition = fields.String(allow_none=True)
    digest = fields.String(allow_none=True)
    disputed = fields.Boolean(required=True)
    duties = fields.List(fields.Nested(PublicationDutySchema), required=True)
    acts = fields.List(fields.Nested(PublicationActSchema), required=True)


class PublicityRecordsSchema(Schema):
    """The records of an entity."""

    entity = fields.String(required=True)
    items = fields.List(fields.Nested(PublicityRecordSchema), required=True)


class PublicationPlaceSchema(Schema):
    """Where and since when a record is shown."""

    place = fields.String(required=True)
    on = fields.Date(required=True)
    reference = fields.String(allow_none=True)


class PublicationSchema(Schema):
    """One record as anyone may read it."""

    event = fields.Integer(required=True)
    entity = fields.String(allow_none=True, metadata={"description": "Null for natural persons"})
    name = fields.String(required=True)
    authority = fields.String(required=True)
    decision_kind = fields.String(required=True)
    code = fields.String(required=True)
    decided_on = fields.Date(required=True)
    record_class = fields.String(data_key="class", allow_none=True)
    starts_on = fields.Date(allow_none=True)
    ends_on = fields.Date(allow_none=True, metadata=_LAST_DAY)
    provisional = fields.Boolean(required=True)
    disputed = fields.Boolean(required=True)
    published = fields.List(fields.Nested(PublicationPlaceSchema), required=True)
    edition = fields.String(allow_none=True)
    digest = fields.String(allow_none=True)


class PublicationPageSchema(Schema):
    """A page of public records."""

    items = fields.List(fields.Nested(PublicationSchema), required=True)


class OwedDutySchema(PublicationDutySchema):
    """What is owed about which record."""

    event = fields.Integer(required=True)
    entity = fields.String(required=True)
    name = fields.String(required=True, metadata={"description": "Of natural persons the first character"})
    code = fields.String(required=True)
    source_ref = fields.String(required=True)
    decided_on = fields.Date(required=True)
    ends_on = fields.Date(allow_none=True, metadata=_LAST_DAY)
    working_days_left = fields.Integer(
        required=True, metadata={"description": "After today up to the last day; negative past it"}
    )
    authority = fields.String(required=True)
    state = fields.String(required=True)
    alarm = fields.String(allow_none=True, validate=validate.OneOf(("due", "overdue")))


class PublicationWorklistSchema(Schema):
    """What is owed and not done, what is due first first."""

    items = fields.List(fields.Nested(OwedDutySchema), required=True)


class DoublePublicityArguments(web.StrictSchema):
    """Decided on these days or between."""

    since = web.Day(required=True)
    until = web.Day(required=True)

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_: object) -> None:
        if data["until"] < data["since"]:
            raise web.FieldFault("publication_days_reversed")


class PublicationFaultSchema(Schema):
    """One penalty that is not in the sheet, and why."""

    event = fields.Integer(required=True)
    entity = fields.String(required=True)
    errors = fields.List(fields.Dict(), required=True)


class DoublePublicitySchema(Schema):
    """How many penalties are in the sheet, and those that are not."""

    good = fields.Integer(required=True)
    refused = fields.List(fields.Nested(PublicationFaultSchema), required=True)


class NewComparisonSchema(web.StrictSchema):
    """What a recipient shows."""

    place = fields.String(required=True, validate=_PLACE)
    compared_on = web.Day(required=True)
    events = fields.List(
        fields.Integer(strict=True, validate=validate.Range(min=1, max=(1 << 53) - 1)),
        required=True,
        validate=validate.Length(max=50_000),
        metadata={"description": "Numbers of the decisions that it shows"},
    )


class SurplusSchema(Schema):
    """A record that is held and not to be shown there."""

    event = fields.Integer(required=True)
    why = fields.String(required=True)


class ComparisonMadeSchema(Schema):
    """The differences."""

    id = fields.Integer(required=True)
    held = fields.Integer(required=True)
    missing = fields.List(fields.Integer(), required=True)
    surplus = fields.List(fields.Nested(SurplusSchema), required=True)


class ComparisonSchema(ComparisonMadeSchema):
    """A comparison that was made."""

    place = fields.String(required=True)
    compared_on = fields.Date(required=True)
    sha256 = fields.String(required=True, metadata={"description": "Of the numbers held, ascending, as canonical JSON"})


class ComparisonsArguments(web.PageArguments):
    """A page of comparisons: all, or with one recipient."""

    place = fields.String(load_default=None, validate=_PLACE)


class ComparisonPageSchema(Schema):
    """A page of comparisons, the oldest first."""

    items = fields.List(fields.Nested(ComparisonSchema), required=True)
