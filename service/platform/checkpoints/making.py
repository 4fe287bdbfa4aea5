"""Checkpoints of the ledger: how long it is and its root, signed, each a continuation of the one before."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from scoring.ledger import Checkpoint, consistency, is_continuation, root_of
from service.platform.checkpoints.keys import signed, signing_keys
from service.platform.checkpoints.tree import LedgerTree, grow
from service.platform.ledger import last_position, sealed_through
from service.platform.problem import Problem
from service.platform.tables import LedgerCheckpoint, LedgerKey

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform.database import Database

EVERY: Final = timedelta(hours=1)
"""The least time between two checkpoints that nobody asked for; an outsider who keeps one a day has one of each day."""

_LOCK = 7_346_606


class Kept(NamedTuple):
    """A checkpoint as it is stored; ``made_at`` is its instant, ``note`` all of it."""

    id: int
    size: int
    root: bytes
    note: str
    made_at: datetime


class PublishedKey(NamedTuple):
    """A key that signed a checkpoint, as it is published, and when it did so first."""

    key: str
    first_used_at: datetime


def make_checkpoint(database: Database, *, least: timedelta = timedelta()) -> str | None:
    """Sign how far the ledger is sealed; the note. None where one is younger than ``least``, or in the making.

    Nothing is signed that does not continue the checkpoint before: a ledger that was rewritten stays without.

    Raises:
        Problem: ``ledger_key_missing``, ``ledger_empty``, ``ledger_rewritten``, ``ledger_broken``.
    """
    if not signing_keys():
        raise Problem("ledger_key_missing")
    with database.reader() as session:
        size = last_position(session)
    if not size:
        raise Problem("ledger_empty")
    grow(database, size)
    with database.bookkeeping() as session:
        if not session.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}).scalar_one():
            return None
        before, now = newest_checkpoint(session), database.clock.now()
        if before is not None and before.size > last_position(session):  # entries were cut off
            raise _rewritten(before)
        if before is not None and (before.size > size or now - before.made_at < least):
            return None
        return _store(session, _sign(session, size, before), before, now)


def _sign(session: Session, size: int, before: Kept | None) -> Checkpoint:
    tree = LedgerTree(session)
    root = root_of(tree.node, size)
    if before is not None:
        path = consistency(tree.node, before.size, size)
        if not is_continuation((before.size, before.root), (size, root), path):
            raise _rewritten(before)
    through = sealed_through(session)
    return signed(size, root, *([] if through is None else [f"sealed {through.astimezone(UTC).isoformat()}"]))


def _rewritten(before: Kept) -> Problem:
    return Problem("ledger_rewritten", size=before.size, made_at=before.made_at.isoformat())


def _store(session: Session, made: Checkpoint, before: Kept | None, now: datetime) -> str:
    note = made.note()
    number = 1 if before is None else before.id + 1
    row = {"id": number, "size": made.size, "root": made.root, "note": note, "made_at": now}
    session.execute(insert(LedgerCheckpoint).values(row))
    keys = [{"key": key.text(), "first_used_at": now} for key in signing_keys()]
    session.execute(upsert(LedgerKey).values(keys).on_conflict_do_nothing())
    return note


_KEPT = (
    LedgerCheckpoint.id,
    LedgerCheckpoint.size,
    LedgerCheckpoint.root,
    LedgerCheckpoint.note,
    LedgerCheckpoint.made_at,
)


def newest_checkpoint(session: Session) -> Kept | None:
    """The newest checkpoint; None before the first."""
    row = session.execute(select(*_KEPT).order_by(LedgerCheckpoint.id.desc()).limit(1)).one_or_none()
    return None if row is None else Kept._make(row)


def checkpoint_at(session: Session, size: int) -> Kept | None:
    """The first checkpoint of so many entries; None where none was made."""
    wanted = select(*_KEPT).where(LedgerCheckpoint.size == size).order_by(LedgerCheckpoint.id).limit(1)
    row = session.execute(wanted).one_or_none()
    return None if row is None else Kept._make(row)


def checkpoints(session: Session, *, before: int | None, limit: int) -> Sequence[Kept]:
    """Checkpoints, the newest first, older than the one numbered ``before``."""
    wanted = select(*_KEPT).order_by(LedgerCheckpoint.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(LedgerCheckpoint.id < before)
    return [Kept._make(row) for row in session.execute(wanted)]


def published_keys(session: Session) -> Sequence[PublishedKey]:
    """Every key that ever signed, the newest first."""
    wanted = select(LedgerKey.key, LedgerKey.first_used_at).order_by(LedgerKey.first_used_at.desc(), LedgerKey.key)
    return [PublishedKey._make(row) for row in session.execute(wanted)]
