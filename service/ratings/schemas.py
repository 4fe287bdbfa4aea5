"""What is asked and answered about tiers."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.platform import web

MOST_KEYS = 10_000
"""Codes that one batch may ask for."""

STATES = ("rated", "provisional", "pending", "ungraded", "unrated")
"""``provisional``: a worse tier is proposed and not in force yet."""

STATUSES = ("provisional", "rejected", "dropped")

POINTS = {"pattern": r"^-?[0-9]+\.[0-9]{2}$"}


class ClocksSchema(web.StrictSchema):
    """The two clocks of a question about another day than today, or by what was known at another time."""

    as_of = web.Day(metadata={"description": "In force on this day, where the entity's authority is"})
    known_at = fields.AwareDateTime(format="iso", metadata={"description": "By what was recorded by this instant"})
    purpose = fields.String(
        validate=validate.Length(min=1, max=200), metadata={"description": "Why it is asked; kept in the query log"}
    )


class BundleArguments(ClocksSchema):
    """One kind, and the two clocks."""

    kind = fields.String(required=True, validate=validate.Length(min=1, max=64))


class HistorySchema(web.PageArguments):
    """A page of the history of one entity."""

    kind = fields.String(validate=validate.Length(min=1, max=64))


class BatchSchema(web.StrictSchema):
    """Many codes at once."""

    entities = fields.List(
        fields.String(validate=validate.Length(min=1, max=80)),
        required=True,
        validate=validate.Length(min=1, max=MOST_KEYS),
    )
    purpose = fields.String(validate=validate.Length(min=1, max=200))


class SuspendedSchema(Schema):
    """An event without effect while it is disputed, by the law of the objection: no line of the explanation."""

    source = fields.String(required=True)
    ref = fields.String(required=True)
    code = fields.String(required=True)
    decided_on = fields.Date(required=True)
    entity = fields.String(required=True, metadata={"description": "Whose event: the entity, or a branch of it"})
    since = fields.Date(required=True)
    objection = fields.String(required=True, metadata={"description": "Number of the objection"})


class KindSchema(Schema):
    """How an entity stands in one kind."""

    state = fields.String(required=True, validate=validate.OneOf(STATES))
    reason = fields.String(allow_none=True, metadata={"description": "Why there is no tier"})
    edition = fields.String(allow_none=True)
    score = fields.String(allow_none=True, metadata=POINTS)
    grade = fields.String(allow_none=True)
    tier = fields.String(allow_none=True)
    digest = fields.String(metadata={"description": "SHA-256 over the bytes of the explanation, in hexadecimal"})
    status = fields.String(
        validate=validate.OneOf(STATUSES), metadata={"description": "Why `proposed` is not in force"}
    )
    proposed = fields.String(metadata={"description": "The tier that the evidence gives and that is not in force"})
    due_on = fields.Date(metadata={"description": "The last day on which an approver may decide"})
    proposal = fields.Integer(allow_none=True, metadata={"description": "Null until the drain has written it"})
    suspended = fields.List(
        fields.Nested(SuspendedSchema),
        metadata={"description": "Where there are any; to those who see reasons"},
    )


class DomainSchema(Schema):
    """How an entity stands in one supervision domain: the worst of its rated kinds."""

    state = fields.String(required=True)
    tier = fields.String(allow_none=True)
    by = fields.List(fields.String(), metadata={"description": "Kinds that give the tier"})
    without = fields.Dict(fields.String(), fields.String(), metadata={"description": "Kinds left out, each with why"})


class TierSchema(Schema):
    """The tier of one entity. Partners see no explanation; the public sees the published kinds, no more."""

    entity = fields.String(required=True)
    name = fields.String(required=True)
    as_of = fields.Date(required=True)
    computed_at = fields.AwareDateTime(
        format="iso", metadata={"description": "To the public only where every kind is published, like `disputed`"}
    )
    position = fields.Integer(allow_none=True, metadata={"description": "Sealed position that it is known at"})
    pending = fields.Boolean(metadata={"description": "Newer evidence was explained for this answer"})
    disputed = fields.Boolean()
    audience = fields.String(required=True)
    state = fields.String()
    reason = fields.String(allow_none=True, metadata={"description": "Why there is no tier where no kind says it"})
    reason_told = fields.String(metadata={"description": "To the public: the reason as a sentence"})
    tier = fields.String(allow_none=True)
    domains = fields.Dict(fields.String(), fields.Nested(DomainSchema))
    next_change_on = fields.Date(allow_none=True)
    quarantined = fields.Boolean()
    kinds = fields.Dict(fields.String(), fields.Nested(KindSchema), required=True)
    explanations = fields.List(fields.Dict(), metadata={"description": "One explanation for each kind"})


class RatingSchema(Schema):
    """One rating that was in force."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    as_of = fields.Date(required=True)
    computed_at = fields.AwareDateTime(format="iso", required=True)
    edition = fields.String(allow_none=True)
    state = fields.String(required=True)
    reason = fields.String(allow_none=True)
    score = fields.String(allow_none=True, metadata=POINTS)
    grade = fields.String(allow_none=True)
    tier = fields.String(allow_none=True)
    next_change_on = fields.Date(allow_none=True)
    digest = fields.String(required=True)
    status = fields.String(allow_none=True, validate=validate.OneOf(STATUSES))
    proposed = fields.String(allow_none=True)
    due_on = fields.Date(allow_none=True)


