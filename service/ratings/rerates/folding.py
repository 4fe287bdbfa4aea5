"""Folding: once the pointer has moved, what is staged becomes ratings and heads, as the drain would write them.

Reads already answer by what is staged, so that folding may take its time. What is not staged is marked for the drain.
"""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import structlog
from rq.timeouts import BaseTimeoutException
from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, OperationalError

from scoring.rating.stored import decode
from service import register
from service.platform import job_actor, local_day
from service.ratings.assemble import Suspended
from service.ratings.keep import keep
from service.ratings.law import law_of
from service.ratings.proposals.settle import settled
from service.ratings.rate import EntityRating, KindRating, rule_on, with_kinds
from service.ratings.read import heads_before
from service.ratings.rerates.runs import COVERS, end_run, open_runs, zones_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

    from service.platform import Database, UnitOfWork
    from service.ratings.law import Law
    from service.ratings.rerates.runs import Run
    from service.register import EntityFacts

log = structlog.get_logger(__name__)

LEFT_OVER = 1_000
"""Entities that are marked at once because nothing was staged for them: no more than the drain rates in a second."""

_SWITCHED = """
    rating_staged AS ready JOIN rerate_run AS run ON run.id = ready.run_id AND run.outcome IS NULL
      AND run.stopped_at IS NULL
    JOIN rating_head AS head ON head.entity_id = ready.entity_id
    JOIN rerate_switch AS moved ON moved.run_id = run.id AND moved.time_zone = head.time_zone
"""
# In the order of the key, so that no plan ever sorts all that is staged. A pointer that a clock too fast has moved
# makes nothing speak before its midnight.
_NEXT = text("""
    SELECT entity_id FROM rating_staged WHERE entity_id > :after AND run_id = ANY(:runs) AND speaks_from <= :now
     ORDER BY entity_id LIMIT :batch
""")
_LOCK = text("SELECT entity_id FROM rating_head WHERE entity_id = ANY(:ids) FOR UPDATE SKIP LOCKED")
_LOCK_ONE = text("SELECT entity_id FROM rating_head WHERE entity_id = ANY(:ids) FOR UPDATE")
# The latest day that has come speaks; those of before it are over.
_READY = text(f"""
    SELECT DISTINCT ON (ready.entity_id) ready.*, head.time_zone, ready.as_of <= head.as_of AS over,
           EXISTS (SELECT FROM rerate_mark WHERE subject = ready.entity_id)
             AND NOT EXISTS (SELECT FROM rating_quarantine AS held WHERE held.entity_id = ready.entity_id) AS pending
      FROM {_SWITCHED} WHERE ready.entity_id = ANY(:ids) AND ready.speaks_from <= :now
     ORDER BY ready.entity_id, ready.as_of DESC
""")  # noqa: S608 - text of this module
_DROP = text("DELETE FROM rating_staged WHERE entity_id = ANY(:ids) AND as_of <= :day")
_LATER = text("""
    SELECT DISTINCT entity_id FROM rating_staged AS ready JOIN rerate_run AS run ON run.id = ready.run_id
     WHERE entity_id = ANY(:ids) AND run.outcome IS NULL
""")
_MARK_LEFT_OVER = text(f"""
    INSERT INTO rerate_mark (subject, reason)
    SELECT head.entity_id, 'edition'
      FROM rerate_run AS run JOIN rerate_switch AS moved ON moved.run_id = run.id
      JOIN rating_head AS head ON head.time_zone = moved.time_zone AND head.as_of < run.day
     WHERE run.id = :run AND run.day::timestamp AT TIME ZONE head.time_zone <= :now AND {COVERS}
       AND NOT EXISTS (SELECT FROM rerate_mark WHERE subject = head.entity_id)
       AND NOT EXISTS (SELECT FROM rating_staged AS ready WHERE ready.entity_id = head.entity_id
                          AND ready.run_id = run.id AND run.stopped_at IS NULL)
     LIMIT :most
    RETURNING 1
""")  # noqa: S608 - text of this module
_STAGED_LEFT = text("SELECT EXISTS (SELECT FROM rating_staged WHERE run_id = :run)")


class Folded(NamedTuple):
    """What a batch did: entities looked at, the last of them, and whether anything was written."""

    entities: int
    last: int
    written: bool


def fold(*, database: Database, batch: int, after: int = 0) -> Folded:
    """Fold in the next entities whose day has come. One that raises is dropped from what is staged, and marked."""
    return _fold(database, batch, after, None)


def _fold(database: Database, batch: int, after: int, only: Sequence[int] | None) -> Folded:
    found: Sequence[int] = only or ()
    ids: list[int] = []
    try:
        with database.unit_of_work(job_actor("rerate")) as uow:
            if only is None:
                runs = [run.id for run in open_runs(uow.session) if run.switched and not run.stopped]
                found = uow.session.scalars(_NEXT, {"after": after, "runs": runs, "now": uow.now, "batch": batch}).all()
            ids = sorted(uow.session.scalars(_LOCK if only is None else _LOCK_ONE, {"ids": list(found)}))
            written = _folded(uow, ids)
            if not written:
                uow.abandon()
        return Folded(len(found), max(found, default=after), written)
    except (OperationalError, InterfaceError, BaseTimeoutException):
        raise
    except Exception:
        log.exception("fold_failed", entities=len(ids))
        if len(ids) > 1:
            middle = len(ids) // 2
            for part in (ids[:middle], ids[middle:]):
                _fold(database, batch, after, part)
        elif ids:
            _give_up(database, ids)
        else:
            raise
        return Folded(len(found), max(found), written=True)


