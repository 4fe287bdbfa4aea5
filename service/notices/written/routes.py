"""Notices to entities over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from service.notices.written import queries
from service.notices.written.making import notify
from service.notices.written.penalties import notify_of_penalty
from service.notices.written.schemas import (
    NoticeBodySchema,
    NoticeKindListSchema,
    NoticeLanguageArguments,
    NoticeListSchema,
    NoticeMadeSchema,
    NoticesArguments,
    NoticeSchema,
    NoticeServiceBodySchema,
    WholeNoticeSchema,
)
from service.notices.written.serving import confirm_receipt, record_service
from service.notices.written.vocabulary import notice_kinds, ways
from service.platform import web

if TYPE_CHECKING:
    from service.notices.written.tables import NoticeRow

blueprint = web.Blueprint("notices", __name__, url_prefix="/v1", description="Notices to entities, and their service")


@blueprint.get("/notice-kinds")
@blueprint.response(200, NoticeKindListSchema)
def get_kinds() -> dict[str, Any]:
    """Kinds of notices, and ways of serving them."""
    kinds = [{**row._asdict(), **row.names} for row in notice_kinds().values()]
    return {"items": kinds, "ways": [row._asdict() for row in ways().values()]}


@blueprint.post("/notices")
@blueprint.arguments(NoticeBodySchema)
@blueprint.response(201, NoticeMadeSchema)
def post_notice(body: dict[str, Any]) -> dict[str, str]:
    """Make a notice; it is written in every language and never changed."""
    with web.unit_of_work() as uow:
        return {"number": notify_of_penalty(uow=uow, **body) if "event" in body else notify(uow=uow, **body)}


@blueprint.get("/notices")
@blueprint.arguments(NoticesArguments, location="query")
@blueprint.response(200, NoticeListSchema)
def get_notices(arguments: dict[str, Any]) -> Response:
    """Notices within the caller's scope; an entity sees its own."""
    page = web.page_of(arguments, int)
    wanted = {name: arguments.get(name) for name in ("entity", "kind")}
    with web.reader() as session:
        read = queries.notices(
            session,
            web.actor(),
            **wanted,
            unserved=arguments["unserved"],
            after=page.after_number,
            limit=page.limit + 1,
        )
    rows, following = web.cut(read, page, lambda row: (row.id,))
    for row in rows:
        _note(row, {"question": "notices"})
    items = NoticeSchema(many=True).dump([queries.listed(row) for row in rows])
    return web.link_next(jsonify({"items": items}), following)


@blueprint.get("/notices/<number>")
@blueprint.response(200, WholeNoticeSchema)
def get_notice(number: str) -> dict[str, Any]:
    """One notice with its texts and how it was served."""
    with web.reader() as session:
        row, told = queries.notice(session, web.actor(), number)
    _note(row, {"notice": number})
    return told


@blueprint.get("/notices/<number>/text")
@blueprint.arguments(NoticeLanguageArguments, location="query")
@blueprint.response(200, {"type": "string"}, content_type="text/plain")
def get_text(arguments: dict[str, Any], number: str) -> Response:
    """The text of a notice, byte for byte as its digest covers it."""
    with web.reader() as session:
        row, found = queries.text_of(session, web.actor(), number, arguments.get("lang", web.language()))
    _note(row, {"notice": number})
    return Response(found.text, mimetype="text/plain", headers={"Content-Language": found.language})


@blueprint.get("/notices/<number>/pdf")
@blueprint.arguments(NoticeLanguageArguments, location="query")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def get_pdf(arguments: dict[str, Any], number: str) -> Response:
    """A notice as PDF, for printing; the digest of its text stands at the foot."""
    from service.notices.written.printing import printed  # noqa: PLC0415 -- 100 modules, for those who print

    with web.reader() as session:
        row, found = queries.text_of(session, web.actor(), number, arguments.get("lang", web.language()))
    _note(row, {"notice": number})
    answer = Response(printed(found.text, number=number, digest=found.sha256.hex()), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{number}-{found.language}.pdf"'
    return answer


@blueprint.post("/notices/<number>/services")
@blueprint.arguments(NoticeServiceBodySchema)
@blueprint.response(204)
def post_service(body: dict[str, Any], number: str) -> Response:
    """Record how a notice was served, or that it was tried in vain."""
    with web.unit_of_work() as uow:
        record_service(uow=uow, number=number, **body)
    return web.nothing()


@blueprint.post("/notices/<number>/confirmation")
@blueprint.response(204)
def post_confirmation(number: str) -> Response:
    """The entity confirms that it has received a notice."""
    with web.unit_of_work() as uow:
        confirm_receipt(uow=uow, number=number)
    return web.nothing()


def _note(row: NoticeRow, detail: dict[str, Any]) -> None:
    note = web.notes().note_now if row.natural_person else web.notes().note
    note(web.actor(), "notices", row.entity_key, detail)
