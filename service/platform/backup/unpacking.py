"""Unpacking a backup into an empty data folder, so that a server over it recovers to the wished instant.

The file without which no server starts is put in its place at the very end: what was broken off is never started.
"""

from __future__ import annotations

import io
import os
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from service.platform.backup.errors import BackupError
from service.platform.backup.reading import after_base
from service.platform.backup.shelf import settle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from _typeshed import WriteableBuffer as Buffer

    from service.platform.backup.reading import Reach
    from service.platform.backup.shelf import Shelf
    from service.platform.embedded.identity import ServerIdentity

LOG: Final = "xinjian_log"
"""Within the data folder: the log that is to be replayed, in files as the server names them."""
_CONTROL: Final = "global/pg_control"
_HELD: Final = f"{_CONTROL}.unpacked"
_IGNORED: Final = frozenset({"lost+found"})
_FRESH: Final = ("postmaster.pid", "postmaster.opts")


@dataclass(frozen=True, slots=True)
class Target:
    """The data folder that is restored into, and whose it is to be."""

    folder: Path
    identity: ServerIdentity

    def refuse_filled(self) -> None:
        """See that nothing lies there.

        Raises:
            BackupError: something does.
        """
        if self.folder.exists() and any(one.name not in _IGNORED for one in self.folder.iterdir()):
            raise BackupError(
                zh=f"{self.folder} 不是空的，不会覆盖。请确认其中内容已无用并移走，或换一个目录。",
                en=f"{self.folder} is not empty, and nothing is written over. Make sure that what it holds is not "
                "needed and take it away, or choose another folder.",
            )

    def prepare(self) -> None:
        """Make it, if it is not there; it must be empty."""
        self.refuse_filled()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.identity.give(self.folder)

    def put(self, name: str, content: bytes) -> None:
        """Write a file into it."""
        file = self.folder / name
        file.write_bytes(content)
        file.chmod(0o600)
        self.identity.give(file)

    def empty(self) -> None:
        """Remove what was unpacked."""
        for one in self.folder.iterdir():
            if one.name in _IGNORED:
                continue
            if one.is_dir():
                shutil.rmtree(one)
            else:
                one.unlink()


def unpack(shelf: Shelf, source: Reach, target: Target, until: datetime | None) -> None:
    """Unpack a backup and the log that follows it, with the settings by which a server recovers to an instant.

    Raises:
        BackupError: the folder is not empty, a byte of the backup was changed, or the disk is full; it is empty then.
    """
    source.refuse_beyond(until)
    target.prepare()
    try:
        _unpack_base(shelf, source, target)
        _unpack_log(shelf, source, target)
        _instruct(target, until)
        (target.folder / _HELD).rename(target.folder / _CONTROL)
        settle(target.folder / "global")
    except BaseException as error:
        target.empty()
        if isinstance(error, OSError):
            raise BackupError(
                zh=f"无法写入 {target.folder}：{error.strerror}。已清空。请腾出空间后重试。",
                en=f"{target.folder} cannot be written to: {error.strerror}. It was emptied. Make room and try again.",
            ) from error
        raise


def release(target: Target) -> None:
    """Take away what only the recovery needed, once it has ended."""
    shutil.rmtree(target.folder / LOG, ignore_errors=True)
    own = target.folder / "postgresql.auto.conf"
    lines = own.read_text("utf-8").splitlines(keepends=True)
    target.put(own.name, "".join(line for line in lines if not line.startswith(_OURS)).encode())


_OURS: Final = ("restore_command", "recovery_target_")


def _unpack_base(shelf: Shelf, source: Reach, target: Target) -> None:
    with tarfile.open(fileobj=_Stream(shelf.base(source.manifest)), mode="r|") as archive:
        for member in archive:
            name = _within(member)
            content = archive.extractfile(member)
            if name == "." or name in _FRESH:
                continue
            place = target.folder / (_HELD if name == _CONTROL else name)
            if content is None:
                place.mkdir(mode=0o700, parents=True, exist_ok=True)
            else:
                with place.open("xb") as sink:
                    shutil.copyfileobj(content, sink, 1 << 20)
                place.chmod(0o600)
            target.identity.give(place)


def _within(member: tarfile.TarInfo) -> str:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or not (member.isdir() or member.isreg()):
        raise BackupError(
            zh=f"备份含有 {member.name}，不是数据目录中的文件。不能恢复。",
            en=f"The backup holds {member.name}, which is no file of a data folder. It is not restored.",
        )
    return str(path)


def _unpack_log(shelf: Shelf, source: Reach, target: Target) -> None:
    """Write the log that follows as files of the server's size; what is not known of the last one is zero."""
    folder, size = target.folder / LOG, source.manifest.segment
    folder.mkdir(mode=0o700)
    target.identity.give(folder)
    beginning = after_base(source.manifest)
    for piece in source.pieces:
        at, content = piece.start, shelf.log(piece)
        if at < beginning:
            at, content = beginning, content[beginning - at :]
        while content:
            number, within = divmod(at, size)
            some, content = content[: size - within], content[size - within :]
            _write_log(target, _file_of_log(piece.timeline, number, size), within, some, size)
            at += len(some)
    # So that the server opens a timeline that no log was ever kept of.
    taken = max([piece.timeline for piece in shelf.pieces(source.manifest.system)], default=0)
    for timeline in range(source.manifest.timeline + 1, taken + 1):
        target.put(f"{LOG}/{timeline:08X}.history", b"1\t0/0\tleft\n")


def _write_log(target: Target, name: str, within: int, content: bytes, size: int) -> None:
    file = target.folder / LOG / name
    if not file.exists():
        target.put(f"{LOG}/{name}", b"")
        os.truncate(file, size)
    with file.open("r+b") as sink:
        sink.seek(within)
        sink.write(content)


def _file_of_log(timeline: int, number: int, size: int) -> str:
    high, low = divmod(number, (1 << 32) // size)
    return f"{timeline:08X}{high:08X}{low:08X}"


def _instruct(target: Target, until: datetime | None) -> None:
    own = target.folder / "postgresql.auto.conf"
    told = own.read_text("utf-8") if own.exists() else ""
    kept = [line for line in told.splitlines() if not line.startswith(_OURS)]
    # The folder in which the command runs is the data folder.
    kept += [f'restore_command = \'cp "{LOG}/%f" "%p"\'', "recovery_target_timeline = 'current'"]
    if until is not None:
        kept += [f"recovery_target_time = '{until.isoformat()}'", "recovery_target_action = 'promote'"]
    target.put(own.name, ("\n".join(kept) + "\n").encode())
    target.put("recovery.signal", b"")


class _Stream(io.RawIOBase):
    """Pieces as a file that is read forward."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, into: Buffer) -> int:
        """Some bytes, none only at the end."""
        room = memoryview(into).cast("B")
        self._rest = self._rest or next(self._pieces, b"")
        some, self._rest = self._rest[: len(room)], self._rest[len(room) :]
        room[: len(some)] = some
        return len(some)
