"""The folder of backups: a folder for each whole backup, and the pieces of the log.

``20261122T083000Z/`` holds a manifest and pieces of the base; ``log/SYSTEM/`` holds the log of a server, in pieces
named after timeline, first and last position, and the instant up to which they are whole. What is being written has
another name, and is renamed when it is on its disk.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from service.platform.backup.errors import BackupError
from service.platform.backup.manifest import MANIFEST, BackupKeys, Manifest, read_manifest
from service.platform.backup.sealing import Sealing, broken, unsealed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME: Final = "%Y%m%dT%H%M%SZ"
PARTIAL: Final = ".partial"
_UNTIL: Final = "%Y%m%dT%H%M%S.%fZ"
_LOG: Final = "log"


class Piece(NamedTuple):
    """A piece of the log: bytes from ``start`` up to ``end``; with all before it, everything until an instant."""

    system: str
    timeline: int
    start: int
    end: int
    until: datetime

    @property
    def place(self) -> str:
        """Where it lies in the folder of backups."""
        until = self.until.astimezone(UTC).strftime(_UNTIL)
        return f"{_LOG}/{self.system}/{self.timeline:08X}-{self.start:016X}-{self.end:016X}-{until}"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder of backups, and the keys under which they are sealed."""

    folder: Path
    keys: BackupKeys

    def names(self) -> list[str]:
        """The whole backups, the oldest first."""
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        return sorted(one.name for one in found if one.is_dir() and _is_name(one.name))

    def manifest(self, name: str) -> Manifest:
        """What a backup says of itself.

        Raises:
            BackupError: there is none of that name, or it was changed.
        """
        place = f"{name}/{MANIFEST}"
        try:
            content = (self.folder / place).read_bytes()
        except FileNotFoundError as error:
            raise missing(place) from error
        found = read_manifest(content, self.keys, place)
        if found.name != name:
            raise missing(found.name)
        return found

    def base(self, manifest: Manifest) -> Iterator[bytes]:
        """The tar of the server's files, every byte authenticated."""
        for name, piece in manifest.pieces:
            yield from self._opened(f"{manifest.name}/{name}", piece.sha256)

    def log(self, piece: Piece) -> bytes:
        """The bytes of a piece of the log.

        Raises:
            BackupError: it was changed or shortened.
        """
        content = b"".join(self._opened(piece.place))
        if len(content) != piece.end - piece.start:
            raise broken(piece.place)
        return content

    def _opened(self, place: str, expected: str | None = None) -> Iterator[bytes]:
        try:
            source = (self.folder / place).open("rb")
        except FileNotFoundError as error:
            raise missing(place) from error
        with source:
            yield from unsealed(source, self.keys, place, expected=expected)

    def pieces(self, system: str, timeline: int | None = None) -> list[Piece]:
        """The pieces of a server's log, on one timeline or all, in their order."""
        folder = self.folder / _LOG / system
        found = sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []
        read = [_piece(system, name) for name in found if not name.endswith(PARTIAL)]
        return [one for one in read if timeline in {None, one.timeline}]

    def systems(self) -> list[str]:
        """The servers of which there is a log."""
        folder = self.folder / _LOG
        return sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []

    def keep_log(self, piece: Piece, content: bytes) -> None:
        """Keep a piece of the log; it is on its disk then."""
        file = self.folder / piece.place
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(file.name + PARTIAL)
        with fresh.open("wb") as sink:
            sealing = Sealing(sink, self.keys, piece.place)
            sealing.write(content)
            sealing.finish()
        fresh.rename(file)
        settle(file.parent)

    def drop_log(self, piece: Piece) -> None:
        """Remove a piece of the log."""
        (self.folder / piece.place).unlink(missing_ok=True)

    @contextmanager
    def alone(self, what: str) -> Iterator[None]:
        """While inside nobody else does ``what`` in this folder, nor is left to clear away what it broke off.

        Raises:
            BackupError: somebody does.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f".{what}.lock").open("wb") as lock:
            _lock(lock, self.folder)
            yield


def prune(shelf: Shelf, keep: int) -> list[str]:
    """Remove all backups but the newest ``keep``, and the log from before the oldest that stays; their names."""
    names = shelf.names()
    gone = names[:-keep]
    for name in gone:
        away = shelf.folder / f"{name}{PARTIAL}"  # never taken for a whole one, wherever this is broken off
        (shelf.folder / name).rename(away)
        shutil.rmtree(away)
    stay = [shelf.manifest(name) for name in names[-keep:]]
    for system in shelf.systems():
        for piece in shelf.pieces(system):
            if not _is_needed(piece, [one for one in stay if one.system == system]):
                shelf.drop_log(piece)
    return gone


def _is_needed(piece: Piece, stay: list[Manifest]) -> bool:
    """Whether a backup that stays may be restored by a piece, or one that is still to come on a newer timeline."""
    same = [one.start for one in stay if one.timeline == piece.timeline]
    return piece.end > min(same) if same else any(one.timeline < piece.timeline for one in stay)


def settle(folder: Path) -> None:
    """Have what was renamed or removed in a folder on its disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def missing(place: str) -> BackupError:
    """A file of a backup is not there."""
    return BackupError(
        zh=f"备份中缺少 {place}。请从另一份副本补齐。",
        en=f"{place} is missing from the backups. Bring it from another copy.",
    )


def _lock(lock: BinaryIO, folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BackupError(
            zh=f"另一个进程正在向 {folder} 备份。请等它结束。",
            en=f"Another process is backing up into {folder}. Wait for it to end.",
        ) from error


def _is_name(name: str) -> bool:
    try:
        datetime.strptime(name, NAME)  # noqa: DTZ007 - only its form counts
    except ValueError:
        return False
    return True


def _piece(system: str, name: str) -> Piece:
    try:
        timeline, start, end, until = name.split("-")
        at = datetime.strptime(until, _UNTIL).replace(tzinfo=UTC)
        return Piece(system, int(timeline, 16), int(start, 16), int(end, 16), at)
    except ValueError as error:
        raise BackupError(
            zh=f"{_LOG}/{system}/{name} 不是日志片段。请移走。",
            en=f"{_LOG}/{system}/{name} is no piece of the log. Take it away.",
        ) from error
