"""Draws that visits cannot follow: kept with the reason, tried again ever more rarely, told once."""

from __future__ import annotations

import json
import traceback
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import structlog
from sqlalchemy import text

from service.platform import Problem, job_actor
from service.platform.metrics import ALARMS, gauge

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Database, UnitOfWork
    from service.platform.metrics import Figure

log = structlog.get_logger(__name__)

UNEXPECTED = "draw_stalled"
"""The code of a draw that raised what no rule of ours says: a fault of the program or of stored data."""
ERROR_LENGTH = 4_000
"""Characters of an error that are kept: its end says what happened."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=4), timedelta(minutes=10)

# A draw of which there is newer news than when it stalled is tried at once: it may be what mends it.
_RESTING = text("""
SELECT draw FROM visit_stalled_draw w
 WHERE retry_at > :now
   AND NOT EXISTS (SELECT FROM outbox o WHERE o.topic = ANY(:topics) AND o.id > w.newest AND o.subject = w.draw)
""")
_KEEP = text("""
INSERT INTO visit_stalled_draw AS w (draw, authorities, since, attempts, retry_at, newest, code, params, error)
VALUES (:draw, :authorities, :now, 1, :now + :wait, :newest, :code, CAST(:params AS jsonb), :error)
ON CONFLICT (draw) DO UPDATE
   SET attempts = w.attempts + 1,
       retry_at = :now + least(:wait * power(2, least(w.attempts, 30)), CAST(:longest AS interval)),
       newest = :newest, code = :code, params = CAST(:params AS jsonb), error = :error
""")
_CODE = text("SELECT code FROM visit_stalled_draw WHERE draw = :draw FOR UPDATE")
_GONE = text("DELETE FROM visit_stalled_draw WHERE draw = :draw RETURNING attempts")
_COUNT = text("SELECT count(*) FROM visit_stalled_draw")
_STALLED = gauge("draws_stalled", "Draws that visits cannot follow")


class Stalled(NamedTuple):
    """A draw that could not be followed: whose it is, and the newest news that it was tried with."""

    draw: str
    authorities: Collection[str]
    newest: int


def resting(session: Session, topics: Sequence[str], *, now: datetime) -> frozenset[str]:
    """Draws that wait before they are tried again."""
    return frozenset(session.scalars(_RESTING, {"now": now, "topics": list(topics)}))


def stall(database: Database, stalled: Stalled, error: Exception) -> None:
    """Keep why a draw is not followed and when it is tried again; tell only what is new.

    A problem is told in the log and the worklist. Anything else is a fault: it is told with its traceback and an alarm.
    """
    problem = error if isinstance(error, Problem) else Problem(UNEXPECTED, draw=stalled.draw)
    code = problem.code
    said = None if problem is error else "".join(traceback.format_exception(error))[-ERROR_LENGTH:]
    now = database.clock.now()
    row = {
        **stalled._asdict(),
        "authorities": sorted(stalled.authorities),
        "code": code,
        "params": json.dumps({name: str(value) for name, value in problem.params.items()}),
        "error": said,
        "now": now,
        "wait": FIRST_WAIT,
        "longest": LONGEST_WAIT,
    }
    with database.bookkeeping() as session:
        known = session.execute(_CODE, {"draw": stalled.draw}).scalar_one_or_none()
        session.execute(_KEEP, row)
    if known != code:
        _tell(database, stalled.draw, code, None if problem is error else error)


def go_on(uow: UnitOfWork, draw: str) -> None:
    """The draw is followed; call it in that transaction."""
    attempts = uow.session.execute(_GONE, {"draw": draw}).scalar_one_or_none()
    if attempts is not None:
        uow.audit("inspections.draw_followed_again", draw, {"attempts": attempts})
        log.info("draw_followed_again", draw=draw, attempts=attempts)


def stalled_draws(session: Session) -> Figure:
    """How many draws the visits do not follow."""
    return _STALLED.of(session.execute(_COUNT).scalar_one())


def _tell(database: Database, draw: str, code: str, error: Exception | None) -> None:
    if error is None:
        log.warning("draw_not_followed", draw=draw, code=code)
    else:
        log.error("draw_not_followed", draw=draw, code=code, exc_info=error)
    with database.unit_of_work(job_actor("visits")) as uow:
        uow.audit("inspections.draw_not_followed", draw, {"code": code})
        if error is not None:
            uow.publish("alarm.stalled_draw", draw, {"code": code})
    if error is not None:
        ALARMS.labels("draw", "stalled").inc()
