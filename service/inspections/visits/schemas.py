"""Shapes of visits in requests and answers (marshmallow)."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate, validates_schema

from service.inspections.visits.decisions import STATES_FOR
from service.inspections.visits.tables import STATES
from service.platform import web

_CODE = validate.Length(min=1, max=64)
_LINE = validate.Length(min=1, max=200)
_TEXT = validate.Length(min=1, max=2_000)
_STAFF = validate.Regexp(r"[0-9A-Z][0-9A-Z-]{0,39}\Z")
_DIGEST = validate.Regexp(r"[0-9a-f]{64}\Z")
_DATA = {"description": "As the data of the service lists them"}


class VisitMemberSchema(web.StrictSchema):
    """Who sits where; seat 0 leads."""

    inspector = fields.String(required=True, validate=_STAFF)
    seat = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=20))


class VisitTeamSchema(web.StrictSchema):
    """Who visits whom."""

    entity = fields.String(required=True, validate=_LINE)
    members = fields.List(fields.Nested(VisitMemberSchema), required=True, validate=validate.Length(min=1, max=20))


class _WindowSchema(web.StrictSchema):
    first_day = web.Day(required=True)
    last_day = web.Day(required=True)

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_: object) -> None:
        if data["last_day"] < data["first_day"]:
            raise web.FieldFault("visit_days_out_of_order")


class TaskVisitsSchema(_WindowSchema):
    """The visits of a targeted or full-coverage task, in days of the task."""

    teams = fields.List(fields.Nested(VisitTeamSchema), required=True, validate=validate.Length(min=1, max=500))
    reason = fields.String(load_default=None, allow_none=True, validate=_TEXT)


class NewVisitSchema(_WindowSchema):
    """A visit outside every draw: a case, a complaint, a special inspection."""

    type = fields.String(required=True, validate=_CODE, metadata=_DATA)
    authority = fields.String(required=True, validate=_CODE)
    source = fields.String(required=True, validate=_LINE, metadata={"description": "The record that asks for it"})
    items = fields.List(fields.String(validate=_STAFF), required=True, validate=validate.Length(min=1, max=100))
    method = fields.String(load_default="on_site", validate=validate.OneOf(("on_site", "off_site", "document")))
    team = fields.Nested(VisitTeamSchema, required=True)
    reason = fields.String(required=True, validate=_TEXT)


class VisitReasonSchema(web.StrictSchema):
    """Why."""

    reason = fields.String(required=True, validate=_TEXT)


class VisitPresentSchema(web.StrictSchema):
    """Who is there."""

    inspectors = fields.List(fields.String(validate=_STAFF), required=True, validate=validate.Length(min=1, max=20))


class VisitPlaceSchema(web.StrictSchema):
    """Where a device was (WGS 84), in whole millionths of a degree, and how exactly, in metres."""

    latitude = fields.Integer(required=True, strict=True, validate=validate.Range(min=-90_000_000, max=90_000_000))
    longitude = fields.Integer(required=True, strict=True, validate=validate.Range(min=-180_000_000, max=180_000_000))
    accuracy = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=10_000_000))


class VisitThresholdSchema(VisitPresentSchema):
    """Who is there, and what a device noted of it."""

    noted_at = web.Instant(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "By the device's clock: for what could not be sent at once. One after now counts as now"
        },
    )
    place = fields.Nested(VisitPlaceSchema, load_default=None, allow_none=True)


class VisitDoorSchema(VisitThresholdSchema):
    """The entity's own code, scanned or typed at its door."""

    code = fields.String(
        required=True,
        validate=validate.Length(min=1, max=2_000),
        metadata={"description": "A key of the entity, or a text that holds its unified social credit code"},
    )


class VisitEntrySchema(VisitThresholdSchema, VisitReasonSchema):
    """Who enters without a scanned code, and why there was none."""


