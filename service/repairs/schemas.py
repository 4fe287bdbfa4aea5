"""Shapes of repair and objection in requests and answers (marshmallow)."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from scoring.repair import WORKFLOWS
from service.platform import web

_LINE = validate.Length(min=1, max=200)
_TEXT = validate.Length(min=1, max=2_000)
_KEY = validate.Regexp(r"[a-z][a-z0-9_]{0,79}\Z")
_LEFT = {"description": "Working days after today up to the last day, that one among them; negative past it"}
_STATES = sorted({state for workflow in WORKFLOWS.values() for state in workflow.states if state})


class RepairReasonSchema(web.StrictSchema):
    """Why."""

    reason = fields.String(required=True, validate=_TEXT)


class RepairFilingSchema(RepairReasonSchema):
    """Which record of which entity, and why."""

    entity = fields.String(required=True, validate=_LINE)
    record = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=2**63 - 1))


class RepairApplicationSchema(RepairFilingSchema):
    """An application for repair. ``separate``: who applies apart from the firm, where the edition lets them."""

    separate = fields.String(load_default=None, allow_none=True, validate=_KEY)


class RepairSupplementSchema(RepairReasonSchema):
    """Which papers are asked for, all at once."""

    papers = fields.List(fields.String(validate=_KEY), required=True, validate=validate.Length(min=1, max=50))


class RepairVerificationSchema(RepairReasonSchema):
    """What was found: whether the application is fit to be granted."""

    fit = fields.Boolean(required=True)


class RepairDecisionSchema(RepairReasonSchema):
    """What is decided."""

    decision = fields.String(required=True, validate=validate.OneOf(("grant", "refuse", "lift", "end_lifting")))


class RepairNameArguments(web.StrictSchema):
    """Under which name a paper is sent."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=400))


class ObjectionForwardSchema(RepairReasonSchema):
    """To which source an objection is forwarded."""

    source = fields.String(required=True, validate=_LINE)
    partner = fields.String(
        load_default=None,
        allow_none=True,
        validate=_LINE,
        metadata={"description": "Id of the partner's token that reads the case and answers for the source"},
    )


class ObjectionAnswerSchema(RepairReasonSchema):
    """What the source, or a handler who examined it, found: whether the record is right."""

    right = fields.Boolean(required=True)


class ObjectionActSchema(web.StrictSchema):
    """What is corrected: the whole record struck, or fields of it changed as for an act of the evidence."""

    act = fields.String(required=True, validate=validate.OneOf(("annulment", "correction")))
    changes = fields.Dict(keys=fields.String(validate=_KEY), values=fields.Raw(allow_none=True))


class ObjectionDecisionSchema(RepairReasonSchema):
    """What is decided on an objection; a correction says what is corrected."""

    decision = fields.String(required=True, validate=validate.OneOf(("uphold", "correct")))
    acts = fields.List(fields.Nested(ObjectionActSchema), load_default=list, validate=validate.Length(max=10))


class RepairCasesArguments(web.PageArguments):
    """Which cases."""

    state = fields.String(load_default=None, validate=validate.OneOf(_STATES))
    entity = fields.String(load_default=None, validate=_LINE)
    q = fields.String(
        load_default=None,
        validate=validate.And(_LINE, validate.Regexp(r".*\S")),
        metadata={
            "description": "A part of a case's number; for staff also of its entity's name, pinyin, initials or code"
        },
    )
    open_only = fields.Boolean(load_default=False)
    order = fields.String(
        load_default="filed",
        validate=validate.OneOf(("filed", "due")),
        metadata={"description": "Oldest first, or what is due first first"},
    )


class RepairableArguments(web.StrictSchema):
    """On which day; today where none is said."""

    as_of = web.Day(load_default=None, allow_none=True)


