"""Proofs for outsiders: that a checkpoint continues an earlier one, and that entries stand under it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from scoring.kernel.canonical import canonical
from scoring.ledger import FIELDS, GENESIS, SCHEMA, TYPE, consistency, inclusion
from service.platform.checkpoints.making import checkpoint_at, newest_checkpoint
from service.platform.checkpoints.tree import LedgerTree
from service.platform.ledger import SEALED, hashed_values
from service.platform.problem import Problem
from service.platform.tables import Audit, LedgerSeal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from service.platform.checkpoints.making import Kept


def proof_between(session: Session, *, first: int, last: int | None = None) -> bytes:
    """The proof that the checkpoint of ``last`` entries, else the newest, continues that of ``first``: canonical JSON.

    Raises:
        Problem: ``checkpoint_unknown``.
    """
    newest = _at(session, last)
    earlier = _at(session, first)
    if earlier.size > newest.size:
        raise Problem("checkpoint_unknown", size=first)
    path = consistency(LedgerTree(session).node, earlier.size, newest.size)
    return _written(newest, earlier={"checkpoint": earlier.note, "path": _told(path)})


def receipt(session: Session, positions: Sequence[int]) -> bytes:
    """The proof that sealed entries stand under the newest checkpoint: canonical JSON, with the entries.

    Raises:
        Problem: ``checkpoint_unknown``: none was made yet; ``not_yet_checkpointed``: some entry is younger than it.
    """
    newest = _at(session, None)
    if late := [position for position in positions if position > newest.size]:
        raise Problem("not_yet_checkpointed", position=late[0], size=newest.size)
    tree = LedgerTree(session)
    before = _chain_before(session, positions)
    entries = [
        {
            "position": row.seq,
            "previous": before[row.seq].hex(),
            "entry": dict(zip(FIELDS, hashed_values(row[1:]), strict=True)),
            "path": _told(inclusion(tree.node, row.seq - 1, newest.size)),
        }
        for row in _entries(session, positions)
    ]
    return _written(newest, entries=entries)


def _at(session: Session, size: int | None) -> Kept:
    found = newest_checkpoint(session) if size is None else checkpoint_at(session, size)
    if found is None:
        raise Problem("checkpoint_unknown", size="–" if size is None else size)
    return found


def _chain_before(session: Session, positions: Sequence[int]) -> dict[int, bytes]:
    """The chain's hash before each of the positions."""
    wanted = select(LedgerSeal.seq, LedgerSeal.hash).where(LedgerSeal.seq.in_([one - 1 for one in positions]))
    return {1: GENESIS} | {seq + 1: hashed for seq, hashed in session.execute(wanted)}


def _entries(session: Session, positions: Sequence[int]) -> Iterable[Row[Any]]:
    wanted = select(LedgerSeal.seq, *SEALED).join(Audit, Audit.id == LedgerSeal.audit_id)
    return session.execute(wanted.where(LedgerSeal.seq.in_(positions)).order_by(LedgerSeal.seq))


def _written(checkpoint: Kept, **more: object) -> bytes:
    return canonical({"type": TYPE, "schema": SCHEMA, "checkpoint": checkpoint.note, **more})


def _told(path: Iterable[bytes]) -> list[str]:
    return [one.hex() for one in path]