class VisitScanSchema(web.StrictSchema):
    """A code as the entity scanned it."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=64))


class VisitFindingSchema(web.StrictSchema):
    """What was found at one entry. No result is presumed; ``note`` says why an entry does not apply."""

    client_id = fields.String(required=True, validate=_CODE, metadata={"description": "The device's own"})
    item = fields.String(required=True, validate=_STAFF)
    entry = fields.String(required=True, validate=_CODE)
    result = fields.String(required=True, validate=validate.OneOf(("pass", "fail", "not_applicable")))
    severity = fields.String(load_default=None, allow_none=True, validate=_CODE)
    note = fields.String(load_default=None, allow_none=True, validate=_TEXT)
    files = fields.List(fields.String(validate=_DIGEST), load_default=list, validate=validate.Length(max=50))
    noted_at = web.Instant(required=True, metadata={"description": "By the device's clock"})
    settles = fields.Boolean(load_default=False, metadata={"description": "The lead's word where findings differ"})


class VisitSyncSchema(web.StrictSchema):
    """Findings sent together: all are taken or none."""

    findings = fields.List(fields.Nested(VisitFindingSchema), required=True, validate=validate.Length(min=1, max=500))


class VisitResultSchema(web.StrictSchema):
    """Under which result a visit is closed."""

    result = fields.String(required=True, validate=_CODE, metadata=_DATA)
    remark = fields.String(load_default=None, allow_none=True, validate=_TEXT)


class VisitDigestSchema(web.StrictSchema):
    """The digest of what is signed."""

    sha256 = fields.String(required=True, validate=_DIGEST)


class VisitAuditSchema(VisitReasonSchema):
    """What the third person says."""

    accepted = fields.Boolean(required=True)
    rectify_by = web.Day(load_default=None, allow_none=True)


class VisitListArguments(web.PageArguments):
    """Which visits are asked for."""

    mine = fields.Boolean(load_default=False)
    open_only = fields.Boolean(
        load_default=False,
        metadata={
            "description": "Those that inspectors have still to make, record or sign; their own, those they are on now"
        },
    )
    newest_first = fields.Boolean(load_default=False)
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))
    task = fields.String(load_default=None, validate=_LINE)


class VisitNumberSchema(Schema):
    """The number of a visit."""

    number = fields.String(required=True)


class VisitsOpenedSchema(Schema):
    """What became of each entity: its visit's number, or the problem."""

    opened = fields.Dict(required=True)
    merged = fields.Dict(required=True)
    held = fields.Dict(required=True)
    refused = fields.List(fields.Dict(), required=True)


class VisitEntryCodeSchema(Schema):
    """A code told once."""

    code = fields.String(required=True)
    expires_at = fields.String(required=True)


class VisitEntryViewSchema(Schema):
    """What the entity is told when it scans."""

    visit = fields.String(required=True)
    entity = fields.String(required=True)
    authorities = fields.List(fields.Dict(), required=True)
    inspectors = fields.List(fields.Dict(), required=True)
    items = fields.List(fields.String(), required=True)
    notice = fields.Dict(required=True)


class VisitSyncedSchema(Schema):
    """What became of each finding, in the order sent."""

    findings = fields.List(fields.Dict(), required=True)


class VisitAuditedSchema(Schema):
    """What an audit caused; nothing but the visit's number where it was sent back."""

    visit = fields.String(required=True)
    occasion = fields.Integer(allow_none=True)
    events = fields.List(fields.Dict())
    publish_by = fields.Date(allow_none=True)
    order = fields.String(allow_none=True)
    status = fields.String(allow_none=True)


class VisitSchema(Schema):
    """A visit as it stands."""

    number = fields.String(required=True)
    entity = fields.String(required=True)
    state = fields.String(required=True)
    type = fields.String(required=True)
    task = fields.String(allow_none=True)
    method = fields.String(required=True)
    first_day = fields.String(required=True)
    last_day = fields.String(required=True)
    deadline = fields.String(required=True)
    held_on = fields.String(allow_none=True)


class VisitListedSchema(VisitSchema):
    """A visit as lists tell it."""

    name = fields.String(required=True)
    address = fields.String(required=True, allow_none=True, metadata={"description": "As registered now"})
    team = fields.List(fields.String(), required=True, metadata={"description": "Staff codes; who leads comes first"})
    signed = fields.List(fields.String(), required=True, metadata={"description": "Who signed its newest record"})


