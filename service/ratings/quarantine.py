"""Entities whose rating raises: set apart from the drain with the error, shown, tried again, let go."""

from __future__ import annotations

import traceback
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import text

from service.platform import Problem, job_actor, region_prefix, told, told_name
from service.platform.metrics import Figure, gauge
from service.ratings.rerates.figures import left_to_stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Actor, Database, UnitOfWork

log = structlog.get_logger(__name__)

ERROR_LENGTH = 4000
"""Characters of an error that are kept: its end says what happened."""
_DIGITS = 8
"""Hexadecimal digits by which the words of two errors are told apart; too few to try values out against."""

SET_APART = """
    INSERT INTO rating_quarantine (entity_id, since, attempts, error) VALUES (:id, :now, 1, :error)
    ON CONFLICT (entity_id) DO UPDATE SET attempts = rating_quarantine.attempts + 1, error = :error
"""
LET_GO = "DELETE FROM rating_quarantine WHERE entity_id = ANY(:ids) RETURNING entity_id"
IS_APART = "SELECT EXISTS (SELECT FROM rating_quarantine WHERE entity_id = :id)"
EVERYONE_APART = "SELECT entity_id FROM rating_quarantine ORDER BY attempts, entity_id LIMIT :limit"
# The register's own columns, since an entity that was never rated has an empty head.
LIST = """
    SELECT q.entity_id, e.public_key AS entity, e.name, a.code AS authority, e.region, q.since, q.attempts,
           reverse(split_part(reverse(trim(trailing E'\\n' FROM q.error)), E'\\n', 1)) AS error
      FROM rating_quarantine AS q JOIN entity AS e ON e.id = q.entity_id JOIN authority AS a ON a.id = e.authority_id
     WHERE q.entity_id > :after
       AND (CAST(:authorities AS text[]) IS NULL OR a.code = ANY(:authorities))
       AND (cardinality(CAST(:regions AS text[])) = 0 OR e.region LIKE ANY(CAST(:regions AS text[])))
     ORDER BY q.entity_id
     LIMIT :limit
"""
_OLDEST = gauge("oldest_mark_seconds", "Age of the oldest wish to re-rate an entity not set apart")
_APART = gauge("rating_quarantined", "Entities set apart because their rating raises")
FIGURES = """
    SELECT coalesce(extract(epoch FROM clock_timestamp() - (
             SELECT marked_at FROM rerate_mark
              WHERE NOT EXISTS (SELECT FROM rating_quarantine WHERE entity_id = subject)
              ORDER BY id LIMIT 1)), 0)::float8 AS oldest,
           (SELECT count(*) FROM rating_quarantine) AS apart
"""


def quarantine(*, database: Database, entity_id: int, error: BaseException) -> None:
    """Keep an entity whose rating raises out of the drain's way, with its error and an alarm.

    Its marks stay: when it is released it is rated with all that came in the meantime.
    """
    said = _said(error)[-ERROR_LENGTH:]
    log.error("entity_quarantined", entity_id=entity_id, exc_info=error)
    with database.unit_of_work(job_actor("drain")) as uow:
        uow.session.execute(text(SET_APART), {"id": entity_id, "now": uow.now, "error": said})
        uow.audit("ratings.quarantined", str(entity_id), {"error": type(error).__name__})
        uow.publish("alarm.quarantine", str(entity_id), {"error": type(error).__name__})


def _said(error: BaseException) -> str:
    """What an error is and where it was raised, the last line in short; of its words, which quote values, a digest."""
    digest = sha256(str(error).encode(errors="replace")).hexdigest()[:_DIGITS]
    place = traceback.extract_tb(error.__traceback__)[-1:]
    at = "".join(f" at {'/'.join(Path(one.filename).parts[-3:])}:{one.lineno}" for one in place)
    return f"{told(error)}\n{told_name(error)}{at} [{digest}]"


def release(*, uow: UnitOfWork, entity_ids: Sequence[int], reason: str) -> int:
    """Let entities out of quarantine, to be rated anew. Returns how many there were."""
    ids = [row[0] for row in uow.session.execute(text(LET_GO), {"ids": list(entity_ids)})]
    uow.mark(ids, "released")
    uow.audit("ratings.released", f"{len(ids)} entities", {"reason": reason, "count": len(ids)})
    return len(ids)


def refuse_set_apart(session: Session, entity_id: int, error: Exception) -> None:
    """Tell what an entity that is set apart cannot be told, as such; anything else is not known here.

    Raises:
        Problem: ``rating_set_apart``.
    """
    if session.execute(text(IS_APART), {"id": entity_id}).scalar_one():
        raise Problem("rating_set_apart") from error


def everyone_set_apart(session: Session, *, limit: int) -> list[int]:
    """Numbers of entities that are set apart, those tried least often first."""
    return list(session.scalars(text(EVERYONE_APART), {"limit": limit}))


def set_apart(session: Session, actor: Actor, *, after: int, limit: int) -> list[dict[str, Any]]:
    """Entities within the caller's scope that are set apart, each with the last line of its error, by number."""
    parameters = {
        "authorities": actor.authorities,
        "regions": [f"{region_prefix(region)}%" for region in actor.regions],
        "after": after,
        "limit": limit,
    }
    return [row._asdict() for row in session.execute(text(LIST), parameters)]


def figures(session: Session, _now: datetime) -> list[Figure]:
    """How long what the drain may take waits, how many entities it may not take, and how many are to be staged."""
    row = session.execute(text(FIGURES)).one()
    return [
        _OLDEST.of(max(0.0, row.oldest)),
        _APART.of(row.apart),
        left_to_stage(session),
    ]
