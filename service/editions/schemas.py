"""Editions and their proposals as the interface takes and shows them."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, validate, validates_schema

from service.platform import web

_OF_A_COPY: Final = frozenset({"copy_of", "edition_id", "force_from"})


class EditionSchema(Schema):
    """One edition: its id, its digest, when it is in force, and for what."""

    edition_id = fields.String(required=True)
    rulebook = fields.String(required=True)
    title = fields.Dict(fields.String(), fields.String(), required=True, metadata={"description": "By language"})
    digest = fields.String(required=True, metadata={"description": "SHA-256 of the text as UTF-8, in hexadecimal"})
    force_from = fields.Date(required=True)
    force_to = fields.Date(allow_none=True)
    status = fields.String(
        required=True,
        validate=validate.OneOf(["adopted", "in_force", "ended", "withdrawn"]),
        metadata={"description": "`adopted`: its first day is to come. `withdrawn`: before that day came"},
    )
    matters = fields.List(
        fields.String(), required=True, metadata={"description": "What it is the law for: its sections, by their names"}
    )


class EditionChangeSchema(web.StrictSchema):
    """A number of an edition, by its place, and what it is to be."""

    place = fields.String(
        required=True,
        validate=validate.Length(min=1, max=400),
        metadata={"description": "JSON pointer into the text, such as /rating/grade/0/at_least"},
    )
    value = fields.String(required=True, validate=validate.Regexp(r"[+-]?[0-9]{1,13}(\.[0-9]{1,3})?\Z"))


class EditionOfferSchema(web.StrictSchema):
    """What is to be adopted as an edition, the cases that it must answer, and why.

    Either `text`, or a copy: `copy_of` with `edition_id` and `force_from` of its own, and `changes`.
    """

    text = fields.String(
        validate=validate.Length(min=1, max=4_000_000),
        metadata={"description": "TOML of the edition, byte for byte as its digest will cover it"},
    )
    copy_of = fields.String(
        validate=validate.Length(min=1, max=200),
        metadata={"description": "Id of the edition that is copied, and gives way to the copy"},
    )
    edition_id = fields.String(validate=validate.Length(min=1, max=200))
    force_from = web.Day()
    changes = fields.List(fields.Nested(EditionChangeSchema), validate=validate.Length(max=200))
    cases = fields.String(
        required=True,
        validate=validate.Length(min=1, max=4_000_000),
        metadata={"description": "TOML of its cases, as `python -m scoring check --cases` reads them"},
    )
    reason = fields.String(required=True, validate=validate.Length(min=1, max=2_000))

    @validates_schema
    def _text_or_copy(self, said: dict[str, Any], **_given: object) -> None:
        copied = _OF_A_COPY & said.keys()
        fits = not copied and "changes" not in said if "text" in said else len(copied) == len(_OF_A_COPY)
        if not fits:
            raise web.FieldFault("edition_text_or_copy")


class EditionStepSchema(Schema):
    """One step: `approved`, `refused` or `withdrawn`, by whom, why and when."""

    step = fields.String(required=True, validate=validate.OneOf(["approved", "refused", "withdrawn"]))
    person = fields.String(required=True)
    reason = fields.String(required=True)
    taken_on = web.Day(required=True)


class EditionProposalSchema(Schema):
    """One proposal of an edition, and what became of it; without a step it waits for an approver."""

    proposal = fields.Integer(required=True)
    edition_id = fields.String(required=True)
    rulebook = fields.String(required=True)
    predecessor = fields.String(required=True, allow_none=True)
    digest = fields.String(required=True, metadata={"description": "SHA-256 of the text as UTF-8, in hexadecimal"})
    force_from = web.Day(required=True)
    person = fields.String(required=True)
    reason = fields.String(required=True)
    proposed_on = web.Day(required=True)
    steps = fields.List(fields.Nested(EditionStepSchema), required=True)


class EditionProposalListSchema(Schema):
    """A page of proposals, the latest first."""

    items = fields.List(fields.Nested(EditionProposalSchema), required=True)


class EditionProposalWholeSchema(EditionProposalSchema):
    """A proposal with its text and cases, and each change to its predecessor in words, by language."""

    text = fields.String(required=True)
    cases = fields.String(required=True)
    changes = fields.List(fields.Dict(keys=fields.String(), values=fields.String()), required=True)


class EditionAdoptionSchema(Schema):
    """How an edition became law, and whether it is. Who took the steps is told to staff alone."""

    edition_id = fields.String(required=True)
    digest = fields.String(required=True, metadata={"description": "SHA-256 of the text as UTF-8, in hexadecimal"})
    status = fields.String(required=True, validate=validate.OneOf(["adopted", "in_force", "ended", "withdrawn"]))
    force_from = web.Day(required=True)
    force_to = web.Day(required=True, allow_none=True)
    proposal = fields.Integer(
        required=True, allow_none=True, metadata={"description": "null: loaded by the operator, without a proposal"}
    )
    adopted_on = web.Day(required=True)
    reason = fields.String(required=True)
    withdrawn_on = web.Day(required=True, allow_none=True)
    withdrawal_reason = fields.String(required=True, allow_none=True)
    proposed_by = fields.String()
    approved_by = fields.String(allow_none=True)
    withdrawn_by = fields.String(allow_none=True)


class EditionClauseSchema(Schema):
    """A clause, its text by language where the edition has it, and the lines, from 1, that cite it."""

    clause = fields.String(required=True)
    says = fields.Dict(fields.String(), fields.String(), required=True, allow_none=True)
    lines = fields.List(fields.Integer(), required=True)


class EditionContentsSchema(Schema):
    """What an edition is called and for whom it is, its clauses, and what it changes, in words, by language."""

    edition_id = fields.String(required=True)
    digest = fields.String(required=True)
    title = fields.Dict(fields.String(), fields.String(), required=True)
    legal_basis = fields.List(fields.Dict(fields.String(), fields.String()), required=True)
    verified = fields.Boolean(required=True, metadata={"description": "Every number was read in its source"})
    illustrative = fields.Boolean(required=True)
    authority = fields.String(required=True)
    regions = fields.List(fields.String(), required=True, metadata={"description": "Empty: everywhere"})
    kinds = fields.List(fields.String(), required=True, metadata={"description": "Empty: every kind"})
    matters = fields.List(fields.String(), required=True, metadata={"description": "What it is the law for"})
    predecessor = fields.String(required=True, allow_none=True)
    clauses = fields.List(fields.Nested(EditionClauseSchema), required=True)
    changes = fields.List(
        fields.Dict(fields.String(), fields.String()),
        required=True,
        allow_none=True,
        metadata={"description": "Of its predecessor; null where that was never put in force here"},
    )
