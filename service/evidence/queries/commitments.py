"""Commitments as they stand: by entity, by day, by state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from service.evidence.bulk.jobs import GREATEST
from service.evidence.intake.single import prefix
from service.evidence.sql import sql

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from service.platform import Actor


class CommitmentFilter(NamedTuple):
    """Which commitments: of an entity (by number), due by a day (that day included), in a state.

    ``as_of``: how they stood on that day, else today; ``position``: as known at that sealed position, else now.
    """

    entity: int | None = None
    due_by: date | None = None
    state: str | None = None
    as_of: date | None = None
    position: int | None = None


def commitments(
    session: Session, actor: Actor, now: datetime, wanted: CommitmentFilter, *, after: int = 0, limit: int = 100
) -> Sequence[Any]:
    """A page of the commitments in a caller's scope, in order of their numbers: rows of commitments.sql."""
    given = {
        **wanted._asdict(),
        "id": None,
        "now": now,
        "after": after,
        "limit": limit,
        "authorities": actor.authorities,
        "regions": [prefix(region) for region in actor.regions] or None,
    }
    return session.connection().exec_driver_sql(sql("commitments"), given).all()


def commitment(session: Session, number: int, now: datetime) -> Any:  # noqa: ANN401 - a row of commitments.sql
    """One commitment whatever its scope; None where there is none."""
    if number > GREATEST:
        return None
    given = {**CommitmentFilter()._asdict(), "id": number, "now": now, "after": 0, "limit": 1}
    unscoped = {"authorities": None, "regions": None}
    return session.connection().exec_driver_sql(sql("commitments"), {**given, **unscoped}).one_or_none()
