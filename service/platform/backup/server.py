"""The database's own protocol of replication, over libpq: base backups and the write-ahead log.

Nothing but the driver is needed, of whatever version the server is. The connection names a database, so that the rules
of `pg_hba.conf` for ordinary connections let it in.
"""

from __future__ import annotations

import select
import struct
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import psycopg
from psycopg import pq
from sqlalchemy import make_url

from service.platform.backup.errors import BackupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

LEAST_VERSION: Final = 150_000
SLOT: Final = "xinjian_backup"
_DATA = ord("w")
_HEADER: Final = 25


class Identity(NamedTuple):
    """Which server it is, and on which timeline."""

    system: str
    timeline: int


class Received(NamedTuple):
    """Some bytes of the log and where they begin."""

    start: int
    content: bytes


def position(said: bytes | str) -> int:
    """A position in the log as the server writes it, as a number of bytes."""
    high, low = (said.decode() if isinstance(said, bytes) else said).split("/")
    return (int(high, 16) << 32) + int(low, 16)


def written(lsn: int) -> str:
    """A position as the server writes it."""
    return f"{lsn >> 32:X}/{lsn & 0xFFFFFFFF:X}"


class Server:
    """A connection for replication that takes SQL, too."""

    def __init__(self, url: str) -> None:
        address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        try:
            self._link = psycopg.connect(
                address, autocommit=True, replication="database", application_name="xinjian backup"
            )
        except psycopg.OperationalError as error:
            if "WAL sender" in str(error) or "replication" in str(error):
                raise _refused(str(error).strip()) from error
            raise
        self._pg = self._link.pgconn
        if self._link.info.server_version < LEAST_VERSION:
            self.close()
            raise BackupError(
                zh=f"数据库是 PostgreSQL {self._link.info.server_version // 10_000}，备份需要 15 或更高版本。",
                en=f"The database is PostgreSQL {self._link.info.server_version // 10_000}; backups need 15 or later.",
            )

    @property
    def version(self) -> int:
        """The server's version: 180001 for 18.1."""
        return self._link.info.server_version

    def close(self) -> None:
        """Close it; what was under way is given up."""
        self._link.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def ask(self, question: str) -> list[tuple[str | None, ...]]:
        """The rows that a statement or a command of replication is answered with."""
        return _rows(_good(self._pg.exec_(question.encode())))

    def identity(self) -> Identity:
        """Which server it is."""
        ((system, timeline, *_),) = self.ask("IDENTIFY_SYSTEM")
        return Identity(str(system), int(str(timeline)))

    def base_backup(
        self, label: str, sink: Callable[[memoryview], None], *, most: int | None = None
    ) -> tuple[int, int]:
        """Hand the files of the server to ``sink`` as one tar; where in its log the backup begins and ends.

        ``most``: kB a second that the server sends at most.

        Raises:
            BackupError: the server refuses, or keeps some tables elsewhere than in its data folder.
        """
        pace = f", MAX_RATE {most}" if most else ""
        self._pg.send_query(
            f"BASE_BACKUP (LABEL '{label}', CHECKPOINT 'fast', WAL true, MANIFEST 'no', TARGET 'client'{pace})".encode()
        )
        found: list[list[tuple[str | None, ...]]] = []
        while (answer := self._pg.get_result()) is not None:
            if answer.status == pq.ExecStatus.COPY_OUT:
                self._refuse_elsewhere(found[1])
                for message in self._messages():
                    if message[0] == ord("d"):
                        sink(message[1:])
            elif answer.status == pq.ExecStatus.TUPLES_OK:
                found.append(_rows(answer))
            else:
                _good(answer)
        return position(str(found[0][0][0])), position(str(found[-1][0][0]))

    def _refuse_elsewhere(self, tablespaces: list[tuple[str | None, ...]]) -> None:
        elsewhere = [str(where) for _oid, where, _size in tablespaces if where]
        if elsewhere:
            self.close()
            raise BackupError(
                zh=f"数据库有表空间在数据目录之外（{elsewhere[0]}），此处不能备份。请移回默认表空间。",
                en=f"The database keeps tables outside its data folder ({elsewhere[0]}), which cannot be backed up "
                "here. Move them to the default tablespace.",
            )

    def _messages(self) -> Iterator[memoryview]:
        while True:
            size, message = self._pg.get_copy_data(0)
            if size < 0:
                return
            yield message

    def stream(self, start: int, timeline: int) -> None:
        """Let the server send its log from a position on.

        Raises:
            BackupError: it has no such position any more.
        """
        command = f"START_REPLICATION SLOT {SLOT} PHYSICAL {written(start)} TIMELINE {timeline}"
        answer = self._pg.exec_(command.encode())
        if answer.status != pq.ExecStatus.COPY_BOTH:
            _good(answer)

    def receive(self, seconds: float) -> Received | None:
        """What the server sends next, within so many seconds; None where it sends nothing of the log.

        Raises:
            BackupError: it stopped sending.
        """
        size, message = self._pg.get_copy_data(1)
        if size == 0:
            select.select([self._pg.socket], [], [], seconds)
            self._pg.consume_input()
            size, message = self._pg.get_copy_data(1)
        if size < 0:
            _good(self._pg.get_result())
            raise _refused("the server ended the stream of its log")
        if size == 0 or message[0] != _DATA:
            return None
        return Received(int.from_bytes(message[1:9]), bytes(message[_HEADER:]))

    def confirm(self, durable: int) -> None:
        """Tell the server that everything before a position is kept: it may forget that."""
        self._pg.put_copy_data(b"r" + struct.pack(">QQQqB", durable, durable, 0, 0, 0))
        self._pg.flush()


def _rows(answer: pq.abc.PGresult) -> list[tuple[str | None, ...]]:
    def told(row: int, column: int) -> str | None:
        value = answer.get_value(row, column)
        return None if value is None else value.decode()

    return [tuple(told(row, column) for column in range(answer.nfields)) for row in range(answer.ntuples)]


def _good(answer: pq.abc.PGresult | None) -> Any:  # noqa: ANN401 - as it came
    if answer is None or answer.status not in {pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK}:
        raise _refused("" if answer is None else answer.error_message.decode("utf-8", "replace").strip())
    return answer


def _refused(why: str) -> BackupError:
    return BackupError(
        zh=f"数据库拒绝备份：{why}。账号需要 REPLICATION 权限（ALTER ROLE … REPLICATION），wal_level 至少为 replica，"
        "max_wal_senders 有余量。",
        en=f"The database refuses to be backed up: {why}. The role needs REPLICATION (ALTER ROLE … REPLICATION), "
        "wal_level at least replica, and max_wal_senders some to spare.",
    )
