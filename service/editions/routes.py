"""Editions over HTTP: anyone may read the law that rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from service.editions.adoptions import EditionRow, adoption_of, adoptions
from service.editions.contents import contents_of
from service.editions.copying import copied
from service.editions.proposing import GREATEST, propose
from service.editions.queries import text_of
from service.editions.schemas import (
    EditionAdoptionSchema,
    EditionContentsSchema,
    EditionOfferSchema,
    EditionProposalListSchema,
    EditionProposalSchema,
    EditionProposalWholeSchema,
    EditionSchema,
)
from service.editions.telling import proposal_told, proposals
from service.platform import Problem, web

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

blueprint = web.Blueprint("editions", __name__, url_prefix="/v1", description="Editions of rulebooks")


@blueprint.get("/edition-proposals")
@blueprint.arguments(web.PageArguments, location="query")
@blueprint.response(200, EditionProposalListSchema)
def proposed(arguments: dict[str, Any]) -> Response:
    """Proposals of editions that are for places within the caller's scope, the latest first."""
    page = web.page_of(arguments, int)
    before = int(page.after[0]) if page.after else GREATEST
    with web.reader() as session:
        read = proposals(session, web.actor(), before=before, limit=page.limit + 1)
    rows, following = web.cut(read, page, lambda row: (row["proposal"],))
    return web.link_next(jsonify({"items": EditionProposalSchema(many=True).dump(rows)}), following)


@blueprint.get("/edition-proposals/<int:proposal>")
@blueprint.response(200, EditionProposalWholeSchema)
def one_proposed(proposal: int) -> dict[str, Any]:
    """A proposal with its text, its cases, and what it changes in words."""
    with web.reader() as session:
        return proposal_told(session, proposal, web.actor())


@blueprint.post("/edition-proposals")
@blueprint.arguments(EditionOfferSchema)
@blueprint.response(201, EditionProposalWholeSchema)
def offer(said: dict[str, Any]) -> dict[str, Any]:
    """Propose an edition: it is read, checked, and all its cases are answered; another person decides."""
    with web.unit_of_work() as uow:
        words = said["text"] if "text" in said else _copied(uow.session, said)
        number, _ = propose(uow=uow, words=words, cases=said["cases"], reason=said["reason"])
        return proposal_told(uow.session, number, uow.actor)


@blueprint.get("/editions")
@blueprint.response(200, EditionSchema(many=True))
def listed() -> list[EditionRow]:
    """Every edition that is, was or will be in force, and those that were withdrawn before their first day."""
    with web.reader() as session:
        return adoptions(session, web.database().clock.now())


@blueprint.get("/editions/<edition_id>")
@blueprint.response(200, content_type="application/toml")
def words(edition_id: str) -> Response:
    """The text of an edition, byte for byte as its digest covers it."""
    with web.reader() as session:
        text = text_of(session, edition_id)
    if text is None:
        raise Problem("edition_unknown", edition=edition_id)
    return Response(text, mimetype="application/toml")


@blueprint.get("/editions/<edition_id>/contents")
@blueprint.response(200, EditionContentsSchema)
def contents(edition_id: str) -> dict[str, Any]:
    """What an edition is called, its clauses and where they stand in its text, and what it changes."""
    with web.reader() as session:
        return contents_of(session, edition_id)


@blueprint.get("/editions/<edition_id>/adoption")
@blueprint.response(200, EditionAdoptionSchema)
def adoption(edition_id: str) -> dict[str, Any]:
    """How an edition became law: when, why, and whether it was withdrawn; staff see by whom."""
    with web.reader() as session:
        return adoption_of(session, edition_id, web.database().clock.now(), persons=web.actor().is_staff)


def _copied(session: Session, said: dict[str, Any]) -> str:
    changes = [(one["place"], one["value"]) for one in said.get("changes", ())]
    return copied(session, said["copy_of"], said["edition_id"], force_from=said["force_from"], changes=changes)
