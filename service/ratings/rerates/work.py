"""Working runs off: folding what has come first, then staging shard by shard, at a share of the machine.

Every batch is one transaction, with how far it is: killed anywhere, the next call goes on from there.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.platform import job_actor, local_day, wake
from service.ratings.drain import work_waits
from service.ratings.read import heads_before, read_subjects
from service.ratings.rerates.folding import fold, mark_left_over, some_switched
from service.ratings.rerates.runs import COVERS, STAGES, open_runs, zones_of
from service.ratings.rerates.staging import stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

    from service.platform import Database, UnitOfWork
    from service.ratings.assemble import Subject

log = structlog.get_logger(__name__)

BATCH = 200
"""Entities of one transaction: few enough that the drain finds most heads free at any moment."""
WAY = 1.0
"""Seconds for which a batch waits for the drain, which goes first; no longer, so that runs come to their end."""
LOOK = 0.05
AGAIN = 10.0
"""Seconds after which work for days that have come is looked for again where none was."""
EMPTIED = 5_000
"""Rows of ended runs that are deleted at once."""
SETTLED = timedelta(minutes=1)
"""After a run ended or, before that, was stopped: whoever was being rated meanwhile is written by then."""

_CLAIM = text(f"""
    SELECT shard.run_id, shard.above, shard.last, shard.reached, run.day
      FROM rerate_shard AS shard JOIN rerate_run AS run ON run.id = shard.run_id
     WHERE shard.reached < shard.last AND {STAGES}
     ORDER BY run.day, run.id, shard.above LIMIT 1 FOR UPDATE OF shard SKIP LOCKED
""")  # noqa: S608 - text of this room
_NEXT = text(f"""
    SELECT head.entity_id, head.time_zone FROM rating_head AS head, rerate_run AS run
     WHERE run.id = :run AND head.entity_id > :reached AND head.entity_id <= :last AND head.computed_at IS NOT NULL
       AND {COVERS}
     ORDER BY head.entity_id LIMIT :batch FOR UPDATE OF head
""")  # noqa: S608 - text of this module
_STAGED = text("SELECT entity_id FROM rating_staged WHERE run_id = :run AND entity_id = ANY(:ids)")
_NOTE = text("""
    UPDATE rerate_shard SET reached = :reached, entities = entities + :entities, staged = staged + :staged,
           failed = failed + :failed, worked_ms = worked_ms + :spent
     WHERE run_id = :run AND above = :above
""")
_COUNT = text(f"""
    UPDATE rerate_run AS counted
       SET expected = (SELECT count(*) FROM rating_head AS head, rerate_run AS run
                        WHERE run.id = counted.id AND head.computed_at IS NOT NULL AND {COVERS})
     WHERE id = :run AND expected IS NULL
""")  # noqa: S608 - text of this module
_DEAD = text("""
    SELECT id FROM rerate_run
     WHERE NOT emptied AND least(ended_at, stopped_at) <= :settled ORDER BY id LIMIT 1
""")
_EMPTY = text("""
    WITH few AS (SELECT entity_id FROM rating_staged WHERE entity_id > :after AND run_id = :run
                  ORDER BY entity_id LIMIT :most)
    DELETE FROM rating_staged AS gone USING few WHERE gone.entity_id = few.entity_id AND gone.run_id = :run
    RETURNING gone.entity_id
""")
_EMPTIED = text("UPDATE rerate_run SET emptied = true WHERE id = :run")
_WAITS = text("""
    SELECT EXISTS (SELECT FROM rerate_run AS run
       WHERE (outcome IS NULL AND EXISTS (SELECT FROM rerate_switch AS moved WHERE moved.run_id = run.id))
          OR (outcome IS NULL AND stopped_at IS NULL AND EXISTS (
                SELECT FROM rerate_shard AS shard WHERE shard.run_id = run.id AND shard.reached < shard.last))
          OR (NOT emptied AND least(ended_at, stopped_at) <= :settled))
