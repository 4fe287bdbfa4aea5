"""The audit ledger: sealed into a hash chain in batches by one sealer; the source of positions for `known_at`.

Chaining at insert would serialise every writer, so the chain is a table of its own, written a moment later.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain as chain_of
from typing import Any, Final

from sqlalchemy import Row, delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from scoring.kernel.merkle import MerkleTree
from scoring.ledger import GENESIS, chained, leaf
from service.platform.actor import Actor
from service.platform.database import Database
from service.platform.problem import Problem
from service.platform.tables import (
    Audit,
    AuditUnsealed,
    LedgerChecked,
    LedgerCheckpoint,
    LedgerHorizon,
    LedgerSeal,
)

_LOCK = 7_346_602
_BATCH = 5_000
_TICK = timedelta(microseconds=1)
SEALED: Final = (
    Audit.id,
    Audit.recorded_at,
    Audit.actor_kind,
    Audit.actor_id,
    Audit.role,
    Audit.authority,
    Audit.action,
    Audit.subject,
    Audit.detail,
    Audit.request_id,
)


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What `ledger_check` found: counts, the hash at the end of the chain, and faults, one sentence each."""

    sealed: int
    unsealed: int
    head: str
    faults: tuple[str, ...]

    @property
    def intact(self) -> bool:
        """Whether nothing is at fault."""
        return not self.faults

    def sentence(self) -> str:
        """The finding in zh and en."""
        if self.faults:
            return "账本不完整 · The ledger is not intact: " + "; ".join(self.faults)
        return (
            f"账本完整:已封存 {self.sealed} 条,待封存 {self.unsealed} 条 · "
            f"The ledger is intact: {self.sealed} sealed, {self.unsealed} waiting; head {self.head}"
        )


def seal(database: Database, *, batch: int = _BATCH) -> int:
    """Seal every committed audit row that is not sealed yet, in the order of recording; returns how many.

    One sealer at a time: while another holds the lock this one returns 0. Each batch is one transaction.
    """
    total = 0
    while True:
        with database.bookkeeping() as session:
            if not session.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}).scalar_one():
                return total
            count = _seal_batch(session, database.clock.now(), batch)
        total += count
        if count < batch:
            return total


def _seal_batch(session: Session, now: datetime, batch: int) -> int:
    instant = _next_instant(session, now)
    rows = session.execute(
        select(*SEALED)
        .join(AuditUnsealed, AuditUnsealed.audit_id == Audit.id)
        .order_by(Audit.recorded_at, Audit.id)
        .limit(batch)
    ).all()
    if rows:
        last = session.execute(
            select(LedgerSeal.seq, LedgerSeal.hash).order_by(LedgerSeal.seq.desc()).limit(1)
        ).one_or_none()
        seq, previous = (last.seq, last.hash) if last else (0, GENESIS)
        seals = []
        for row in rows:
            seq, previous = seq + 1, chain(previous, seq + 1, row)
            seals.append({"seq": seq, "audit_id": row.id, "hash": previous, "sealed_at": instant})
        session.execute(insert(LedgerSeal), seals)
        session.execute(delete(AuditUnsealed).where(AuditUnsealed.audit_id.in_([row.id for row in rows])))
    if len(rows) < batch:  # everything committed before this instant is sealed: the ledger is complete up to it
        horizon = upsert(LedgerHorizon).values(id=1, sealed_through=instant)
        session.execute(horizon.on_conflict_do_update(index_elements=["id"], set_={"sealed_through": instant}))
    return len(rows)


def _next_instant(session: Session, now: datetime) -> datetime:
    """Now, but always later than the horizon: an instant once answered for never gains a row."""
    horizon = sealed_through(session)
    return now if horizon is None or now > horizon else horizon + _TICK


def chain(previous: bytes, seq: int, row: Sequence[object]) -> bytes:
    """The hash of an entry, over the one before and the columns of its audit row."""
    return chained(previous, seq, hashed_values(row))


def hashed_values(row: Sequence[object]) -> list[object]:
    """The columns of an audit row as they are hashed and told: instants are ISO 8601 in UTC with six decimals."""
    return [
        value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
        for value in row
    ]


def sealed_through(session: Session) -> datetime | None:
    """The instant up to which the ledger is complete; None before the first sealing."""
    return session.execute(select(LedgerHorizon.sealed_through)).scalar_one_or_none()


def last_position(session: Session) -> int:
    """The newest sealed position; 0 before the first."""
    return session.execute(select(func.coalesce(func.max(LedgerSeal.seq), 0))).scalar_one()


def position_at(session: Session, known_at: datetime) -> int:
    """The last position sealed at `known_at` (semantics §1): the same question always gets the same answer.

    Raises:
        Problem: `not_yet_sealed`, when the ledger is not complete up to that instant.
    """
    horizon = sealed_through(session)
    if horizon is None or known_at > horizon:
        raise Problem("not_yet_sealed", sealed_through=horizon.isoformat() if horizon else "–")
    newest = select(func.max(LedgerSeal.seq)).where(LedgerSeal.sealed_at <= known_at)
    return session.execute(newest).scalar_one() or 0


