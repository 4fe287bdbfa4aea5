"""Reading what a batch is rated from, in the transaction that holds its heads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from service import evidence, register
from service.ratings.assemble import subjects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Cursor
    from sqlalchemy.orm import Session

    from service.ratings.assemble import Subject


def read_subjects(session: Session, ids: Sequence[int], *, position: int | None = None) -> list[Subject]:
    """The entities with their evidence, each with its branches, as known at a sealed position (None: all of it)."""
    branches = register.branches(session, ids)
    everyone = sorted({*ids, *(branch for found in branches.values() for branch in found)})
    return subjects(
        register.facts(session, everyone, position=position),
        evidence.evidence_of(session, everyone, position=position),
        branches,
        ids,
    )


def heads_before(session: Session, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What the heads said of each kind before this round."""
    found = session.execute(
        text("SELECT entity_id, summary FROM rating_head WHERE entity_id = ANY(:ids)"), {"ids": list(ids)}
    )
    return {row[0]: row[1] for row in found.all()}


def raw_cursor(session: Session) -> Cursor[tuple[Any, ...]]:
    """The driver's own cursor of this transaction, for COPY."""
    connection = session.connection().connection.driver_connection
    assert connection is not None, "a session inside a transaction has a connection"  # noqa: S101 - cannot be otherwise
    cursor: Cursor[tuple[Any, ...]] = connection.cursor()
    return cursor
