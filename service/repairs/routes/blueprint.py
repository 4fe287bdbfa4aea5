"""The blueprint of repair and objection, and what its routes have in common."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from service.platform import Problem, Role, web
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
    by_due = arguments["order"] == "due"
    page = web.page_of(arguments, *((str, int) if by_due else (int,)))
    asked = {name: arguments[name] for name in ("state", "entity", "q", "open_only")}
    with web.reader() as session:
        rows = queries.cases(
            session,
            web.actor(),
            procedure=procedure,
            **asked,
            by_due=by_due,
            after=_after(page),
            limit=page.limit,
        )
        kept, following = web.cut(rows, page, queries.place_of if by_due else lambda row: (row.id,))
        told = queries.beside(session, kept, now=web.database().clock.now())
    _note(dict.fromkeys(row.entity_key for row in kept))
    items = [documents.brief(row, one) for row, one in zip(kept, told, strict=True)]
    return web.link_next(jsonify({"items": items}), following)


def case_document(procedure: str, number: str) -> Response:
    """One case; who is outside the authority does not learn the names of those who worked on it."""
    with web.reader() as session:
        view = queries.case_view(session, web.actor(), procedure, number, now=web.database().clock.now())
        told = documents.whole(view, web.language(), persons=web.actor().role not in _OUTSIDE)
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


def _after(page: web.Page) -> tuple[str, int]:
    """After which case a page begins: its last day, where the list is by these, and its number in the table.

    Raises:
        Problem: ``invalid_cursor``.
    """
    if page.after is None:
        return "", 0
    *day, number = page.after
    try:
        return date.fromisoformat(str(day[0])).isoformat() if day else "", int(number)
    except ValueError:
        raise Problem("invalid_cursor", pointer="/cursor") from None


def _note(entities: Iterable[str], **detail: str) -> None:
    """Note what a partner is about to see of a case that was forwarded to it: it is a disclosure."""
    if web.actor().role is Role.PARTNER:
        web.notes().note_each_now(web.actor(), SOURCE, entities, detail)
