"""Taking a whole backup: everything under another name first, renamed when all of it is on its disk."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

from service.platform.backup.errors import BackupError
from service.platform.backup.manifest import MANIFEST, LedgerMark, Manifest
from service.platform.backup.sealing import Sealed, Sealing
from service.platform.backup.server import Server
from service.platform.backup.shelf import NAME, PARTIAL, settle

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from service.platform.backup.shelf import Shelf

LARGEST: Final = 1 << 30
"""Bytes of the base in one piece."""

_SERVER = (
    "SELECT clock_timestamp() AT TIME ZONE 'UTC', current_database(), pg_get_userbyid(datdba), "
    "current_setting('server_version'), (SELECT setting FROM pg_settings WHERE name = 'wal_segment_size') "
    "FROM pg_database WHERE datname = current_database()"
)
_LEDGER = "SELECT seq, encode(hash, 'hex') FROM ledger_seal ORDER BY seq DESC LIMIT 1"
_CHECKPOINT = "SELECT note FROM ledger_checkpoint ORDER BY id DESC LIMIT 1"
_GENESIS: Final = LedgerMark(0, "", None)


def take(url: str, shelf: Shelf, *, most: int | None = None, largest: int = LARGEST) -> Manifest:
    """Take a whole backup of the server at an address; ``most``: kB a second that the server sends at most.

    Raises:
        BackupError: the server refuses, another backup is under way, or the disk does not take it. Nothing of it is
            left that could be taken for a backup.
    """
    with shelf.alone("backup"), Server(url) as server:
        _clear(shelf.folder)
        before = _facts(server)
        fresh = shelf.folder / f"{before.name}{PARTIAL}"
        try:
            fresh.mkdir()
            made = _written(server, shelf, before, most, _Pieces(shelf, fresh, before.name, largest))
        except BaseException as error:
            shutil.rmtree(fresh, ignore_errors=True)
            if isinstance(error, OSError):
                raise _full(shelf.folder, error) from error
            raise
        fresh.rename(shelf.folder / made.name)
        settle(shelf.folder)
        return made


def _clear(folder: Path) -> None:
    """Remove what a backup left that was killed: we are alone here."""
    for left in folder.glob(f"*{PARTIAL}"):
        shutil.rmtree(left)


def _facts(server: Server) -> Manifest:
    """What is known before the first byte: all of it is true of everything the backup will contain."""
    ((now, database, owner, said, segment),) = server.ask(_SERVER)
    started_at = _instant(now)
    identity = server.identity()
    return Manifest(
        name=started_at.strftime(NAME),
        program=_program(),
        schema=_schema(server, str(database)),
        postgresql=str(said).split()[0],
        major=server.version // 10_000,
        system=identity.system,
        timeline=identity.timeline,
        segment=int(str(segment)),
        start=0,
        end=0,
        started_at=started_at,
        ended_at=started_at,
        database=str(database),
        owner=str(owner),
        ledger=_ledger(server),
    )


def _written(server: Server, shelf: Shelf, before: Manifest, most: int | None, pieces: _Pieces) -> Manifest:
    try:
        start, end = server.base_backup(f"xinjian {before.name}", pieces.write, most=most)
        kept = pieces.finish()
    finally:
        pieces.close()
    ((now,),) = server.ask("SELECT clock_timestamp() AT TIME ZONE 'UTC'")
    made = replace(before, start=start, end=end, ended_at=_instant(now), pieces=tuple(kept))
    with (pieces.folder / MANIFEST).open("wb") as sink:
        sink.write(made.written(shelf.keys))
        sink.flush()
        os.fsync(sink.fileno())
    settle(pieces.folder)
    return made


class _Pieces:
    """The base as sealed files of a bounded size."""

    def __init__(self, shelf: Shelf, folder: Path, name: str, largest: int) -> None:
        self._shelf, self.folder, self._name, self._largest = shelf, folder, name, largest
        self._done: list[tuple[str, Sealed]] = []
        self._opened = self._piece()
        self._sealing = next(self._opened)

    def write(self, content: memoryview) -> None:
        if self._sealing.holds >= self._largest:
            self._end()
            self._opened = self._piece()
            self._sealing = next(self._opened)
        self._sealing.write(content)

    def finish(self) -> list[tuple[str, Sealed]]:
        self._end()
        return self._done

    def close(self) -> None:
        self._opened.close()

    def _end(self) -> None:
        for _none_left in self._opened:
            pass

    def _piece(self) -> Generator[Sealing]:
        piece = f"base.{len(self._done):04}"
        with (self.folder / piece).open("xb") as sink:
            sealing = Sealing(sink, self._shelf.keys, f"{self._name}/{piece}")
            yield sealing
            self._done.append((piece, sealing.finish()))


def _schema(server: Server, database: str) -> str:
    if server.ask("SELECT to_regclass('alembic_version')") == [(None,)]:
        raise BackupError(
            zh=f"数据库 {database} 不是本程序的库。请核对 DATABASE_URL。",
            en=f"The database {database} is none of this program's. Check DATABASE_URL.",
        )
    ((revision,),) = server.ask("SELECT version_num FROM alembic_version")
    return str(revision)


def _ledger(server: Server) -> LedgerMark:
    """The end of the ledger; a database of an old revision has none, or no checkpoints."""
    ((seals, checkpoints),) = server.ask("SELECT to_regclass('ledger_seal'), to_regclass('ledger_checkpoint')")
    last = server.ask(_LEDGER) if seals else []
    note = server.ask(_CHECKPOINT) if checkpoints else []
    if not last:
        return _GENESIS
    return LedgerMark(int(str(last[0][0])), str(last[0][1]), note[0][0] if note else None)


def _instant(said: str | None) -> datetime:
    return datetime.fromisoformat(str(said)).replace(tzinfo=UTC)


def _program() -> str:
    try:
        return version("xinjian")
    except PackageNotFoundError:  # run where it lies, without being installed
        return "–"


def _full(folder: Path, error: OSError) -> BackupError:
    return BackupError(
        zh=f"无法写入 {folder}：{error.strerror}。未留下不完整的备份。请腾出空间或换一处后重试。",
        en=f"{folder} cannot be written to: {error.strerror}. No half backup is left. Make room or choose another "
        "folder, and try again.",
    )
