"""The drain: from re-rate marks to ratings, without losing one (semantics §5).

One READ COMMITTED transaction for at most some hundred entities: lock their heads, take their marks, read their
evidence in a later statement, rate, write. A mark that is committed after the second statement stays for the next
round; a crash undoes everything together.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import structlog
from rq.timeouts import BaseTimeoutException
from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, OperationalError

from service.platform import job_actor, local_day
from service.platform.metrics import FRESHNESS
from service.ratings.keep import keep
from service.ratings.law import law_of
from service.ratings.proposals.settle import settled
from service.ratings.quarantine import everyone_set_apart, quarantine, release
from service.ratings.read import heads_before, read_subjects
from service.ratings.rerates.runs import open_runs
from service.ratings.rerates.staging import forget_staged, stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from service.platform import Database, UnitOfWork

log = structlog.get_logger(__name__)

BATCH = 400
"""Entities of one transaction: enough to read and write in sets, few enough to hold no lock for long."""

LOOK = 8
"""How many batches of the oldest marks are looked at: so many drains can work side by side without waiting."""

RETRIED = 100
"""Entities set apart that are tried again in one round."""

_ALONE = "event"
"""Why an entity is marked for one event or a small batch; those of a file bear another reason, and take their time."""

OPEN_HEADS = """
    INSERT INTO rating_head (entity_id)
    SELECT DISTINCT subject FROM (SELECT subject FROM rerate_mark
                                   WHERE NOT EXISTS (SELECT FROM rating_quarantine WHERE entity_id = subject)
                                   ORDER BY id LIMIT :look) AS oldest
     WHERE NOT EXISTS (SELECT FROM rating_head WHERE entity_id = subject)
     ORDER BY subject
        ON CONFLICT DO NOTHING
"""
"""In one order, so that drains that open the same heads wait for each other one way round."""
LOCK_HEADS = """
    SELECT entity_id FROM rating_head
     WHERE entity_id IN (SELECT subject FROM rerate_mark
                          WHERE NOT EXISTS (SELECT FROM rating_quarantine WHERE entity_id = subject)
                          ORDER BY id LIMIT :look)
     LIMIT :batch
       FOR UPDATE SKIP LOCKED
"""
LOCK_THESE = "SELECT entity_id FROM rating_head WHERE entity_id = ANY(:ids) FOR UPDATE SKIP LOCKED"
WORK_WAITS = """
    SELECT EXISTS (SELECT FROM rerate_mark WHERE NOT EXISTS (SELECT FROM rating_quarantine WHERE entity_id = subject))
"""
TAKE_MARKS = """
    DELETE FROM rerate_mark WHERE subject = ANY(:ids)
    RETURNING subject, reason, extract(epoch FROM clock_timestamp() - marked_at)::float8 AS waited