def _folded(uow: UnitOfWork, ids: Sequence[int]) -> bool:
    """Whether anything was written."""
    rows = [row for row in uow.session.execute(_READY, {"ids": list(ids), "now": uow.now}) if not row.pending]
    if not rows:
        return False
    stale = [row.entity_id for row in rows if not row.over and _changed(row, uow)]
    if stale:
        uow.mark(stale, "edition")
    good = [row for row in rows if not row.over and row.entity_id not in set(stale)]
    told = [row.entity_id for row in good]
    facts = register.facts(uow.session, told, position=None)
    law = law_of(uow.session)
    plain = [revived(row, facts[row.entity_id], law) for row in good]
    before = heads_before(uow.session, told)
    rated = settled(uow, plain, before, law.domains)
    if rated:
        keep(uow, rated, before)
    for day in {row.as_of for row in rows}:
        uow.session.execute(_DROP, {"ids": [row.entity_id for row in rows if row.as_of == day], "day": day})
    _restage(uow, rated)
    uow.audit("ratings.folded", f"{len(rows)} entities", {"ratings": len(rated), "marked": len(stale)})
    return True


def _changed(row: Row[Any], uow: UnitOfWork) -> bool:
    """Whether what was staged has changed by itself since its day: that was too long ago."""
    return row.next_change_on is not None and row.next_change_on <= local_day(uow.now, row.time_zone)


def _restage(uow: UnitOfWork, rated: Sequence[EntityRating]) -> None:
    """A proposal that is in the way now is not known to what is staged for later days: the drain stages that anew."""
    kept = [one.facts.id for one in rated if any(kind.in_force is not None for kind in one.kinds)]
    later = list(uow.session.scalars(_LATER, {"ids": kept})) if kept else []
    if later:
        uow.mark(later, "edition")


def _give_up(database: Database, ids: Sequence[int]) -> None:
    with database.unit_of_work(job_actor("rerate")) as uow:
        uow.session.execute(text("DELETE FROM rating_staged WHERE entity_id = ANY(:ids)"), {"ids": list(ids)})
        uow.mark(ids, "edition")
        uow.audit("ratings.fold_given_up", f"{len(ids)} entities", {"first": ids[0]})


def revived(row: Row[Any], facts: EntityFacts, law: Law) -> EntityRating:
    """The rating that a staged row was written from.

    Raises:
        ValueError: the row has another explanation than was staged.
    """
    kinds = []
    for document in row.documents.encode().split(b"\n") if row.documents else ():
        result, digest = decode(document), sha256(document).digest()
        said = row.summary[result.kind]
        if digest.hex() != said["digest"]:
            raise ValueError(f"entity {row.entity_id} {result.kind}: the staged explanation was changed")
        rule = rule_on(law.shelf.chain(kind=result.kind, region=facts.region, as_of=row.as_of), result.kind, row.as_of)
        suspended = tuple(
            Suspended(**one | {name: date.fromisoformat(one[name]) for name in ("decided_on", "since")})
            for one in said.get("suspended", ())
        )
        kinds.append(KindRating(result.kind, result, document, digest, rule, suspended=suspended))
    rated = EntityRating(
        facts=facts,
        as_of=row.as_of,
        kinds=(),
        domains={},
        state="unrated",
        tier=None,
        next_change_on=None,
        parent_answers=False,
        disputed=row.disputed,
        turns=tuple(row.turns),
    )
    return with_kinds(rated, kinds, law.domains)


def some_switched(database: Database) -> bool:
    """Whether the day of some run has come."""
    with database.reader() as session:
        return any(run.switched for run in open_runs(session))


def mark_left_over(*, database: Database) -> bool:
    """Mark some entities whose day has come and for which nothing is staged; a run for which nobody waits is finished.

    Whether anything was done.
    """
    with database.unit_of_work(job_actor("rerate")) as uow:
        zones = zones_of(uow.session)
        for run in open_runs(uow.session):
            if run.switched and _left_over(uow, run, zones):
                return True
        uow.abandon()
        return False


def _left_over(uow: UnitOfWork, run: Run, zones: set[str]) -> bool:
    marked = len(uow.session.execute(_MARK_LEFT_OVER, {"run": run.id, "now": uow.now, "most": LEFT_OVER}).all())
    if marked:
        uow.audit("ratings.left_over", run.edition, {"run": run.id, "count": marked})
        uow.wake("drain")
        return True
    if any(zone not in run.switched or local_day(uow.now, zone) < run.day for zone in zones):
        return False
    if not run.stopped and uow.session.execute(_STAGED_LEFT, {"run": run.id}).scalar_one():
        return False
    end_run(uow, run, "finished")
    uow.audit("ratings.rerate_finished", run.edition, {"run": run.id})
    return True
