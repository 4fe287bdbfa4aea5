"""Searches that are kept under a name: one's own, and those that others of the same authority share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from service.platform import Actor

_SAVED = text("""
SELECT id, name, query, shared, owner = :owner AS own FROM saved_search
 WHERE owner = :owner OR (shared AND authority IS NOT DISTINCT FROM CAST(:authority AS text))
 ORDER BY owner <> :owner, name, id
""")


class SavedSearch(NamedTuple):
    """One search: ``query`` as `GET /v1/entities` takes it; ``own``: the caller's, else one that is shared."""

    id: int
    name: str
    query: dict[str, Any]
    shared: bool
    own: bool


def saved_searches(session: Session, actor: Actor) -> Sequence[SavedSearch]:
    """The caller's own searches by name, then those shared within the authority for which the caller acts."""
    asked = {"owner": f"{actor.kind}:{actor.id}", "authority": actor.authority}
    return [SavedSearch(*row) for row in session.execute(_SAVED, asked)]
