"""The shape of a plan and of its tasks (marshmallow)."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate, validates_schema

from scoring.sampling.rows import HEAVIEST
from service.inspections.plans.vocabulary import CHANNELS, METHODS, NAMES, ORDERS, ROUNDINGS, ROWS, planning
from service.platform import web

_CODE = validate.Length(min=1, max=64)
_LINE = validate.Length(min=1, max=200)
_TEXT = validate.Length(min=1, max=2_000)
_SHARE = validate.Range(min=0, max=1_000_000)
DRAW_CODE = validate.Regexp(r"[0-9A-Z][0-9A-Z-]{0,39}\Z")


class PlanNamesSchema(web.StrictSchema):
    """A name in both languages."""

    zh = fields.String(required=True, validate=_LINE)
    en = fields.String(required=True, validate=_LINE)


class RatioField(fields.List[Any]):
    """A ratio as [numerator, denominator]: integers, the denominator above 0, at most the whole."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 marshmallow's own options
        super().__init__(fields.Integer(strict=True, validate=_SHARE), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[Any]:  # noqa: ANN401
        read: list[Any] = super()._deserialize(value, attr, data, **options)
        if len(read) != 2 or read[0] > read[1] or read[1] == 0:  # noqa: PLR2004 a pair
            raise web.FieldFault("plan_ratio_malformed")
        return read


class StratumSizeSchema(web.StrictSchema):
    """A ratio that this task lays down itself, with the clause or decision that says so."""

    stratum = fields.String(required=True, validate=_CODE)
    ratio = RatioField(required=True)
    at_least = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0, max=1_000_000))
    clause = fields.String(required=True, validate=_LINE)


class TierWeightSchema(web.StrictSchema):
    """What an entity of a tier weighs in a weighted draw, with the clause or decision that says so."""

    tier = fields.String(required=True, validate=_CODE)
    weight = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=HEAVIEST))
    clause = fields.String(required=True, validate=_LINE)


class SeatSchema(web.StrictSchema):
    """One place in the team of a visit."""

    authority = fields.String(load_default="", validate=validate.Length(max=64), metadata={"description": "Empty: any"})
    skills = fields.List(fields.String(validate=_CODE), load_default=list, validate=validate.Length(max=20))


class TargetSchema(web.StrictSchema):
    """An entity inspected for a cause of its own, within days of its own where it has any."""

    entity = fields.String(required=True, validate=_LINE)
    cause = fields.String(required=True, validate=_LINE)
    basis = fields.String(required=True, validate=_LINE, metadata={"description": "Reference of the record"})
    first_day = web.Day(load_default=None, allow_none=True)
    last_day = web.Day(load_default=None, allow_none=True)


class TaskBasisSchema(web.StrictSchema):
    """Where the law says so."""

    title = fields.String(required=True, validate=_LINE)
    article = fields.String(required=True, validate=_LINE)


class CustodianSchema(web.StrictSchema):
    """Who keeps a copy of a draw's secret, and for which other organisation."""

    id = fields.String(required=True, validate=DRAW_CODE)
    organisation = fields.String(required=True, validate=_LINE)


class TaskSourceSchema(web.StrictSchema):
    """A source of entropy that the plan fixes: a chain of drand by its hash, or an announcement by its name."""

    kind = fields.String(required=True, validate=validate.OneOf(["drand", "balls", "digits", "index"]))
    chain = fields.String(load_default="", validate=validate.Regexp(r"([0-9a-f]{64})?\Z"))
    name = fields.String(load_default="", validate=validate.Length(max=200))

    @validates_schema
    def _whole(self, data: dict[str, Any], **_: object) -> None:
        if (data["kind"] == "drand") != bool(data["chain"]) or bool(data["chain"]) == bool(data["name"]):
            raise web.FieldFault("task_source_malformed")