class RatingListSchema(Schema):
    """A page of ratings, newest first."""

    items = fields.List(fields.Nested(RatingSchema), required=True)


class TierCountSchema(Schema):
    """Entities of one region that stand alike; without a state nothing was computed for them yet."""

    region = fields.String(required=True)
    tier = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, allow_none=True)
    entities = fields.Integer(required=True)


class TierWaitingSchema(Schema):
    """Entities that wait to be rated, in the whole register, and how many seconds the first of them."""

    entities = fields.Integer(required=True)
    seconds = fields.Integer(required=True, allow_none=True)


class TierCountsSchema(Schema):
    """How entities are distributed over the tiers."""

    items = fields.List(fields.Nested(TierCountSchema), required=True)
    waiting = fields.Nested(TierWaitingSchema, required=True)


class MovementsArguments(web.StrictSchema):
    """Over how many days moves are counted."""

    days = fields.Integer(load_default=30, validate=validate.Range(min=1, max=366))


class MovementSchema(Schema):
    """Ratings that moved alike: one entity of two kinds may move in both."""

    was = fields.String(required=True)
    now = fields.String(required=True, allow_none=True, metadata={"description": "null: no tier is in force any more"})
    fell = fields.Boolean(required=True, metadata={"description": "Whether to a worse tier"})
    moves = fields.Integer(required=True)


class MovementsSchema(Schema):
    """How tiers moved since a day, that day not included."""

    after = fields.Date(required=True)
    items = fields.List(fields.Nested(MovementSchema), required=True)
    fell = fields.Integer(required=True, metadata={"description": "Moves to a worse tier"})
    rose = fields.Integer(required=True, metadata={"description": "Moves to a better tier"})
    net = fields.Dict(
        fields.String(),
        fields.Integer(),
        required=True,
        metadata={"description": "By tier: the ratings that came, less those that left"},
    )


class BatchItemSchema(Schema):
    """One code of a batch, in the order of the question: its answer without explanation, or the code of a problem."""

    asked = fields.String(required=True)
    entity = fields.String()
    problem = fields.String()
    as_of = fields.Date()
    computed_at = fields.AwareDateTime(format="iso")
    pending = fields.Boolean()
    disputed = fields.Boolean()
    state = fields.String()
    reason = fields.String(allow_none=True, metadata={"description": "Why there is no tier where no kind says it"})
    tier = fields.String(allow_none=True)
    domains = fields.Dict()
    kinds = fields.Dict(fields.String(), fields.Nested(KindSchema))


class BatchAnswerSchema(Schema):
    """Every code that was asked."""

    items = fields.List(fields.Nested(BatchItemSchema), required=True)


class WayBackArguments(web.StrictSchema):
    """Which kind, and the day on which something would be done."""

    kind = fields.String(required=True, validate=validate.Length(min=1, max=64))
    on = web.Day(metadata={"description": "The day of correcting or performing; today unless given"})


class SentenceSchema(Schema):
    """One sentence and the part of the rating that it tells."""

    part = fields.String(required=True)
    text = fields.String(required=True)


class WordsSchema(Schema):
    """The reasons of a tier as sentences, by kind."""

    entity = fields.String(required=True)
    as_of = fields.Date(required=True)
    pending = fields.Boolean(required=True)
    kinds = fields.Dict(fields.String(), fields.List(fields.Nested(SentenceSchema)), required=True)
    reason = fields.String(allow_none=True, metadata={"description": "Why there is no tier where no kind says it"})


class PreviewedSchema(Schema):
    """How an entity stands, with the reasons as sentences by kind; ``reason``: why no kind says it has no tier."""

    as_of = fields.Date(required=True)
    state = fields.String(required=True)
    tier = fields.String(required=True, allow_none=True)
    next_change_on = fields.Date(required=True, allow_none=True)
    disputed = fields.Boolean(required=True)
    reason = fields.String(required=True, allow_none=True)
    kinds = fields.Dict(fields.String(), fields.Nested(KindSchema), required=True)
    words = fields.Dict(fields.String(), fields.List(fields.Nested(SentenceSchema)), required=True)