class VisitInspectorSchema(Schema):
    """Who is or was there: on the team, at the visit, under the record."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    leads = fields.Boolean(required=True)
    present = fields.Boolean(required=True)
    signed = fields.Boolean(required=True)


class VisitViewSchema(VisitSchema):
    """A visit with all that belongs to it."""

    name = fields.String()
    address = fields.String(allow_none=True, metadata={"description": "As registered now"})
    source = fields.String()
    authorities = fields.List(fields.String())
    tier = fields.String(allow_none=True)
    part_of = fields.String(allow_none=True, metadata={"description": "The visit that this one was joined to"})
    parts = fields.List(fields.String(), metadata={"description": "Visits that were joined to this one"})
    team = fields.List(fields.String())
    inspectors = fields.List(fields.Nested(VisitInspectorSchema))
    signatures = fields.Integer(metadata={"description": "How many inspectors sign"})
    present = fields.List(fields.String())
    checklist = fields.List(fields.Dict())
    findings = fields.List(fields.Dict())
    files = fields.List(fields.String())
    record = fields.Dict(allow_none=True)
    outcome = fields.Dict(allow_none=True)
    orders = fields.List(fields.String())
    register_proposal = fields.Dict(
        allow_none=True, metadata={"description": "A status of the entity; `accepted` null: undecided"}
    )
    merge_proposals = fields.List(fields.Dict(), metadata={"description": "Undecided ones to join it with `other`"})
    decisions = fields.List(
        fields.String(validate=validate.OneOf(tuple(STATES_FOR))),
        metadata={"description": "What may be decided of it as it stands, by whoever the permission table lets"},
    )
    acts = fields.List(fields.Dict())


class VisitPageSchema(Schema):
    """One page of visits."""

    items = fields.List(fields.Nested(VisitListedSchema), required=True)


class VisitWordsSchema(Schema):
    """A table of codes with what each means and causes."""

    items = fields.List(fields.Dict(), required=True)


class VisitFileSchema(Schema):
    """A file that is kept."""

    sha256 = fields.String(required=True)
    size = fields.Integer(required=True)
    media_type = fields.String(required=True)


class SeatChangeSchema(VisitMemberSchema, VisitReasonSchema):
    """Who sits on a seat from now on, and why."""


class RecusalSchema(VisitReasonSchema):
    """Which inspector, and why."""

    inspector = fields.String(required=True, validate=_STAFF)


class RecusalGrantSchema(RecusalSchema):
    """Which inspector goes, and why; at a visit that no draw sent him to, who comes instead."""

    successor = fields.String(load_default=None, allow_none=True, validate=_STAFF)


class OrderedEntrySchema(Schema):
    """An entry of a checklist that is to be corrected. ``look``: what is looked at, in both languages."""

    item = fields.String(required=True)
    entry = fields.String(required=True)
    look = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class RectificationOrderSchema(Schema):
    """An order to correct. ``outcome``: null while it is open; ``rechecks``: visits that were made and audited."""

    order = fields.String(required=True)
    visit = fields.String(required=True)
    entity = fields.String(required=True)
    entries = fields.List(fields.Nested(OrderedEntrySchema), required=True)
    due_on = fields.String(required=True)
    provisional = fields.Boolean(required=True)
    outcome = fields.String(required=True, allow_none=True)
    closed_on = fields.String(required=True, allow_none=True)
    rechecks = fields.List(fields.String(), required=True)


class VisitPublicationSchema(web.StrictSchema):
    """Where a result was made public."""

    reference = fields.String(required=True, validate=_LINE)


class MergeDecisionSchema(VisitReasonSchema):
    """What somebody decided of a proposal."""

    accepted = fields.Boolean(required=True)


class RecheckSchema(_WindowSchema):
    """A re-check of what failed."""

    members = fields.List(fields.Nested(VisitMemberSchema), required=True, validate=validate.Length(min=1, max=20))
    method = fields.String(load_default="on_site", validate=validate.OneOf(("on_site", "off_site", "document")))


class OrderClosureSchema(web.StrictSchema):
    """How an order to correct ended."""

    outcome = fields.String(required=True, validate=_CODE, metadata=_DATA)
    on = web.Day(required=True)
    basis = fields.String(required=True, validate=validate.Length(min=1, max=500))


class VisitWorklistArguments(web.StrictSchema):
    """How many of each kind."""

    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1_000))


class VisitWorklistSchema(Schema):
    """What waits, by kind."""

    visits = fields.List(fields.Dict(), required=True)
    publications = fields.List(fields.Dict(), required=True)
    orders = fields.List(fields.Dict(), required=True)
    register_proposals = fields.List(fields.Dict(), required=True)
    merge_proposals = fields.List(fields.Dict(), required=True)
    recusals = fields.List(fields.Dict(), required=True)
    short = fields.List(fields.Dict(), required=True)
    refused = fields.List(fields.Dict(), required=True)
    stalled = fields.List(fields.Dict(), required=True)