def ledger_check(session: Session, *, kept: Iterable[tuple[int, bytes]] = ()) -> LedgerReport:
    """Recompute the whole chain and compare it with the audit rows and all checkpoints, in bounded memory.

    `kept`: sizes and roots of checkpoints that somebody kept outside, held against the ledger beside its own.
    """
    faults: list[str] = []
    previous, expected = GENESIS, 0
    tree, signed = MerkleTree(), _signed_roots(session, kept)
    rows = session.execute(
        select(LedgerSeal.seq, LedgerSeal.hash, LedgerSeal.audit_id, *SEALED)
        .join(Audit, Audit.id == LedgerSeal.audit_id, isouter=True)
        .order_by(LedgerSeal.seq)
        .execution_options(yield_per=2_000)
    )
    for row in rows:
        expected += 1
        faults.extend(_faults(row, expected, previous))
        previous = row[1]
        tree.append_hash(leaf(expected, previous))
        if any(root != tree.root() for root in signed.pop(expected, ())):
            faults.append(f"the checkpoint at {expected} entries has another root: the ledger was rewritten")
    faults += [f"there is a checkpoint at {size} entries and the ledger has {expected}" for size in sorted(signed)]
    missing = (
        select(func.count())
        .select_from(Audit)
        .where(~select(LedgerSeal.seq).where(LedgerSeal.audit_id == Audit.id).exists())
    )
    unsealed = session.execute(missing).scalar_one()
    waiting = session.execute(select(func.count()).select_from(AuditUnsealed)).scalar_one()
    if unsealed != waiting:
        faults.append(f"{unsealed} audit rows bear no seal, but {waiting} wait for one")
    return LedgerReport(expected, unsealed, previous.hex(), tuple(faults))


def note_check(database: Database, report: LedgerReport) -> None:
    """Keep when the ledger was checked last, and whether it was intact: for those who watch."""
    found = {"checked_at": database.clock.now(), "position": report.sealed, "intact": report.intact}
    with database.bookkeeping() as session:
        noted = upsert(LedgerChecked).values(id=1, **found)
        session.execute(noted.on_conflict_do_update(index_elements=["id"], set_=found))


def last_check(session: Session) -> datetime | None:
    """When the ledger was checked last; None: never."""
    return session.execute(select(LedgerChecked.checked_at)).scalar_one_or_none()


def _signed_roots(session: Session, kept: Iterable[tuple[int, bytes]]) -> dict[int, set[bytes]]:
    """The roots of all checkpoints by size."""
    found: dict[int, set[bytes]] = {}
    for one in chain_of(session.execute(select(LedgerCheckpoint.size, LedgerCheckpoint.root)), kept):
        found.setdefault(one[0], set()).add(one[1])
    return found


def _faults(row: Row[*tuple[Any, ...]], expected: int, previous: bytes) -> Sequence[str]:
    seq, stored, audit_id, *columns = tuple(row)
    if seq != expected:
        return [f"seal {seq} stands where {expected} is due"]
    if columns[0] is None:
        return [f"seal {seq} names audit row {audit_id}, which is gone"]
    if chain(previous, expected, columns) != stored:
        return [f"seal {seq} does not fit audit row {audit_id}: the row or the chain was changed"]
    return []


@dataclass(frozen=True, slots=True)
class LedgerState:
    """How far the ledger is sealed; `head` is the last hash in hexadecimal."""

    position: int
    sealed_through: datetime | None
    head: str


def ledger_state(session: Session) -> LedgerState:
    """How far the ledger is sealed."""
    newest = select(LedgerSeal.seq, LedgerSeal.hash).order_by(LedgerSeal.seq.desc()).limit(1)
    row = session.execute(newest).one_or_none()
    seq, head = (row.seq, row.hash) if row else (0, GENESIS)
    return LedgerState(seq, sealed_through(session), head.hex())


def positions_of(
    session: Session,
    actor: Actor,
    *,
    reads_ledger: bool,
    subject: str | None,
    request_id: str | None = None,
    position: int | None,
    limit: int,
) -> Sequence[int]:
    """Positions of sealed entries that an actor may take a receipt of, the newest first: one, or those of a subject.

    They are its own; who may read the whole ledger takes those of everybody whose entries it reads.
    """
    wanted = select(LedgerSeal.seq).join(Audit, Audit.id == LedgerSeal.audit_id).order_by(Audit.id.desc()).limit(limit)
    wanted = wanted.where(LedgerSeal.seq == position) if subject is None else wanted.where(Audit.subject == subject)
    if request_id is not None:
        wanted = wanted.where(Audit.request_id == request_id)
    if not reads_ledger or actor.regions:
        wanted = wanted.where(Audit.actor_kind == actor.kind, Audit.actor_id == actor.id)
    elif actor.authorities is not None:
        wanted = wanted.where(Audit.authority.in_(actor.authorities))
    return session.scalars(wanted).all()


def ledger_entries(session: Session, actor: Actor, *, after: int, limit: int) -> Sequence[Row[Any]]:
    """Sealed audit rows with `seq` greater than `after`; an actor of an authority sees its acts and those below it."""
    hexadecimal = func.encode(LedgerSeal.hash, "hex").label("hash")
    wanted = (
        select(LedgerSeal.seq, hexadecimal, *SEALED[1:])
        .join(Audit, Audit.id == LedgerSeal.audit_id)
        .where(LedgerSeal.seq > after)
        .order_by(LedgerSeal.seq)
        .limit(limit)
    )
    if actor.authorities is not None:
        wanted = wanted.where(Audit.authority.in_(actor.authorities))
    return session.execute(wanted).all()
