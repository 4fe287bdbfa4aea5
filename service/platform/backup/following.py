"""Following the write-ahead log: what the server writes is kept here, sealed, within a minute or as often as is wished.

A slot has the server keep what was not fetched yet, so that nothing is missing however long nobody followed.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import psycopg
from sqlalchemy import make_url

from service.platform.backup.errors import BackupError
from service.platform.backup.server import SLOT, Identity, Server, position
from service.platform.backup.shelf import Piece

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.platform.backup.shelf import Shelf

LARGEST: Final = 16 << 20
"""Bytes of one piece at most, and so of the log in memory."""
_LONGEST_WAIT: Final = 1.0
_PATIENCE: Final = 60.0
"""Seconds within which the server must send what it says it has written."""
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Following:
    """A server's log as it comes. ``until``: the instant up to which it is kept; ``gap``: whether some is lost."""

    def __init__(self, url: str, shelf: Shelf) -> None:
        self._shelf = shelf
        self._marking = psycopg.connect(_plain(url), autocommit=True, application_name="xinjian backup")
        self._server = Server(url)
        self._who = self._server.identity()
        self.until = _NEVER
        self.gap = False
        self._waiting = bytearray()
        self._kept = self._begin()

    def close(self) -> None:
        """End it; what is not kept yet the server sends to the next one."""
        self._server.close()
        self._marking.close()

    def catch_up(self) -> datetime:
        """Keep everything that the server has written until now; the instant up to which that is.

        Raises:
            BackupError: the server stopped sending, or the disk does not take it.
        """
        instant, target = self._mark()
        patience = time.monotonic() + _PATIENCE
        while self._kept + len(self._waiting) < target:
            received = self._server.receive(_LONGEST_WAIT)
            if received is not None:
                self._take(received.start, received.content)
                patience = time.monotonic() + _PATIENCE
            elif time.monotonic() > patience:
                raise _silent()
        self._keep(instant)
        return instant

    def rest(self, seconds: float, stopped: Callable[[], bool]) -> None:
        """Go on receiving for a while; what is large is kept at once."""
        until = time.monotonic() + seconds
        while not stopped() and (left := until - time.monotonic()) > 0:
            received = self._server.receive(min(left, _LONGEST_WAIT))
            if received is not None:
                self._take(received.start, received.content)
            else:
                self._server.confirm(self._kept)

    def _begin(self) -> int:
        """Have the server send from where the kept log ends; from where it still can if that is gone."""
        self._hold()
        pieces = self._shelf.pieces(self._who.system, self._who.timeline)
        start = self._oldest()
        if pieces:
            self.until = max(piece.until for piece in pieces)
            self.gap = pieces[-1].end < start  # told by whoever called, and by every look at the backups
            start = max(start, pieces[-1].end)
        self._server.stream(start, self._who.timeline)
        return start

    def _hold(self) -> None:
        """Make the slot, or make it anew where the server has given up what it held."""
        known = self._marking.execute(
            "SELECT wal_status FROM pg_replication_slots WHERE slot_name = %s", [SLOT]
        ).fetchone()
        if known is not None and known[0] == "lost":
            self._marking.execute("SELECT pg_drop_replication_slot(%s)", [SLOT])
        if known is None or known[0] == "lost":
            self._server.ask(f"CREATE_REPLICATION_SLOT {SLOT} PHYSICAL (RESERVE_WAL)")

    def _oldest(self) -> int:
        asked = self._marking.execute(
            "SELECT restart_lsn::text, (SELECT setting::bigint FROM pg_settings WHERE name = 'wal_segment_size') "
            "FROM pg_replication_slots WHERE slot_name = %s",
            [SLOT],
        ).fetchone()
        if asked is None:
            raise _silent()
        return position(asked[0]) // int(asked[1]) * int(asked[1])

    def _mark(self) -> tuple[datetime, int]:
        """Write an instant into the log, so that a restore finds its way until there; it, and where the log is then."""
        marked = self._marking.execute(
            "SELECT clock_timestamp(), pg_logical_emit_message(true, 'xinjian', 'backup')"
        ).fetchone()
        flushed = self._marking.execute("SELECT pg_current_wal_flush_lsn()::text").fetchone()
        if marked is None or flushed is None:
            raise _silent()
        return marked[0], position(flushed[0])

    def _take(self, start: int, content: bytes) -> None:
        if start != self._kept + len(self._waiting):
            raise _silent()
        self._waiting += content
        while len(self._waiting) >= LARGEST:
            self._keep(self.until, LARGEST)

    def _keep(self, until: datetime, size: int = LARGEST) -> None:
        """Keep some of what waits, up to which everything until an instant is whole."""
        content = bytes(self._waiting[:size])
        if not content:
            return
        end = self._kept + len(content)
        piece = Piece(self._who.system, self._who.timeline, self._kept, end, until)
        try:
            self._shelf.keep_log(piece, content)
        except OSError as error:
            raise BackupError(
                zh=f"无法写入 {self._shelf.folder}：{error.strerror}。日志仍在数据库中，腾出空间后会继续。",
                en=f"{self._shelf.folder} cannot be written to: {error.strerror}. The log stays in the database; make "
                "room, and it goes on.",
            ) from error
        del self._waiting[: len(content)]
        self._kept, self.until = end, until
        self._server.confirm(end)

    @property
    def who(self) -> Identity:
        """Which server is followed."""
        return self._who


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _silent() -> BackupError:
    return BackupError(
        zh="数据库没有按序送来日志。请查看数据库的日志后重试。",
        en="The database did not send its log in order. Look into its own log, and try again.",
    )
