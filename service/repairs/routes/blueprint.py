"""The blueprint of repair and objection, and what its routes have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from service.platform import Role, web
from service.repairs import documents, queries, usecases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from service.platform import UnitOfWork

blueprint = web.Blueprint("repairs", __name__, url_prefix="/v1", description="Credit repair and objections")
SOURCE = "objection_source"
"""The purpose under which the query log keeps what the source of a record saw of the objection to it."""

_OUTSIDE = (Role.ENTITY, Role.PARTNER)


def opened(step: Callable[[UnitOfWork], str]) -> Response:
    """Open a case in a transaction of its own, and tell its number."""
    with web.unit_of_work() as uow:
        number = step(uow)
    answer = jsonify({"number": number})
    answer.status_code = 201
    return answer


def page_of_cases(arguments: dict[str, Any], procedure: str) -> Response:
    """A page of the cases of a procedure that the caller may see."""
    page = web.page_of(arguments, int)
    asked = {name: arguments[name] for name in ("state", "entity", "open_only")}
    with web.reader() as session:
        rows = queries.cases(
            session, web.actor(), procedure=procedure, **asked, after=page.after_number, limit=page.limit
        )
    kept, following = web.cut(rows, page, lambda row: (row.id,))
    _note(dict.fromkeys(row.entity_key for row in kept))
    return web.link_next(jsonify({"items": [documents.brief(row) for row in kept]}), following)


def case_document(procedure: str, number: str) -> Response:
    """One case; who is outside the authority does not learn the names of those who worked on it."""
    with web.reader() as session:
        view = queries.case_view(session, web.actor(), procedure, number, now=web.database().clock.now())
        told = documents.whole(view, persons=web.actor().role not in _OUTSIDE)
    _note([told["entity"]], case=number)
    return jsonify(told)


def keep_material(procedure: str, number: str, key: str, name: str) -> Response:
    """Take the body as a paper of a case."""
    said = {"procedure": procedure, "number": number, "key": key, "name": name}
    return web.keep_sent_file(lambda uow, content: usecases.add_material(uow, **said, content=content))


def material(procedure: str, number: str, digest: str) -> Response:
    """A paper as it was sent."""
    with web.reader() as session:
        entity, content = queries.material_file(session, web.actor(), procedure, number, digest)
    _note([entity], case=number, paper=digest)
    return web.send_file(content, digest)


def _note(entities: Iterable[str], **detail: str) -> None:
    """Note what a partner is about to see of a case that was forwarded to it: it is a disclosure."""
    if web.actor().role is Role.PARTNER:
        web.notes().note_each_now(web.actor(), SOURCE, entities, detail)