""")


class Pace(NamedTuple):
    """How fast: ``share`` of a processor in hundredths, for ``seconds`` at most; ``stopping``: whether to leave it."""

    share: int = 100
    seconds: float | None = None
    stopping: Callable[[], bool] = lambda: False


def rerates_wait(session: Session, now: datetime) -> bool:
    """Whether some run has work to do now."""
    waits: bool = session.execute(_WAITS, {"settled": now - SETTLED}).scalar_one()
    return waits


def work_on(*, database: Database, pace: Pace | None = None) -> bool:
    """Work runs off until nothing is left to do now; returns whether something is left because the time was over."""
    return _Worker(database, pace or Pace()).run()


class _Worker:
    def __init__(self, database: Database, pace: Pace) -> None:
        self._database = database
        self._pace = pace
        self._end = None if pace.seconds is None else time.monotonic() + pace.seconds
        self._since = time.monotonic()
        self._after = 0
        self._next_look = 0.0

    def run(self) -> bool:
        """Batch after batch, with a rest after each."""
        while self._end is None or time.monotonic() < self._end:
            if self._pace.stopping():
                return True
            began = time.monotonic()
            if not (self._come() or self._stage() or self._empty()):
                return False
            self._rest(time.monotonic() - began)
        return True

    def _rest(self, worked: float) -> None:
        """Leave the machine its share, and let the drain go first."""
        until = time.monotonic() + worked * (100 - self._pace.share) / self._pace.share
        while (left := until - time.monotonic()) > 0 and not self._pace.stopping():
            time.sleep(min(left, LOOK))
        patience = time.monotonic() + WAY
        while time.monotonic() < patience and not self._pace.stopping():
            with self._database.reader() as session:
                if not work_waits(session):
                    return
            wake("drain")  # it may have passed by heads that were held here
            time.sleep(LOOK)

    def _come(self) -> bool:
        """What is to be done for runs whose day has come: fold in what is staged, then mark what is not.

        Where nothing was, it is looked for again after a while: it takes a look at all that is staged, and every head.
        """
        if time.monotonic() < self._next_look or not some_switched(self._database):
            return False
        looked_at = 1
        while looked_at:
            done = fold(database=self._database, batch=BATCH, after=self._after)
            looked_at, self._after = done.entities, done.last if done.entities else 0
            if done.written:
                return True
        done_any = mark_left_over(database=self._database)
        if not done_any:
            self._next_look = time.monotonic() + AGAIN
        return done_any

    def _stage(self) -> bool:
        with self._database.unit_of_work(job_actor("rerate")) as uow:
            shard = uow.session.execute(_CLAIM, {"zones": list(zones_of(uow.session))}).one_or_none()
            if shard is None:
                uow.abandon()
                return False
            run = int(shard.run_id)
            asked = {"run": run, "reached": shard.reached, "last": shard.last, "batch": BATCH}
            zones = {one.entity_id: one.time_zone for one in uow.session.execute(_NEXT, asked)}
            uow.session.execute(_COUNT, {"run": run})  # heads first, then runs, as a withdrawal locks them
            ids = list(zones)
            already = set(uow.session.scalars(_STAGED, {"run": run, "ids": ids}))
            ahead = [one for one in ids if one not in already and local_day(uow.now, zones[one]) < shard.day]
            staged, failed, seal = self._staged(uow, ahead)
            now = time.monotonic()
            noted = {"entities": len(ids), "staged": staged + len(already), "failed": failed}
            reached = ids[-1] if len(ids) == BATCH else shard.last
            spent = int(1000 * (now - self._since))
            self._since = now
            uow.session.execute(_NOTE, {"run": run, "above": shard.above, "reached": reached, "spent": spent, **noted})
            uow.audit("ratings.staged", f"{staged} entities", {"run": run, **noted, "sha256": seal})
        return True

    def _staged(self, uow: UnitOfWork, ids: list[int]) -> tuple[int, int, str]:
        if not ids:
            return 0, 0, ""
        runs = open_runs(uow.session)
        before = heads_before(uow.session, ids)
        wanted, unread = _readable(uow.session, ids)
        done = stage(uow, wanted, before, runs)
        return len(done.entities), len(done.failed) + unread, done.sha256

    def _empty(self) -> bool:
        """Delete some rows of runs that ended or were stopped."""
        with self._database.unit_of_work(job_actor("rerate")) as uow:
            run = uow.session.execute(_DEAD, {"settled": uow.now - SETTLED}).one_or_none()
            if run is None:
                uow.abandon()
                return False
            gone = uow.session.scalars(_EMPTY, {"run": run.id, "after": 0, "most": EMPTIED}).all()
            if len(gone) < EMPTIED:
                uow.session.execute(_EMPTIED, {"run": run.id})
            uow.audit("ratings.staged_dropped", str(run.id), {"run": run.id, "count": len(gone)})
        return True


def _readable(session: Session, ids: Sequence[int]) -> tuple[list[Subject], int]:
    """The entities with their evidence but for those that cannot even be read, and how many these are."""
    try:
        return read_subjects(session, ids), 0
    except DBAPIError:
        raise
    except Exception:
        log.exception("entities_not_read", entities=len(ids))
        if len(ids) == 1:
            return [], 1
    middle = len(ids) // 2
    (first, missed), (second, missed_too) = _readable(session, ids[:middle]), _readable(session, ids[middle:])
    return [*first, *second], missed + missed_too
