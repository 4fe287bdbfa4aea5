"""Who asked what for which purpose: buffered, since a read must not wait for a write.

A process that crashes may lose the notes of its last second. Look-ups of named persons are never buffered.
"""

import threading
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
import psycopg
import structlog
from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError

from service.platform.actor import Actor
from service.platform.database import Database
from service.platform.request_id import current_request_id
from service.platform.tables import QueryLog

log = structlog.get_logger(__name__)

FLUSH_SECONDS = 0.5
_COLUMNS = "asked_at", "actor_kind", "actor_id", "purpose", "subject", "request_id"
_COPY = f"COPY query_log ({', '.join(_COLUMNS)}, detail) FROM STDIN"
_MOST = 10_000  # rows held while the database is away; older ones are dropped and counted


class QueryNotes:
    """The notes of one process, flushed within a second by a thread that starts with the first note."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()

    def note(self, actor: Actor, purpose: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
        """Note a query; it reaches the database within a second."""
        row = self._row(actor, purpose, subject, detail)
        with self._lock:
            self._rows.append(row)
            if len(self._rows) > _MOST:
                del self._rows[0]
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="query-notes", daemon=True)
                self._thread.start()

    def note_now(self, actor: Actor, purpose: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
        """Note a query about a named person before it is answered."""
        self.note_each_now(actor, purpose, [subject], detail)

    def note_each_now(
        self, actor: Actor, purpose: str, subjects: Iterable[str], detail: Mapping[str, Any] | None = None
    ) -> None:
        """Note a query whose answer names several persons, under each of them, before it is answered."""
        rows = [self._row(actor, purpose, subject, detail) for subject in subjects]
        if rows:
            with self._database.bookkeeping() as session:
                session.execute(insert(QueryLog), rows)

    def flush(self) -> None:
        """Write what is held. Rows stay held while the database is away."""
        with self._lock:
            rows, self._rows = self._rows, []
        if not rows:
            return
        try:
            self._copy(rows)
        except (SQLAlchemyError, psycopg.Error):
            log.warning("query_notes_held", rows=len(rows), exc_info=True)
            with self._lock:
                self._rows = (rows + self._rows)[-_MOST:]

    def _copy(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write rows by COPY, which costs this process a fraction of what an INSERT does."""
        with self._database.bookkeeping() as session:
            connection = session.connection().connection.driver_connection
            with connection.cursor() as cursor, cursor.copy(_COPY) as copy:  # type: ignore[union-attr] # psycopg, always
                for row in rows:
                    copy.write_row((*[row[name] for name in _COLUMNS], orjson.dumps(row["detail"]).decode()))

    def close(self) -> None:
        """Flush and stop the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self.flush()

    def _run(self) -> None:
        while not self._stop.wait(FLUSH_SECONDS):
            self.flush()

    def _row(self, actor: Actor, purpose: str, subject: str, detail: Mapping[str, Any] | None) -> dict[str, Any]:
        return {
            "asked_at": self._database.clock.now(),
            "actor_kind": actor.kind,
            "actor_id": actor.id,
            "purpose": purpose,
            "subject": subject,
            "detail": dict(detail or {}),
            "request_id": current_request_id(),
        }
