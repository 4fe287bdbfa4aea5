"""The tree of RFC 6962 over the sealed entries: its complete subtrees of 256 entries, of 65,536 and so on are kept.

Any root and any proof is then worked out from a few hundred hashes, however long the ledger is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, insert, select

from scoring.kernel.trees import root_of_hashes
from scoring.ledger import leaf
from service.platform.problem import Problem
from service.platform.tables import LedgerSeal, LedgerTile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from service.platform.database import Database

_HEIGHT: Final = 8
_WIDTH: Final = 1 << _HEIGHT
_BATCH: Final = 256
"""Tiles of one transaction: 65,536 entries of the lowest level."""


class LedgerTree:
    """The tree as it is stored."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def node(self, height: int, number: int) -> bytes:
        """The hash of a complete subtree of entries that `grow` has seen.

        Raises:
            Problem: ``ledger_broken``: hashes are missing.
        """
        level, within = divmod(height, _HEIGHT)
        return root_of_hashes(_hashes(self._session, level, number << within, (number + 1) << within))


def grow(database: Database, size: int) -> None:
    """Keep every subtree that the first ``size`` entries complete, some thousand entries a transaction."""
    level = 1
    while size >> (level * _HEIGHT):
        while _grow_level(database, level, size >> (level * _HEIGHT)):
            pass
        level += 1


def _grow_level(database: Database, level: int, complete: int) -> bool:
    """Keep some more tiles of a level; whether there are others left."""
    with database.bookkeeping() as session:
        newest = select(func.coalesce(func.max(LedgerTile.number) + 1, 0)).where(LedgerTile.level == level)
        start = session.execute(newest).scalar_one()
        stop = min(complete, start + _BATCH)
        if start < stop:
            below = _hashes(session, level - 1, start * _WIDTH, stop * _WIDTH)
            tiles = (below[at : at + _WIDTH] for at in range(0, len(below), _WIDTH))
            rows = [
                {"level": level, "number": start + number, "hash": root_of_hashes(tile)}
                for number, tile in enumerate(tiles)
            ]
            session.execute(insert(LedgerTile), rows)
    return stop < complete


def _hashes(session: Session, level: int, start: int, stop: int) -> Sequence[bytes]:
    """Hashes of a kept level from ``start`` up to ``stop``; of the lowest, those of the entries themselves."""
    if level:
        wanted = select(LedgerTile.hash).where(LedgerTile.level == level, LedgerTile.number.between(start, stop - 1))
        found = list(session.scalars(wanted.order_by(LedgerTile.number)))
    else:
        seals = select(LedgerSeal.seq, LedgerSeal.hash).where(LedgerSeal.seq.between(start + 1, stop))
        found = [leaf(seq, hashed) for seq, hashed in session.execute(seals.order_by(LedgerSeal.seq))]
    if len(found) != stop - start:
        raise Problem("ledger_broken", level=level, start=start, stop=stop)
    return found
