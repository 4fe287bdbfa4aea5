"""A draw on one page of paper: everything that is needed to run it again, and where the public verifies it."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from flask import Response, render_template, request
from marshmallow import fields, validate

from service.api.verifier import NAME
from service.api.verifiers import packed
from service.inspections import draws
from service.platform import LANGUAGES, web
from service.register import authorities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

blueprint = web.Blueprint("draw_certificates", __name__, url_prefix="/v1", description="Draws on paper")


class CertificateLanguageArguments(web.StrictSchema):
    """In which language it is printed."""

    lang = fields.String(validate=validate.OneOf(LANGUAGES))


@blueprint.get("/draws/<number>/certificate.pdf")
@blueprint.arguments(CertificateLanguageArguments, location="query")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def certificate(arguments: dict[str, Any], number: str) -> Response:
    """A frozen draw as a page to be printed: its digests, hours, sources and values, and how to run it again."""
    from service.notices.written.printing import printed  # noqa: PLC0415 -- 100 modules, for those who print

    language = arguments.get("lang", web.language())
    with web.reader() as session:
        said = _said(session, number, language)
    opened = said["view"].state == "opened"
    link = f"{request.host_url}portal/{'verify?draw=' if opened else 'draws/'}{number}"
    text = render_template(f"draw_certificate.{language}.txt", **said, opened=opened, host=request.host_url)
    digest = sha256(text.encode()).hexdigest()
    answer = Response(printed(text, number=number, digest=digest, link=link), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{number}-{language}.pdf"'
    return answer


def _said(session: Session, number: str, language: str) -> dict[str, Any]:
    """What is public of the draw; refused where nothing is frozen yet.

    Raises:
        Problem: ``draw_not_found``, ``draw_document_not_found``.
    """
    view = draws.view_of(session, number)
    known = {one.code: one.names for one in authorities(session)}
    made = {kind: _document(session, view, kind) for kind in ("closing", "entropy")}
    return {
        "view": view,
        "authority": known[view.draw.authority][language],
        "names": {code: said[language] for code, said in known.items()},
        "commitment": draws.published(session, number, "commitment"),
        "head": draws.head_digest(session, view.draw.authority),
        "program": {"name": NAME, "sha256": packed()[NAME].digest},
        "at": _instant,
        **made,
    }


def _document(session: Session, view: draws.View, kind: str) -> Mapping[str, Any] | None:
    return draws.published(session, view.draw.number, kind) if kind in view.documents else None


def _instant(second: int) -> str:
    """An hour that means the same everywhere."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
