"""The blueprint of visits, and what its routes have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from service.inspections.visits import documents
from service.platform import web

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from service.inspections.visits.usecases import Opened
    from service.platform import UnitOfWork

blueprint = web.Blueprint("visits", __name__, url_prefix="/v1", description="Visits, findings, results")


def opening(step: Callable[[UnitOfWork], Opened]) -> Response:
    """Open visits in a transaction of their own, and tell what became of each entity."""
    with web.unit_of_work() as uow:
        said = step(uow)
    answer = jsonify(documents.opened(said, web.language()))
    answer.status_code = 201
    return answer


def note_looks(visits: Mapping[str, int]) -> None:
    """Note, before it is answered, at how many visits of each source the caller looks whose names are not public."""
    for source, count in sorted(visits.items()):
        web.notes().note_now(web.actor(), "veiled_visits", source, {"visits": count})


def members_of(said: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Who sits where, as ``VisitMemberSchema`` has it."""
    return [(one["inspector"], one["seat"]) for one in said]
