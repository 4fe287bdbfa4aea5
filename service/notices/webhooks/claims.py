"""Which partners this process delivers for: an advisory lock on each, held by one session and gone with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from service.platform import Database

_LOCK = text("SELECT pg_try_advisory_lock(hashtextextended('webhook.' || :code, 0))")
_UNLOCK = text("SELECT pg_advisory_unlock(hashtextextended('webhook.' || :code, 0))")


class Claims:
    """The claims of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._held: set[str] = set()

    def keep_alive(self) -> None:
        """Show that the session still lives, or open one.

        Raises:
            SQLAlchemyError: it is gone, and every claim with it.
        """
        if self._connection is None:
            self._connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._connection.execute(text("SELECT 1"))

    def hold(self, wanted: Collection[str]) -> frozenset[str]:
        """Claim these partners as far as nobody else holds them, give up all others; returns what is held."""
        if self._connection is None:
            return frozenset()
        for code in self._held - set(wanted):
            self._connection.execute(_UNLOCK, {"code": code})
            self._held.discard(code)
        for code in sorted(set(wanted) - self._held):
            if self._connection.execute(_LOCK, {"code": code}).scalar_one():
                self._held.add(code)
        return frozenset(self._held)

    def close(self) -> None:
        """Give up every claim: the session ends, and never goes back into the pool."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
        self._connection = None
        self._held.clear()