class PreviewSchema(Schema):
    """The tier before and after something that is not recorded."""

    entity = fields.String(required=True)
    held = fields.Boolean(required=True, metadata={"description": "It is recorded already, so nothing would change"})
    takes_two = fields.Boolean(
        required=True, metadata={"description": "`after` comes once another person has confirmed the act"}
    )
    warnings = fields.List(fields.Dict(), required=True)
    before = fields.Nested(PreviewedSchema, required=True)
    after = fields.Nested(PreviewedSchema, required=True)


class WayBackSchema(Schema):
    """How to get back to a better tier, as data and as sentences."""

    entity = fields.String(required=True)
    kind = fields.String(required=True)
    as_of = fields.Date(required=True)
    scale = fields.String(required=True, validate=validate.OneOf(["tier", "grade"]))
    now = fields.String(allow_none=True, metadata={"description": "In force; the ways are those back from `proposed`"})
    status = fields.String(
        validate=validate.OneOf(STATUSES), metadata={"description": "Why `proposed` is not in force"}
    )
    proposed = fields.String(metadata={"description": "The tier that the evidence gives and that is not in force"})
    due_on = fields.Date(metadata={"description": "The last day on which an approver may decide"})
    lapses = fields.List(fields.Dict(), required=True)
    by_waiting = fields.List(fields.Dict(), required=True)
    by_acting = fields.List(fields.Dict(), required=True)
    words = fields.List(fields.String(), required=True)


class BundledEditionSchema(Schema):
    """An edition of a bundle, word for word."""

    id = fields.String(required=True)
    digest = fields.String(required=True, metadata={"description": "SHA-256 of the text as UTF-8, in hexadecimal"})
    text = fields.String(required=True)


class RatingBundleSchema(Schema):
    """One rating with all that it is made from, as canonical JSON; `python -m scoring verify` works it out again."""

    type = fields.String(required=True, validate=validate.Equal("rating_bundle"))
    schema = fields.String(required=True)
    entity = fields.String(required=True)
    kind = fields.String(required=True)
    region = fields.String(required=True)
    as_of = fields.Date(required=True)
    known_at = fields.String(required=True, metadata={"description": "Instant in UTC"})
    position = fields.Integer(metadata={"description": "Sealed position of the evidence, where `known_at` was asked"})
    editions = fields.List(fields.Nested(BundledEditionSchema), required=True)
    evidence = fields.List(fields.Dict(), required=True, metadata={"description": "Lines as `scoring rate` reads them"})
    explanation = fields.Dict(required=True)
    explanation_digest = fields.String(required=True)


class SetApartSchema(Schema):
    """An entity whose rating raises; tried again every hour."""

    entity = fields.String(required=True)
    name = fields.String(required=True)
    authority = fields.String(required=True)
    region = fields.String(required=True)
    since = fields.AwareDateTime(required=True, format="iso")
    attempts = fields.Integer(required=True)
    error = fields.String(required=True, metadata={"description": "Its last line; the log has all of it"})


class SetApartListSchema(Schema):
    """A page of entities that are set apart, by the order of their registration."""

    items = fields.List(fields.Nested(SetApartSchema), required=True)


class WorklistSchema(web.PageArguments):
    """A page of the tiers that wait for an approver."""

    kind = fields.String(validate=validate.Length(min=1, max=64))


class ProposalSchema(Schema):
    """A tier that is proposed: `tier` stays in force until it is decided, or what `lapses_to` says happens."""

    id = fields.Integer(required=True)
    entity = fields.String(required=True)
    name = fields.String(required=True)
    authority = fields.String(required=True)
    region = fields.String(required=True)
    kind = fields.String(required=True)
    edition = fields.String(required=True)
    tier = fields.String(required=True)
    grade = fields.String(allow_none=True)
    proposed = fields.String(required=True)
    raised_on = fields.Date(required=True)
    due_on = fields.Date(required=True, metadata={"description": "The last day on which an approver may decide"})
    due_provisional = fields.Boolean(
        required=True, metadata={"description": "No notice of holidays has settled the days up to it"}
    )
    lapses_to = fields.String(required=True, validate=validate.OneOf(["in_force", "dropped"]))


class ProposalListSchema(Schema):
    """A page of proposals, due first."""

    items = fields.List(fields.Nested(ProposalSchema), required=True)


class ConfirmationSchema(web.StrictSchema):
    """A confirmation; a reason may be given."""

    reason = fields.String(load_default="", validate=validate.Length(max=2_000))


class RejectionSchema(web.StrictSchema):
    """A rejection and its reason."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=2_000))


class DecidedSchema(Schema):
    """A decision on a proposal: `tier` is in force by it, once the entity is rated anew."""

    id = fields.Integer(required=True)
    entity = fields.String(required=True)
    kind = fields.String(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(["confirmed", "rejected"]))
    tier = fields.String(required=True)
    on = web.Day(required=True)