"""
"""The second statement sees what was committed before it began; what comes later is for the next round. Where it finds
no mark, another drain took it after the first statement had seen it, and has rated the entity since."""


class Drained(NamedTuple):
    """What one round did: how many entities were rated, how many were put in quarantine."""

    rated: int
    quarantined: int


class _Taken(NamedTuple):
    """The entities whose marks were taken, and how long those of events that came by themselves had waited then."""

    ids: list[int]
    waited: list[float]
    at: float

    def tell(self) -> None:
        """Count, once the ratings are committed, how long each of these events took until its tier was in force."""
        since = time.monotonic() - self.at
        for seconds in self.waited:
            FRESHNESS.observe(max(0.0, seconds) + since)


def work_waits(session: Session) -> bool:
    """Whether the drain has anything to do: a mark of an entity that is not set apart."""
    waits: bool = session.execute(text(WORK_WAITS)).scalar_one()
    return waits


def drain_batch(*, database: Database, batch: int = BATCH) -> Drained:
    """Rate one batch of marked entities. Zero rated and zero quarantined: there is nothing to do now.

    A batch that raises is rolled back and halved until the entity that raises stands alone; that one is put in
    quarantine with its error and an alarm, the others go on.
    """
    _open_heads(database, batch)
    return _drain(database, batch, None)


def drain(*, database: Database, seconds: float | None = None) -> Drained:
    """Rate batch after batch until no marks are left, or no new batch is begun once ``seconds`` have passed.

    Heads are opened for as many full batches as are looked at, and again after those; sooner where a batch was not
    full, because what is left may be of entities without a head.
    """
    rated = quarantined = ahead = 0
    end = None if seconds is None else time.monotonic() + seconds
    while end is None or time.monotonic() < end:
        if fresh := ahead == 0:
            _open_heads(database, BATCH)
            ahead = LOOK
        done = _drain(database, BATCH, None)
        if fresh and not any(done):
            break
        rated += done.rated
        quarantined += done.quarantined
        ahead = ahead - 1 if sum(done) == BATCH else 0
    return Drained(rated, quarantined)


def _open_heads(database: Database, batch: int) -> None:
    """Heads must exist before they can be locked; an empty head is no rating, so this needs no mark to go with it."""
    with database.bookkeeping() as session:
        session.execute(text(OPEN_HEADS), {"look": LOOK * batch})


def _drain(database: Database, batch: int, only: Sequence[int] | None) -> Drained:
    ids: list[int] = []
    try:
        with database.unit_of_work(job_actor("drain")) as uow:
            taken = _lock(uow, batch, only)
            ids = taken.ids
            if not ids:
                uow.abandon()  # heads may be locked whose marks another drain took meanwhile: nothing was written
                return Drained(0, 0)
            uow.after_commit(taken.tell)
            rated = _rate(uow, ids)
        return Drained(rated, 0)
    except (OperationalError, InterfaceError, BaseTimeoutException):
        raise  # the database went away or the job's time is up: no evidence is to blame, the marks are still there
    except Exception as error:
        if len(ids) > 1:
            log.warning("drain_batch_halved", entities=len(ids), exc_info=True)
            middle = len(ids) // 2
            first, second = _drain(database, batch, ids[:middle]), _drain(database, batch, ids[middle:])
            return Drained(first.rated + second.rated, first.quarantined + second.quarantined)
        if not ids:
            raise
        quarantine(database=database, entity_id=ids[0], error=error)
        return Drained(0, 1)


def _lock(uow: UnitOfWork, batch: int, only: Sequence[int] | None) -> _Taken:
    if only is not None:
        return _taken(uow, uow.session.scalars(text(LOCK_THESE), {"ids": list(only)}).all())
    while found := uow.session.scalars(text(LOCK_HEADS), {"look": LOOK * batch, "batch": batch}).all():
        if (taken := _taken(uow, found)).ids:
            return taken
    return _Taken([], [], 0.0)


def _taken(uow: UnitOfWork, locked: Sequence[int]) -> _Taken:
    rows = uow.session.execute(text(TAKE_MARKS), {"ids": list(locked)}).all()
    events = [row.waited for row in rows if row.reason == _ALONE]
    return _Taken(sorted({row.subject for row in rows}), events, time.monotonic())


def _rate(uow: UnitOfWork, ids: Sequence[int]) -> int:
    """Rate under the law of today, and for the day of each adopted edition to come.

    Runs are read before the law: one that is opened in between is worked off once these heads are let go.
    """
    runs = open_runs(uow.session)
    before = heads_before(uow.session, ids)
    wanted = read_subjects(uow.session, ids)
    law = law_of(uow.session)
    rated = [law.rated(one, local_day(uow.now, one.facts.timezone)) for one in wanted]
    rated = settled(uow, rated, before, law.domains)
    summaries = keep(uow, rated, before)
    counting = {one.facts.id for one in rated if one.parent_answers}
    if runs:
        forget_staged(uow, ids)
        now = {one.facts.id: said for one, said in zip(rated, summaries, strict=True)}
        counting |= stage(uow, wanted, now, runs).to_parent
    parents = [one.facts.parent_id for one in wanted if one.facts.id in counting]
    if found := [parent for parent in parents if parent is not None]:
        uow.mark(found, "branch")
    return len(ids)


def retry_set_apart(*, database: Database, limit: int = RETRIED) -> int:
    """Rate again those that were set apart: what was at fault may be mended. Returns how many are let go.

    One that raises again stays apart, with the new error and another alarm. One without a mark is let go to be marked.
    """
    with database.reader() as session:
        waiting = everyone_set_apart(session, limit=limit)
    mended = [one for one in waiting if not _drain(database, 1, [one]).quarantined]
    if mended:
        with database.unit_of_work(job_actor("drain")) as uow:
            release(uow=uow, entity_ids=mended, reason="retried")
    return len(mended)
