"""Who looked at an entity: the query log, with names for those who audit it, without for everybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import text

from service.accounts import names_of_hands
from service.platform import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Actor

NAMED_TO: Final = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
"""Who is told the names of those who looked; others see that somebody did, when and what for."""
_LOOKS = text("""
SELECT id, asked_at, actor_kind, actor_id, purpose FROM query_log
 WHERE subject = :key AND id < :before ORDER BY id DESC LIMIT :limit
""")


class Look(NamedTuple):
    """One look. ``kind``: what stood behind it, as `Actor` has it; ``who``: its name, None where it is not told."""

    id: int
    asked_at: datetime
    purpose: str
    kind: str
    who: str | None


def looks(session: Session, actor: Actor, key: str, *, before: int, limit: int) -> Sequence[Look]:
    """Up to ``limit + 1`` looks at an entity by its key, newest first, those before a number."""
    rows = session.execute(_LOOKS, {"key": key, "before": before, "limit": limit + 1}).all()
    named = actor.role in NAMED_TO
    hands = names_of_hands(session, {f"{row.actor_kind}:{row.actor_id}" for row in rows}) if named else {}
    return [
        Look(
            row.id,
            row.asked_at,
            row.purpose,
            row.actor_kind,
            hands.get(f"{row.actor_kind}:{row.actor_id}", row.actor_id) if named else None,
        )
        for row in rows
    ]
