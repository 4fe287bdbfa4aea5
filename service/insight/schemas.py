"""The shape of statistics (marshmallow). Probabilities and rates are numbers from 0 to 1."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.platform import web


class StatisticsGroupSchema(Schema):
    """One group of a frame: how many were to be expected among the drawn, how many were drawn."""

    group = fields.String(required=True)
    size = fields.Integer(required=True)
    expected = fields.Float(required=True, metadata={"description": "Sum of inclusion probabilities"})
    actual = fields.Integer(required=True)
    standard_error = fields.Float(required=True, metadata={"description": "Of the actual number, under the design"})
    deviation = fields.Float(required=True, metadata={"description": "(actual − expected) in standard errors"})


class StatisticsRankSchema(Schema):
    """A statistic among its values for other seeds."""

    statistic = fields.Float(required=True)
    expected = fields.Float(required=True, metadata={"description": "Mean of the statistic over other seeds"})
    p = fields.Float(required=True, metadata={"description": "Part of all seeds with at least this statistic"})
    far = fields.Float(required=True, allow_none=True, metadata={"description": "In standard deviations of the others"})


class StatisticsSampledSchema(Schema):
    """Who was drawn, by one dimension."""

    dimension = fields.String(required=True)
    name = fields.String(required=True)
    verdict = fields.String(
        required=True, metadata={"description": "fits | unlikely | impossible | fixed | too_few, told in words too"}
    )
    told = fields.String(required=True)
    statistic = fields.Float(required=True, metadata={"description": "Chi-square with the covariance of the design"})
    freedom = fields.Integer(required=True, metadata={"description": "Degrees of freedom"})
    p = fields.Float(required=True, allow_none=True, metadata={"description": "Null without a degree of freedom"})
    pooled = fields.List(fields.String(), required=True, metadata={"description": "Groups tested as one"})
    ranked = fields.Nested(
        StatisticsRankSchema,
        required=True,
        allow_none=True,
        metadata={"description": "Over all groups, where some are too small for chi-square"},
    )
    groups = fields.List(fields.Nested(StatisticsGroupSchema), required=True)


class StatisticsCountSchema(Schema):
    """An inspector or a pair: seats given, against the mean over other seeds."""

    inspectors = fields.List(fields.String(), required=True)
    actual = fields.Integer(required=True)
    expected = fields.Float(required=True)
    standard_error = fields.Float(required=True)
    deviation = fields.Float(required=True)


class StatisticsStaffingSchema(StatisticsRankSchema):
    """Who was sent: inspectors, pairs (Σ (actual − expected)²), or the balance (most less least seats of the year)."""

    dimension = fields.String(required=True)
    name = fields.String(required=True)
    verdict = fields.String(required=True)
    told = fields.String(required=True)
    groups = fields.List(fields.Nested(StatisticsCountSchema), required=True)


class StatisticsResolutionSchema(Schema):
    """What a rank among so many other seeds can show."""

    least_p = fields.Float(required=True, metadata={"description": "No p can be smaller"})
    told = fields.String(required=True)


class StatisticsPartSchema(Schema):
    """One part of a draw."""

    part = fields.String(required=True)
    authority = fields.String(required=True)
    task = fields.String(required=True)
    frame = fields.Integer(required=True, metadata={"description": "Entities drawn from"})
    drawn = fields.Integer(required=True)
    sampled = fields.List(fields.Nested(StatisticsSampledSchema), required=True)
    redraws = fields.Integer(required=True, metadata={"description": "Other seeds tried for small groups"})
    redraws_show = fields.Nested(StatisticsResolutionSchema, required=True, allow_none=True)
    seeds = fields.Integer(required=True, allow_none=True, metadata={"description": "Other seeds tried for teams"})
    seeds_show = fields.Nested(StatisticsResolutionSchema, required=True, allow_none=True)
    staffing = fields.List(fields.Nested(StatisticsStaffingSchema), required=True)


class StatisticsEventSchema(Schema):
    """What happened after a draw of one kind and reason, by the person who proposed it, or called the visit off."""

    kind = fields.String(required=True)
    reason = fields.String(required=True)
    by = fields.String(required=True)
    events = fields.Integer(required=True)


class StatisticsWarningSchema(Schema):
    """What is to be looked into."""

    code = fields.String(required=True)
    part = fields.String()
    dimension = fields.String()
    inspector = fields.String(allow_none=True)
    text = fields.String(required=True)


class FairnessSchema(Schema):
    """Whether a draw looks like what its design promises."""

    draw = fields.String(required=True)
    authority = fields.String(required=True)
    result = fields.String(required=True, metadata={"description": "Digest of the result document"})
    void = fields.Boolean(required=True)
    unlikely_below = fields.Float(required=True)
    parts = fields.List(fields.Nested(StatisticsPartSchema), required=True)
    aftermath = fields.List(fields.Nested(StatisticsEventSchema), required=True)
    warnings = fields.List(fields.Nested(StatisticsWarningSchema), required=True)


class StatisticsArguments(web.StrictSchema):
    """A year of an authority and all below it; none named: all that the caller reaches, this year."""

    authority = fields.String(validate=validate.Length(min=1, max=64))
    year = fields.Integer(metadata={"minimum": web.FIRST_YEAR, "maximum": web.LAST_YEAR})


class StatisticsYearSchema(Schema):
    """What was asked about; ``on``: the last day that counts, and the day of tiers and certificates."""

    authority = fields.String(required=True, allow_none=True)
    year = fields.Integer(required=True)
    on = fields.Date(required=True, format="iso")


class StatisticsRateSchema(Schema):
    """An estimated rate of the entities drawn from, and what it is made of."""

    dimension = fields.String(required=True, metadata={"description": "all | tier | kind"})
    group = fields.String(required=True)
    rate = fields.Float(required=True, allow_none=True)
    standard_error = fields.Float(required=True, allow_none=True)
    low = fields.Float(required=True, allow_none=True)
    high = fields.Float(required=True, allow_none=True)
    entities = fields.Float(required=True, metadata={"description": "Estimated number that could be inspected"})
    inspected = fields.Integer(required=True)
    found = fields.Integer(required=True)


class StatisticsOtherSchema(Schema):
    """Visits of another type: whoever is aimed at is no sample of anybody."""

    type = fields.String(required=True)
    inspected = fields.Integer(required=True)
    found = fields.Integer(required=True)


class FindingRateSchema(StatisticsYearSchema):
    """The rate at which something is found, by random visits alone."""

    confidence = fields.Float(required=True)
    draws = fields.List(fields.String(), required=True)
    drawn = fields.Integer(required=True)
    answered = fields.Integer(required=True, metadata={"description": "Whose visit was audited"})
    silent = fields.Integer(required=True, metadata={"description": "Entities for which nobody answered"})
    lonely = fields.Integer(required=True, metadata={"description": "Strata of a draw with one answer"})
    rates = fields.List(fields.Nested(StatisticsRateSchema), required=True)
    others = fields.List(fields.Nested(StatisticsOtherSchema), required=True)


class TierCoverageSchema(Schema):
    """The entities of one tier on the day."""

    tier = fields.String(required=True)
    entities = fields.Integer(required=True)
    inspected = fields.Integer(required=True, metadata={"description": "At least once in the year, by whomever"})
    not_inspected = fields.Integer(required=True)
    never = fields.Integer(required=True, metadata={"description": "Not in any year"})
    rate = fields.Float(required=True)


class CoverageSchema(StatisticsYearSchema):
    """Who was inspected in a year, by tier."""

    tiers = fields.List(fields.Nested(TierCoverageSchema), required=True)
    out = fields.Integer(required=True, metadata={"description": "Entities that the register keeps out of frames"})
    explained = fields.Integer(required=True, metadata={"description": "Tiers that were computed for this answer"})


class UnvisitedListArguments(StatisticsArguments):
    """Which entities without an inspection are asked for, all at once."""

    tier = fields.String(required=True, validate=validate.Length(min=1, max=40))


class UnvisitedArguments(web.PageArguments, UnvisitedListArguments):
    """One page of them."""


class UnvisitedSchema(Schema):
    """An entity that was not inspected in the year."""

    entity = fields.String(required=True)
    name = fields.String(required=True)
    tier = fields.String(required=True)
    kinds = fields.List(fields.String(), required=True)
    authority = fields.String(required=True)
    region = fields.String(required=True)
    last_inspected_on = fields.Date(required=True, allow_none=True, format="iso")


class UnvisitedPageSchema(Schema):
    """One page of them, by key."""

    items = fields.List(fields.Nested(UnvisitedSchema), required=True)


class KeyFigureSchema(Schema):
    """A key figure, and what stands above and below the line."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    numerator = fields.Integer(required=True)
    denominator = fields.Integer(required=True)
    rate = fields.Float(required=True, allow_none=True, metadata={"description": "Null where nothing is to be divided"})
    target = fields.Float(required=True, allow_none=True)
    reached = fields.Boolean(required=True, allow_none=True)
    numerator_is = fields.String(required=True)
    denominator_is = fields.String(required=True)
    source = fields.String(required=True)


