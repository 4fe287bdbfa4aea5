"""Codes with which an entity enters the portal, over HTTP: told once, to be printed beside a notice or handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import jsonify

from service import accounts
from service.notices.written.codes import issue_at_counter, issue_with_notice
from service.notices.written.making import entity_seen, noticed_entity
from service.notices.written.schemas import VisitorCodeBodySchema, VisitorCodeListSchema, VisitorCodeMadeSchema
from service.platform import Problem, Role, web

if TYPE_CHECKING:
    from flask import Response

    from service.notices.written.codes import CodeWithLetter

blueprint = web.Blueprint(
    "visitor_codes", __name__, url_prefix="/v1", description="Codes with which an entity enters the portal"
)


@blueprint.post("/notices/<number>/visitor-codes")
@blueprint.response(201, VisitorCodeMadeSchema)
@web.tells_secret
def with_notice(number: str) -> dict[str, Any]:
    """Issue the code that a notice carries when it is served; it is told this once, and a letter tells the entity."""
    with web.unit_of_work() as uow:
        return _told(issue_with_notice(uow, number=number))


@blueprint.post("/entities/<key>/visitor-codes")
@blueprint.arguments(VisitorCodeBodySchema)
@blueprint.response(201, VisitorCodeMadeSchema)
@web.tells_secret
def at_the_counter(body: dict[str, Any], key: str) -> dict[str, Any]:
    """Issue a code to a visitor at the counter, who has shown to speak for the entity; a letter tells the entity."""
    with web.unit_of_work() as uow:
        return _told(issue_at_counter(uow, key=key, identified=body["identified"]))


@blueprint.get("/entities/<key>/visitor-codes")
@blueprint.response(200, VisitorCodeListSchema)
def issued(key: str) -> Response:
    """The codes that an entity was given, newest first: when, by whom, on which grounds, and when each was used.

    An entity is told of its own, so that it sees one that it never had.
    """
    with web.reader() as session:
        entity = entity_seen(session, web.actor(), key)
        if web.actor().role is Role.ENTITY and web.actor().subject != entity.key:
            raise Problem("entity_not_found", pointer="/entity", key=key[:80])
        rows = accounts.codes_of(session, entity.key, web.database().clock.now())
    return jsonify({"items": [_row(one) for one in rows]})


@blueprint.post("/entities/<key>/visitor-codes/<code>/end")
@blueprint.response(204)
def end(key: str, code: str) -> Response:
    """Have a code that was lost open nothing any more."""
    with web.unit_of_work() as uow:
        accounts.end_code(uow, subject=noticed_entity(uow, key).key, code=code)
    return web.nothing()


def _told(issued: CodeWithLetter) -> dict[str, Any]:
    made = issued.made
    return {
        "id": made.id,
        "entity": issued.entity,
        "code": made.code,
        "expires_at": made.expires_at,
        "letter": issued.letter,
    }


def _row(one: dict[str, Any]) -> dict[str, Any]:
    return {name: said.isoformat() if name.endswith("_at") and said is not None else said for name, said in one.items()}
