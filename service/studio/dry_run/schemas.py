"""The shape of what dry runs answer over HTTP (marshmallow)."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

_POINTS = validate.Regexp(r"-?[0-9]+\.[0-9]{2}\Z")


class DryRunCellSchema(Schema):
    """How many go from one tier or grade to another; null: none."""

    before = fields.String(required=True, allow_none=True)
    after = fields.String(required=True, allow_none=True)
    entities = fields.Integer(required=True)


class DryRunMatrixSchema(Schema):
    """The migration of some entities; `better` and `worse` by tier, in the order of the edition."""

    better = fields.Integer(required=True)
    worse = fields.Integer(required=True)
    tiers = fields.List(fields.Nested(DryRunCellSchema), required=True)
    grades = fields.List(fields.Nested(DryRunCellSchema), required=True)


class DryRunGroupSchema(DryRunMatrixSchema):
    """The migration of a region, an authority, a value of an attribute; null: those who have none."""

    value = fields.String(required=True, allow_none=True)


class DryRunNearSchema(Schema):
    """Of those with a grade afterwards, how many just reach a bound and how many just miss one."""

    grade = fields.String(required=True, allow_none=True)
    reach = fields.Integer(required=True)
    miss = fields.Integer(required=True)


class DryRunDistanceSchema(Schema):
    """How many are so far from their nearest bound: from `from` up to a point more; below 0 they miss it."""

    from_ = fields.String(required=True, data_key="from", validate=_POINTS)
    before = fields.Integer(required=True)
    after = fields.Integer(required=True)


class DryRunKindSchema(DryRunMatrixSchema):
    """The migration of a kind, as a whole and group by group."""

    entities = fields.Integer(required=True)
    rated = fields.Boolean(required=True)
    order = fields.List(fields.String(), required=True, metadata={"description": "The tiers afterwards, best first"})
    moved = fields.Integer(required=True, metadata={"description": "Entities whose tier or grade is another"})
    near_bounds = fields.List(fields.Nested(DryRunNearSchema), required=True)
    distances = fields.List(fields.Nested(DryRunDistanceSchema), required=True)
    by = fields.Dict(fields.String(), fields.List(fields.Nested(DryRunGroupSchema)), required=True)


class DryRunRemarkSchema(Schema):
    """Something that the lint of editions doubts."""

    code = fields.String(required=True)
    clause = fields.String(required=True)
    pointer = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)


class DryRunFoundSchema(Schema):
    """What a dry run finds: where the stock comes from, and the migration of each kind."""

    edition = fields.String(required=True)
    edition_digest = fields.String(required=True, metadata={"description": "SHA-256 of the text tried"})
    replaces = fields.List(
        fields.String(), required=True, metadata={"description": "Editions that give way to it somewhere"}
    )
    remarks = fields.List(fields.Nested(DryRunRemarkSchema), required=True)
    position = fields.Integer(required=True, metadata={"description": "Of the ledger: what the stock knows"})
    stock_day = fields.Date(required=True, format="iso")
    stock_digest = fields.String(required=True)
    day = fields.Date(required=True, format="iso")
    within = fields.String(required=True, validate=_POINTS)
    kinds = fields.Dict(fields.String(), fields.Nested(DryRunKindSchema), required=True)


class DryRunCauseSchema(Schema):
    """A changed clause: whom it moves alone, and who would stand elsewhere without it; null: there is no such text."""

    clause = fields.String(required=True)
    alone = fields.Integer(required=True, allow_none=True)
    without = fields.Integer(required=True, allow_none=True)
    changes = fields.List(fields.Dict(fields.String(), fields.String()), required=True)


class DryRunCausesSchema(Schema):
    """The changed clauses, those that move most first; `clauses` null: too many to try each."""

    edition = fields.String(required=True, metadata={"description": "The edition that gives way"})
    changed = fields.Integer(required=True, metadata={"description": "Clauses that differ"})
    moved = fields.Integer(required=True)
    by_succession = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Who moves without any change of words"}
    )
    clauses = fields.List(fields.Nested(DryRunCauseSchema), required=True, allow_none=True)
    unexplained = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Who moves, but by no clause alone"}
    )


class DryRunBothSchema(Schema):
    """A count under either law."""

    before = fields.Integer(required=True)
    after = fields.Integer(required=True)


class DryRunSeatsSchema(DryRunBothSchema):
    """Seats in visits that are needed, those that working days allow, and those that limits of inspectors allow."""

    in_days = fields.Integer(required=True)
    in_caps = fields.Integer(required=True)


class DryRunShortSchema(Schema):
    """What there is too little of: days, or visits that inspectors may make; null: nothing."""

    before = fields.String(required=True, allow_none=True, validate=validate.OneOf(["days", "caps"]))
    after = fields.String(required=True, allow_none=True, validate=validate.OneOf(["days", "caps"]))


class DryRunMonthSchema(DryRunBothSchema):
    """Visits of a month, and the seats that inspectors have in it."""

    month = fields.String(required=True)
    seats = fields.Integer(required=True)


class DryRunTogetherSchema(Schema):
    """The visits that the tiers of entities ask for, against inspectors."""

    inspectors = fields.Integer(required=True)
    visits = fields.Nested(DryRunBothSchema, required=True)
    seats = fields.Nested(DryRunSeatsSchema, required=True)
    short_of = fields.Nested(DryRunShortSchema, required=True)
    months = fields.List(fields.Nested(DryRunMonthSchema), required=True)


class DryRunOfficeSchema(DryRunTogetherSchema):
    """The entities and inspectors of one authority."""

    authority = fields.String(required=True)


class DryRunBesideSchema(Schema):
    """Names of strata under either law."""

    before = fields.List(fields.String(), required=True)
    after = fields.List(fields.String(), required=True)


class DryRunVisitsSchema(Schema):
    """Visits of the coming months. `provisional`: a working day was counted that no notice has settled."""

    months = fields.List(fields.String(), required=True)
    provisional = fields.Boolean(required=True)
    seats_per_visit = fields.Integer(required=True)
    visits_per_day = fields.Integer(required=True)
    without_frequency = fields.Nested(DryRunBothSchema, required=True)
    strata_not_counted = fields.Nested(
        DryRunBesideSchema, metadata={"description": "Strata beside the tiers, whose own ratios are not in the visits"}
    )
    whole = fields.Nested(DryRunTogetherSchema, required=True)
    authorities = fields.List(fields.Nested(DryRunOfficeSchema), required=True)


class DryRunStratumSchema(Schema):
    """How many a stratum holds and how many are drawn."""

    size = fields.Integer(required=True)
    draw = fields.Integer(required=True)


class DryRunStrataSchema(Schema):
    """A stratum of a task under either law."""

    stratum = fields.String(required=True)
    before = fields.Nested(DryRunStratumSchema, required=True)
    after = fields.Nested(DryRunStratumSchema, required=True)


class DryRunTaskSchema(Schema):
    """An open task. `frozen`: a draw holds it, so its frame stays; `refused`: why it cannot be laid."""

    task = fields.String(required=True)
    plan = fields.String(required=True)
    state = fields.String(required=True)
    title = fields.Dict(fields.String(), fields.String(allow_none=True), required=True)
    authority = fields.String(required=True)
    cut_off_day = fields.Date(required=True, format="iso")
    frozen = fields.Boolean(required=True)
    strata = fields.List(fields.Nested(DryRunStrataSchema), required=True)
    visits = fields.Nested(DryRunBothSchema, required=True, allow_none=True)
    refused = fields.String(required=True, allow_none=True)


class DryRunPlansSchema(Schema):
    """Open tasks; `left_out`: those that were too many to be laid."""

    tasks = fields.List(fields.Nested(DryRunTaskSchema), required=True)
    left_out = fields.Integer(required=True)


class DryRunHeadSchema(Schema):
    """Who tried which edition on what, and when. `authorities` null: the whole stock was looked at."""

    run = fields.Integer(required=True)
    person = fields.String(required=True)
    ran_at = fields.DateTime(required=True)
    proposal = fields.Integer(required=True, allow_none=True)
    edition = fields.String(required=True)
    edition_digest = fields.String(required=True)
    position = fields.Integer(required=True)
    stock_day = fields.Date(required=True, format="iso")
    stock_digest = fields.String(required=True)
    day = fields.Date(required=True, format="iso")
    authorities = fields.List(fields.String(), required=True, allow_none=True)
    regions = fields.List(fields.String(), required=True)


class DryRunSchema(DryRunFoundSchema, DryRunHeadSchema):
    """A dry run that is kept, whole."""

    causes = fields.Nested(DryRunCausesSchema, required=True, allow_none=True)
    visits = fields.Nested(DryRunVisitsSchema, required=True)
    plans = fields.Nested(DryRunPlansSchema, required=True)


class DryRunListSchema(Schema):
    """Dry runs, the latest first."""

    items = fields.List(fields.Nested(DryRunHeadSchema), required=True)


class DryRunStandSchema(Schema):
    """An entity under one law: what it has and why."""

    tier = fields.String(required=True, allow_none=True)
    grade = fields.String(required=True, allow_none=True)
    total = fields.String(required=True, allow_none=True, validate=_POINTS)
    explanation = fields.Dict(required=True, metadata={"description": "As docs/evaluation.md tells it"})
    told = fields.List(fields.String(), required=True, metadata={"description": "The explanation in words"})


class DryRunEntitySchema(Schema):
    """An entity that moves, or is near a bound; the names of natural persons are masked."""

    n = fields.Integer(required=True, metadata={"description": "Its place in the run"})
    entity = fields.String(required=True)
    name = fields.String(required=True)
    natural_person = fields.Boolean(required=True)
    kind = fields.String(required=True)
    region = fields.String(required=True)
    authority = fields.String(required=True)
    moved = fields.Boolean(required=True)
    near = fields.Boolean(required=True)
    margin = fields.String(
        required=True,
        allow_none=True,
        validate=_POINTS,
        metadata={"description": "Points to the nearest bound afterwards; below 0 it misses it"},
    )
    before = fields.Nested(DryRunStandSchema, required=True)
    after = fields.Nested(DryRunStandSchema, required=True)


class DryRunEntitiesSchema(Schema):
    """Entities of a run, in its order."""

    items = fields.List(fields.Nested(DryRunEntitySchema), required=True)


class DryRunPairSchema(Schema):
    """A count in either run."""

    run = fields.Integer(required=True)
    against = fields.Integer(required=True)


class DryRunOtherCellSchema(DryRunPairSchema):
    """A cell in which two runs differ."""

    before = fields.String(required=True, allow_none=True)
    after = fields.String(required=True, allow_none=True)


class DryRunKindPairSchema(Schema):
    """A kind in two runs: counts of both, and the cells in which they differ."""

    entities = fields.Nested(DryRunPairSchema, required=True)
    moved = fields.Nested(DryRunPairSchema, required=True)
    better = fields.Nested(DryRunPairSchema, required=True)
    worse = fields.Nested(DryRunPairSchema, required=True)
    tiers = fields.List(fields.Nested(DryRunOtherCellSchema), required=True)
    grades = fields.List(fields.Nested(DryRunOtherCellSchema), required=True)


class DryRunComparisonSchema(Schema):
    """Two runs against each other; `comparable`: they are of one stock, day and scope."""

    run = fields.Nested(DryRunHeadSchema, required=True)
    against = fields.Nested(DryRunHeadSchema, required=True)
    comparable = fields.Boolean(required=True)
    kinds = fields.Dict(fields.String(), fields.Nested(DryRunKindPairSchema), required=True)


class StockKeptSchema(Schema):
    """A column snapshot that is there."""

    position = fields.Integer(required=True)
    day = fields.Date(required=True, format="iso")


class StockListSchema(Schema):
    """The snapshots that are there, the newest first."""

    items = fields.List(fields.Nested(StockKeptSchema), required=True)


class EditionNumberSchema(Schema):
    """A number that an edition states: its place, its line from 1, how it is written, and what it is, by language."""

    place = fields.String(required=True)
    line = fields.Integer(required=True)
    written = fields.String(required=True)
    clause = fields.String(required=True, metadata={"description": "That governs it; empty where none does"})
    told = fields.Dict(
        fields.String(), fields.String(), required=True, metadata={"description": "The place as changes tell it"}
    )


class EditionNumbersSchema(Schema):
    """Every number of an edition, in the order of its text."""

    edition = fields.String(required=True)
    items = fields.List(fields.Nested(EditionNumberSchema), required=True)
