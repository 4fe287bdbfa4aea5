"""The reckoning: after all faults, what is stored is held against what callers were told, and against a recompute."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from service.evidence import file_faults
from service.platform import Database, ledger_check, seal
from service.ratings import rating_faults, recomputed, reconcile, summaries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tests.faults.callers import Remembered

EVENTS = text("SELECT source_ref, id, audit_id FROM event WHERE source = :source")
ACTS = text("SELECT source_ref, id FROM event_act WHERE source = :source")
NOTES = text("""
    SELECT detail ->> 'source_ref' AS ref FROM audit
     WHERE action = 'evidence.event_recorded' AND detail ->> 'source' = :source
""")
JOBS = text("SELECT id, mode, state, audit_id, rows, stored, held, refused FROM bulk_job ORDER BY id")
ORPHANS = text("""
    SELECT count(*) FROM event WHERE NOT EXISTS (SELECT FROM audit WHERE audit.id = event.audit_id)
""")
MOVES = text("SELECT subject, payload FROM outbox WHERE topic = 'tier.changed' ORDER BY id")
SAME = ("as_of", "state", "tier", "next_change_on", "summary", "domains", "disputed")


class Counted(NamedTuple):
    """What was promised, and what of it is missing or there twice."""

    accepted: int
    lost: list[str]
    doubled: list[str]
    smuggled: list[str]


def count(session: Session, remembered: Remembered, source: str) -> Counted:
    """Every accepted reference is stored once under the number that was told; no refused one is stored."""
    rows = session.execute(EVENTS, {"source": source}).all()
    numbers = {row.source_ref: row.id for row in rows}
    notes = Counter(row.ref for row in session.execute(NOTES, {"source": source}))
    acts = {row.source_ref: row.id for row in session.execute(ACTS, {"source": source})}
    told = [(body["source_ref"], number) for body, number in remembered.accepted]
    filed = [body["source_ref"] for bodies, _, _ in remembered.files for body in bodies]
    lost = [ref for ref, number in told if numbers.get(ref) != number]
    lost += [ref for ref, number in remembered.acts if acts.get(ref) != number]
    lost += [ref for ref in filed if ref not in numbers]
    stored = Counter(row.source_ref for row in rows)
    doubled = [ref for ref, times in (stored | notes).items() if times > 1]
    smuggled = [ref for ref in remembered.refused if ref in numbers or ref in acts]
    return Counted(len(told) + len(remembered.acts) + len(set(filed)), lost, doubled, smuggled)


def faults_of_files(session: Session, remembered: Remembered) -> list[str]:
    """Every job is done, and its row counts exactly the rows that bear its audit number."""
    found = [] if session.execute(ORPHANS).scalar_one() == 0 else ["some event bears an audit number without a row"]
    jobs = {job.id: job for job in session.execute(JOBS)}
    by_number = Counter(session.execute(text("SELECT audit_id FROM event")).scalars())
    for bodies, mode, number in remembered.files:
        job = jobs.pop(number)
        wrong = 20 if mode == "good" else 0
        counts = (job.state, job.rows, job.stored + job.held, job.refused, by_number[job.audit_id])
        if counts != ("done", len(bodies) + wrong, len(bodies), wrong, job.stored):
            found.append(f"file {number} ({mode}): {tuple(job)} holds {by_number[job.audit_id]}")
    # A file whose answer was lost on the way is there beside its repeat: then all of one of them was held already.
    found += [f"file {job.id}: {tuple(job)}" for job in jobs.values() if job.state != "done"]
    return found


def faults_of_ratings(database: Database, keys: Sequence[str]) -> list[str]:
    """Every stored rating equals a recompute from zero, on the day it was made for; both engines agree."""
    found = []
    with database.reader() as session:
        stored = summaries(session, keys, database.clock.now())
        for key in keys:
            head: Any = stored.get(key)
            if head is None:
                found.append(f"{key} has no rating")
                continue
            fresh = recomputed(session, key, now=database.clock.now(), as_of=head["as_of"], position=None)
            assert fresh is not None
            parts = [name for name in SAME if head[name] != getattr(fresh, name)]
            found += [f"{key}: {name} is {head[name]}, should be {getattr(fresh, name)}" for name in parts]
        found += _faults_of_moves(session, stored)
    differences = reconcile(database=database, sample=10 * len(keys)).differences
    return found + [str(one) for one in differences]


def _faults_of_moves(session: Session, stored: dict[str, dict[str, Any]]) -> list[str]:
    """The told changes of each entity and kind follow each other without a gap or a repeat, and end in the head."""
    last: dict[tuple[str, str], Any] = {}
    found = []
    for subject, move in session.execute(MOVES):
        place = (subject, move["kind"])
        if _tier(move["old"]) != _tier(last.get(place)):
            found.append(f"{place}: a change from {_tier(move['old'])} after one to {_tier(last.get(place))}")
        if _tier(move["old"]) == _tier(move["new"]):
            found.append(f"{place}: a change that changes nothing")
        last[place] = move["new"]
    for key, head in stored.items():
        for kind, now in head["summary"].items():
            if _tier(last.get((key, kind))) != _tier(now):
                found.append(f"{key} {kind}: told {_tier(last.get((key, kind)))}, is {_tier(now)}")
    return found


def _tier(said: Any) -> tuple[Any, ...] | None:  # noqa: ANN401 - a document
    return None if not said else (said["state"], said["tier"], said["grade"], said.get("proposed"))


def faults_of_ledger(database: Database) -> list[str]:
    """The chain, once the last rows are sealed, and the files and ratings that it seals."""
    seal(database)
    with database.reader() as session:
        report = ledger_check(session)
        held = [*file_faults(session), *rating_faults(session)]
    return [*report.faults, *held, *([f"{report.unsealed} rows unsealed"] if report.unsealed else [])]