class KeyFiguresSchema(StatisticsYearSchema):
    """The key figures of a year."""

    figures = fields.List(fields.Nested(KeyFigureSchema), required=True)


class ThresholdSchema(Schema):
    """The scores after the visits of an inspector, about the thresholds of grades."""

    inspector = fields.String(required=True, allow_none=True, metadata={"description": "Null: all together"})
    scores = fields.Integer(required=True)
    just_short = fields.Integer(required=True, metadata={"description": "Within one window on the better side"})
    just_beyond = fields.Integer(required=True)
    farther_short = fields.Integer(required=True, metadata={"description": "One window farther"})
    farther_beyond = fields.Integer(required=True)
    excess = fields.Float(required=True, metadata={"description": "Over what a straight density gives"})
    z = fields.Float(required=True, allow_none=True)
    p = fields.Float(required=True, allow_none=True)
    adjusted_p = fields.Float(required=True, allow_none=True, metadata={"description": "For the number tested"})
    verdict = fields.String(required=True, metadata={"description": "fits | unlikely | too_few"})
    told = fields.String(required=True)


class ThresholdsSchema(StatisticsYearSchema):
    """Whether scores stop just short of thresholds."""

    least = fields.Integer(required=True, metadata={"description": "Scores in the inner windows that a test needs"})
    unlikely_below = fields.Float(required=True)
    items = fields.List(fields.Nested(ThresholdSchema), required=True)
    warnings = fields.List(fields.Nested(StatisticsWarningSchema), required=True)


class TierOfKindSchema(Schema):
    """Ratings of one kind in one region that stand alike."""

    region = fields.String(required=True)
    kind = fields.String(required=True)
    tier = fields.String(required=True, allow_none=True)
    ratings = fields.Integer(required=True)


class TiersByKindSchema(Schema):
    """How ratings are distributed: an entity of two kinds counts in both."""

    counted_at = fields.AwareDateTime(format="iso", required=True)
    items = fields.List(fields.Nested(TierOfKindSchema), required=True)
