"""Editions over HTTP: anyone may read the law that rates."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from service.editions.proposing import propose
from service.editions.queries import EditionSummary, summaries, text_of
from service.editions.telling import proposal_told, proposals
from service.platform import Problem, web

blueprint = web.Blueprint("editions", __name__, url_prefix="/v1", description="Editions of rulebooks")


class EditionSchema(Schema):
    """One edition: its id, its digest, when it is in force, and for what."""

    edition_id = fields.String(required=True)
    rulebook = fields.String(required=True)
    digest = fields.String(required=True, metadata={"description": "SHA-256 of the text as UTF-8, in hexadecimal"})
    force_from = fields.Date(required=True)
    force_to = fields.Date(allow_none=True)
    matters = fields.List(
        fields.String(), required=True, metadata={"description": "What it is the law for: its sections, by their names"}
    )


class EditionOfferSchema(web.StrictSchema):
    """A text to be adopted as an edition, the cases that it must answer, and why."""

    text = fields.String(
        required=True,
        validate=validate.Length(min=1, max=4_000_000),
        metadata={"description": "TOML of the edition, byte for byte as its digest will cover it"},
    )
    cases = fields.String(
        required=True,
        validate=validate.Length(min=1, max=4_000_000),
        metadata={"description": "TOML of its cases, as `python -m scoring check --cases` reads them"},
    )
    reason = fields.String(required=True, validate=validate.Length(min=1, max=2_000))


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


class EditionProposalWholeSchema(EditionProposalSchema):
    """A proposal with its text and cases, and each change to its predecessor in words, by language."""

    text = fields.String(required=True)
    cases = fields.String(required=True)
    changes = fields.List(fields.Dict(keys=fields.String(), values=fields.String()), required=True)


@blueprint.get("/edition-proposals")
@blueprint.response(200, EditionProposalSchema(many=True))
def proposed() -> list[dict[str, Any]]:
    """Every proposal of an edition, the latest first."""
    with web.reader() as session:
        return proposals(session)


@blueprint.get("/edition-proposals/<int:proposal>")
@blueprint.response(200, EditionProposalWholeSchema)
def one_proposed(proposal: int) -> dict[str, Any]:
    """A proposal with its text, its cases, and what it changes in words."""
    with web.reader() as session:
        return proposal_told(session, proposal)


@blueprint.post("/edition-proposals")
@blueprint.arguments(EditionOfferSchema)
@blueprint.response(201, EditionProposalWholeSchema)
def offer(said: dict[str, Any]) -> dict[str, Any]:
    """Propose an edition: it is read, checked, and all its cases are answered; another person decides."""
    with web.unit_of_work() as uow:
        number, _ = propose(uow=uow, words=said["text"], cases=said["cases"], reason=said["reason"])
        return proposal_told(uow.session, number)


@blueprint.get("/editions")
@blueprint.response(200, EditionSchema(many=True))
def listed() -> list[EditionSummary]:
    """Every edition that is, was or will be in force."""
    with web.reader() as session:
        return summaries(session)


@blueprint.get("/editions/<edition_id>")
@blueprint.response(200, content_type="application/toml")
def words(edition_id: str) -> Response:
    """The text of an edition, byte for byte as its digest covers it."""
    with web.reader() as session:
        text = text_of(session, edition_id)
    if text is None:
        raise Problem("edition_unknown", edition=edition_id)
    return Response(text, mimetype="application/toml")