class RepairCaseBriefSchema(Schema):
    """A case in a list; days as YYYY-MM-DD."""

    number = fields.String(required=True)
    procedure = fields.String(required=True)
    entity = fields.String(required=True)
    name = fields.String(required=True, metadata={"description": "Of natural persons the first character"})
    record = fields.Integer(required=True)
    code = fields.String(required=True, allow_none=True, metadata={"description": "Of the record"})
    decided_on = fields.String(required=True, allow_none=True, metadata={"description": "The day of the record"})
    authority = fields.String(required=True)
    state = fields.String(required=True)
    open = fields.Boolean(required=True)
    edition = fields.String(required=True)
    digest = fields.String(required=True)
    filed_on = fields.String(required=True)
    separate = fields.String(required=True, allow_none=True)
    clock = fields.String(required=True, allow_none=True)
    due_on = fields.String(required=True, allow_none=True)
    due_provisional = fields.Boolean(required=True)
    working_days_left = fields.Integer(required=True, allow_none=True, metadata=_LEFT)
    overdue = fields.Boolean(required=True)
    escalate_on = fields.String(required=True, allow_none=True)


class RepairClockSchema(Schema):
    """What a clock shows. ``at_lapse``: what happens on the day after the last one."""

    clock = fields.String(required=True)
    law = fields.String(required=True)
    stage = fields.String(required=True)
    due_on = fields.String(required=True, allow_none=True)
    provisional = fields.Boolean(required=True)
    escalate_on = fields.String(required=True, allow_none=True)
    at_lapse = fields.String(required=True)
    clause = fields.String(required=True)
    verified = fields.Boolean(required=True)
    working_days_left = fields.Integer(required=True, allow_none=True, metadata=_LEFT)


class RepairStepSchema(Schema):
    """One step. ``person`` and ``person_name`` are null for readers outside the authority."""

    event = fields.String(required=True)
    state = fields.String(required=True)
    part = fields.String(required=True)
    person = fields.String(required=True, allow_none=True)
    person_name = fields.String(required=True, allow_none=True)
    entered_by = fields.String(required=True, allow_none=True, metadata={"description": "The code, of `entries`"})
    on = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    detail = fields.Dict(required=True)


class RepairPaperSchema(Schema):
    """A kind of paper that the case takes. ``clause`` null: by a rule of the service, the law says nothing of it."""

    key = fields.String(required=True)
    name = fields.Dict(keys=fields.String(), values=fields.String(), required=True, metadata={"description": "zh, en"})
    clause = fields.String(required=True, allow_none=True)
    needed = fields.Boolean(required=True, metadata={"description": "This case needs it"})
    media_types = fields.List(fields.String(), required=True)
    most_bytes = fields.Integer(required=True)


