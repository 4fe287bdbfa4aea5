"""The shape of overrides and their counts (marshmallow)."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.platform import override_kinds, web


class OverrideCountsArguments(web.StrictSchema):
    """Which year, none named: this one; which authority, none named: all."""

    authority = fields.String(validate=validate.Length(min=1, max=64))
    year = fields.Integer(validate=validate.Range(web.FIRST_YEAR, web.LAST_YEAR))


class OverrideKindSchema(Schema):
    """A kind of what a person may decide in place of the rule."""

    code = fields.String(required=True)
    of = fields.String(required=True, metadata={"description": "draw | tier | deadline | cap"})
    zh = fields.String(required=True)
    en = fields.String(required=True)


class OverrideCountSchema(Schema):
    """How often in a month; a kind that has no row did not happen."""

    month = fields.String(required=True, metadata={"description": "YYYY-MM, by the authority's own clock"})
    authority = fields.String(required=True)
    of = fields.String(required=True)
    kind = fields.String(required=True)
    count = fields.Integer(required=True)


class OverrideCountsSchema(Schema):
    """The counts of a year, and every kind that is counted."""

    year = fields.Integer(required=True)
    kinds = fields.List(fields.Nested(OverrideKindSchema), required=True)
    items = fields.List(fields.Nested(OverrideCountSchema), required=True)


class OverridesArguments(web.OrderedPageArguments):
    """Which overrides to list; none named: all that the caller reaches."""

    authority = fields.String(validate=validate.Length(min=1, max=64))
    kind = fields.String(validate=validate.OneOf(list(override_kinds())))
    first = web.Day(metadata={"description": "From this day on"})
    last = web.Day(metadata={"description": "Up to this day"})


class OverrideSchema(Schema):
    """One decision in place of the rule."""

    id = fields.Integer(required=True)
    of = fields.String(required=True)
    kind = fields.String(required=True)
    authority = fields.String(required=True)
    subject = fields.String(required=True, metadata={"description": "Number or key of what was decided about"})
    person = fields.String(required=True, metadata={"description": "Who decided, as the ledger names callers"})
    role = fields.String(required=True)
    staff_code = fields.String(required=True, allow_none=True)
    proposed_by = fields.String(required=True, allow_none=True, metadata={"description": "Who asked for it"})
    reason = fields.String(required=True)
    taken_at = fields.AwareDateTime(required=True)


class OverridesPageSchema(Schema):
    """One page of them."""

    items = fields.List(fields.Nested(OverrideSchema), required=True)
