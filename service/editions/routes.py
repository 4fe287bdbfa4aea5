"""Editions over HTTP: anyone may read the law that rates."""

from __future__ import annotations

from flask import Response
from marshmallow import Schema, fields

from service.editions.queries import EditionSummary, summaries, text_of
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
