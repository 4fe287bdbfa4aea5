"""Figures read from the database: apart from the pool, within bounds, and kept for some seconds."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import structlog
from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from service.platform.clock import Clock
from service.platform.metrics.families import Figure, Reader, gauge
from service.platform.reach import EVERYTHING, SETTING

log = structlog.get_logger(__name__)

DATABASE_UP = gauge("database_up", "Whether the database answered the last reading of figures")
READ = gauge("figures_read", "Whether a room's figures were read the last time", "room")
PATIENCE: Final = 3.0
"""Seconds after which no further room is asked; one statement is given a second."""
_CONNECTING: Final = {
    "application_name": "xinjian metrics",
    "connect_timeout": 2,
    "tcp_user_timeout": 3_000,
    "options": f"-c timezone=UTC -c statement_timeout=1000 -c {SETTING}={EVERYTHING}",
}


class Readings:
    """Asks rooms for their figures over a connection of its own, so that an empty pool is told of and not waited for.

    `kept`: seconds for which an answer stands, whoever asks. A room that fails keeps no other from being told.
    """

    def __init__(self, url: str, clock: Clock, rooms: Mapping[str, Reader], *, kept: float) -> None:
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=_CONNECTING)
        self._engine = engine.execution_options(postgresql_readonly=True)
        self._clock = clock
        self._rooms = rooms
        self._kept = kept
        self._lock = threading.Lock()
        self._figures: Sequence[Figure] = ()
        self._until = 0.0

    def figures(self) -> Sequence[Figure]:
        """The figures of this moment, or of one not longer ago than they are kept."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._figures = tuple(self._read())
                self._until = time.monotonic() + self._kept
            return self._figures

    def _read(self) -> Iterator[Figure]:
        try:
            connection = self._engine.connect()
        except SQLAlchemyError:
            yield DATABASE_UP.of(0)
            yield from (READ.of(0, room=room) for room in self._rooms)
            return
        yield DATABASE_UP.of(1)
        end = time.monotonic() + PATIENCE
        with connection:
            for room, reader in self._rooms.items():
                found = self._of(connection, room, reader) if time.monotonic() < end else None
                yield READ.of(found is not None, room=room)
                yield from found or ()

    def _of(self, connection: Connection, room: str, reader: Reader) -> Sequence[Figure] | None:
        try:
            with Session(connection, autoflush=False) as session:
                return tuple(reader(session, self._clock.now()))
        except Exception:
            log.warning("figures_unread", room=room, exc_info=True)
            return None