class RepairMaterialSchema(Schema):
    """One paper."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    sha256 = fields.String(required=True)
    size = fields.Integer(required=True)
    media_type = fields.String(required=True)
    sent_on = fields.String(required=True)
    entered_by = fields.String(required=True, allow_none=True, metadata={"description": "The code, of `entries`"})


class RepairEntrySchema(Schema):
    """A code with which somebody entered who acted in the case for the entity. ``issuer``: who issued it."""

    code = fields.String(required=True, metadata={"description": "Its id, never what it is"})
    issuer = fields.String(required=True, allow_none=True)
    person = fields.String(required=True, allow_none=True, metadata={"description": "Staff code of the issuer"})
    issued_at = fields.String(required=True)
    used_at = fields.String(required=True)
    notice = fields.String(required=True, allow_none=True, metadata={"description": "With which it was served"})
    identified = fields.String(required=True, allow_none=True, metadata={"description": "How a visitor was identified"})
    same_address = fields.Boolean(
        required=True,
        allow_none=True,
        metadata={
            "description": "The issuer was signed in from the address from which it was used; a terminal at the "
            "counter gives the same sign. Null outside the authority"
        },
    )


class RepairHandSchema(Schema):
    """Who took a part of a case; ``name`` null where nobody is called so any more."""

    person = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)


class RepairOpeningSchema(Schema):
    """A step that somebody may take now. ``apart``: by part, who took it here and so may not take this step."""

    event = fields.String(required=True)
    to = fields.String(required=True)
    by = fields.List(fields.String(), required=True)
    apart = fields.Dict(keys=fields.String(), values=fields.List(fields.Nested(RepairHandSchema)), required=True)
    against = fields.String(
        required=True, allow_none=True, metadata={"description": "The problem with which the caller would be refused"}
    )


class RepairClauseSchema(Schema):
    """A clause with its words; ``verified``: they were checked at their source."""

    clause = fields.String(required=True)
    text = fields.String(required=True, allow_none=True)
    verified = fields.Boolean(required=True)


class RepairRuleSchema(Schema):
    """What an edition says in a clause."""

    text = fields.String(required=True)
    clause = fields.String(required=True)


class RepairEffectSchema(Schema):
    """What a grant brings about."""

    effect = fields.String(required=True)
    clause = fields.String(required=True)


class RepairLawSchema(Schema):
    """The edition by which a case is decided, in words."""

    title = fields.String(required=True)
    clause = fields.String(required=True)
    clauses = fields.List(fields.Nested(RepairClauseSchema), required=True)
    effects = fields.List(fields.Nested(RepairEffectSchema), required=True)
    fraud = fields.Nested(RepairRuleSchema, required=True, allow_none=True)
    lifting = fields.Nested(RepairRuleSchema, required=True, allow_none=True)
    separate = fields.Nested(RepairRuleSchema, required=True, allow_none=True)


class RepairConditionSchema(Schema):
    """How one condition stands: holds, waits (from_day), to_do (missing) or never."""

    key = fields.String(required=True)
    text = fields.String(required=True)
    clause = fields.String(required=True)
    verified = fields.Boolean(required=True)
    standing = fields.String(required=True)
    from_day = fields.String(required=True, allow_none=True)
    missing = fields.String(required=True, allow_none=True)
    provisional = fields.Boolean(required=True)


class RepairCaseSchema(RepairCaseBriefSchema):
    """A case with its steps, papers and clocks."""

    as_of = fields.String(required=True)
    next = fields.List(fields.String(), required=True)
    reach = fields.String(
        required=True, allow_none=True, metadata={"description": "Where what a correction had reached is listed"}
    )
    openings = fields.List(fields.Nested(RepairOpeningSchema), required=True)
    law = fields.Nested(RepairLawSchema, required=True)
    conditions_on = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The day of the decision, or today; null for an objection"},
    )
    conditions = fields.List(fields.Nested(RepairConditionSchema), required=True)
    takes_papers = fields.Boolean(required=True)
    missing_papers = fields.List(fields.String(), required=True)
    awaited = fields.List(
        fields.String(), required=True, metadata={"description": "Places that have not followed the grant yet"}
    )
    clocks = fields.List(fields.Nested(RepairClockSchema), required=True)
    steps = fields.List(fields.Nested(RepairStepSchema), required=True)
    papers = fields.List(fields.Nested(RepairPaperSchema), required=True)
    materials = fields.List(fields.Nested(RepairMaterialSchema), required=True)
    entries = fields.List(fields.Nested(RepairEntrySchema), required=True)


class RepairPageSchema(Schema):
    """A page of cases, oldest first."""

    items = fields.List(fields.Nested(RepairCaseBriefSchema), required=True)


class RepairNumberSchema(Schema):
    """The number of a case that was opened."""

    number = fields.String(required=True)


class RepairFileSchema(Schema):
    """A paper that is kept."""

    sha256 = fields.String(required=True)
    size = fields.Integer(required=True)
    media_type = fields.String(required=True)


class RepairableSchema(Schema):
    """One record and whether it could be repaired; without an edition no law speaks of it and the rest is absent."""

    record = fields.Integer(required=True)
    code = fields.String(required=True)
    decided_on = fields.String(required=True)
    record_class = fields.String(required=True, data_key="class", allow_none=True)
    minimum_ends_on = fields.String(required=True, allow_none=True)
    edition = fields.String(required=True, allow_none=True)
    digest = fields.String()
    holds = fields.Boolean()
    from_day = fields.String(allow_none=True)
    waits_until = fields.String(allow_none=True)
    missing = fields.List(fields.String())
    papers = fields.List(fields.String())
    separate = fields.Boolean(metadata={"description": "Whether a responsible person may apply apart from the firm"})
    conditions = fields.List(fields.Nested(RepairConditionSchema))


class RepairableListSchema(Schema):
    """The records of an entity that repair is for."""

    items = fields.List(fields.Nested(RepairableSchema), required=True)