class TaskSchema(web.StrictSchema):
    """A task (抽查任务): what is inspected, whom, by whom, how many, when, and how the draw is made."""

    title = fields.Nested(PlanNamesSchema, required=True)
    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    items = fields.List(fields.String(validate=DRAW_CODE), required=True, validate=validate.Length(min=1, max=100))
    kinds = fields.List(fields.String(validate=_CODE), required=True, validate=validate.Length(min=1, max=100))
    regions = fields.List(fields.String(validate=_CODE), load_default=list, validate=validate.Length(max=400))
    lead = fields.String(required=True, validate=_CODE)
    partners = fields.List(fields.String(validate=_CODE), load_default=list, validate=validate.Length(max=20))
    basis = fields.List(fields.Nested(TaskBasisSchema), required=True, validate=validate.Length(min=1, max=20))
    method = fields.String(required=True, validate=validate.OneOf(METHODS))
    cut_off_day = web.Day(required=True, metadata={"description": "The day whose entities and tiers count"})
    first_day = web.Day(required=True, metadata={"description": "First day of visits"})
    last_day = web.Day(required=True, metadata={"description": "Last day of visits"})
    deadline = web.Day(required=True, metadata={"description": "Results are audited by this day"})
    contact = fields.String(required=True, validate=_LINE)
    sizes = fields.List(fields.Nested(StratumSizeSchema), load_default=list, validate=validate.Length(max=50))
    order = fields.String(
        load_default="equal",
        validate=validate.OneOf(ORDERS),
        metadata={"description": "pareto: the tiers are one stratum, `weighted`, in which each weighs what is said"},
    )
    weights = fields.List(fields.Nested(TierWeightSchema), load_default=list, validate=validate.Length(max=50))
    rounding = fields.String(load_default="up", validate=validate.OneOf(ROUNDINGS))
    total = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(min=1, max=10**7))
    reserve_ratio = RatioField(load_default=lambda: list(planning()["reserve_ratio"]))
    steps = fields.List(
        fields.Integer(strict=True, validate=validate.Range(min=1, max=10**6)),
        load_default=list,
        validate=validate.Length(max=10),
    )
    seats = fields.List(
        fields.Nested(SeatSchema),
        load_default=lambda: [dict(seat) for seat in planning()["seats"]],
        validate=validate.Length(min=planning()["least_seats"], max=6),
    )
    visits_per_day = fields.Integer(
        load_default=lambda: int(planning()["visits_per_day"]),
        strict=True,
        validate=validate.Range(min=1, max=50),
        metadata={"description": "Visits that an inspector makes in a working day"},
    )
    names = fields.String(load_default="dispatch", validate=validate.OneOf(NAMES))
    rows = fields.String(load_default="open", validate=validate.OneOf(ROWS))
    holder = fields.String(load_default="", metadata={"description": "Who holds the draw's secret"})
    custodians = fields.List(fields.Nested(CustodianSchema), load_default=list, validate=validate.Length(max=10))
    witness_min = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0, max=20))
    sources = fields.List(fields.Nested(TaskSourceSchema), load_default=list, validate=validate.Length(max=20))
    targets = fields.List(fields.Nested(TargetSchema), load_default=list, validate=validate.Length(max=10_000))

    @validates_schema
    def _whole(self, data: dict[str, Any], **_: object) -> None:
        if not data["cut_off_day"] <= data["first_day"] <= data["last_day"] <= data["deadline"]:
            raise web.FieldFault("plan_days_out_of_order")
        if (data["channel"] == "targeted") != bool(data["targets"]):
            raise web.FieldFault("plan_targets_and_channel")


class NewPlanSchema(web.StrictSchema):
    """A plan to be drafted."""

    authority = fields.String(required=True, validate=_CODE)
    year = fields.Integer(required=True, strict=True, validate=validate.Range(min=2000, max=2999))
    names = fields.Nested(PlanNamesSchema, required=True)
    special = fields.Boolean(load_default=False, metadata={"description": "Outside the annual plan; needs its reason"})
    reason = fields.String(load_default=None, allow_none=True, validate=_TEXT)


class PlanReasonSchema(web.StrictSchema):
    """Why."""

    reason = fields.String(required=True, validate=_TEXT)


class PlanDecisionSchema(PlanReasonSchema):
    """What another person decided."""

    approved = fields.Boolean(required=True)


class PlanAmendmentSchema(PlanReasonSchema):
    """Changes of a published plan: tasks by number, null for one that is dropped, ``new`` for others added."""

    tasks = fields.Dict(fields.String(validate=_LINE), fields.Nested(TaskSchema, allow_none=True), load_default=dict)
    new = fields.List(fields.Nested(TaskSchema), load_default=list, validate=validate.Length(max=100))


class PlanListArguments(web.OrderedPageArguments):
    """Which plans are asked for."""

    authority = fields.String(validate=_CODE)
    year = fields.Integer(validate=validate.Range(min=2000, max=2999))


class TaskViewSchema(TaskSchema):
    """A task with its number."""

    number = fields.String(required=True)


class PlanSchema(Schema):
    """A plan with its acts, tasks and amendments."""

    number = fields.String(required=True)
    authority = fields.String(required=True)
    year = fields.Integer(required=True)
    special = fields.Boolean(required=True)
    names = fields.Dict(required=True)
    reason = fields.String(allow_none=True)
    state = fields.String(required=True)
    published_at = fields.String(allow_none=True, metadata={"description": "When it was first published"})
    published_on = fields.Date(allow_none=True)
    published_late = fields.Boolean(required=True)
    acts = fields.List(fields.Dict(), required=True)
    tasks = fields.List(fields.Dict(), required=True)
    amendments = fields.List(fields.Dict(), required=True)
    prepared_by = fields.List(
        fields.String(), metadata={"description": "For staff: everyone who had a hand in it, and may not approve it"}
    )


class PlanNumberSchema(Schema):
    """The number of a plan or task."""

    number = fields.String(required=True)


class PlanBriefSchema(Schema):
    """A plan as a list shows it."""

    number = fields.String(required=True)
    authority = fields.String(required=True)
    year = fields.Integer(required=True)
    special = fields.Boolean(required=True)
    names = fields.Dict(required=True)
    state = fields.String(required=True)
    published_at = fields.String(
        required=True, allow_none=True, metadata={"description": "When it was first published"}
    )


class PlanPageSchema(Schema):
    """One page of plans."""

    items = fields.List(fields.Nested(PlanBriefSchema), required=True)


class FeasibilitySchema(Schema):
    """What a task would take, against what there is."""

    task = fields.String(required=True)
    on = fields.Date(required=True)
    feasible = fields.Boolean(required=True)
    strata = fields.List(fields.Dict(), required=True)
    excluded = fields.Dict(required=True)
    visits = fields.Integer(required=True)
    reserves = fields.Integer(required=True)
    seats = fields.List(fields.Dict(), required=True)
    inspector_days = fields.Dict(required=True)
    shortages = fields.List(fields.Dict(), required=True)
    minimum_out_of_reach = fields.List(fields.Dict(), required=True)
    inclusion = fields.List(fields.Dict(), required=True)
    pending = fields.Integer(required=True)
