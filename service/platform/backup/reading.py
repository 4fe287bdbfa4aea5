"""Looking at backups: until when one restores, and whether every byte of it is as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.platform.backup.errors import BackupError
from service.platform.backup.server import written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from service.platform.backup.manifest import Manifest
    from service.platform.backup.shelf import Piece, Shelf


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a backup restores: by the pieces of the log that follow it without a gap.

    ``missing``: where the log breaks off though there is more of it later; None: nowhere.
    """

    manifest: Manifest
    pieces: tuple[Piece, ...]
    missing: tuple[int, int] | None

    @property
    def until(self) -> datetime | None:
        """The last instant to which it restores, as every one since its end; None: to its own end alone."""
        latest = max((piece.until for piece in self.pieces), default=None)
        return latest if latest is not None and latest >= self.manifest.ended_at else None

    def gap(self) -> BackupError | None:
        """What is missing, in words."""
        if self.missing is None:
            return None
        start, end = (written(one) for one in self.missing)
        until = (self.until or self.manifest.ended_at).isoformat()
        return BackupError(
            zh=f"备份 {self.manifest.name} 之后的日志缺 {start} 至 {end}：只能恢复到 {until} 为止（--until）。",
            en=f"After the backup {self.manifest.name} the log lacks {start} to {end}: it restores to {until} at the "
            "latest (--until).",
        )

    def refuse_beyond(self, until: datetime | None) -> None:
        """See that it restores to an instant; None: to the end of all that is kept.

        Raises:
            BackupError: it does not.
        """
        gap = self.gap()
        if gap is not None and (until is None or self.until is None or until > self.until):
            raise gap
        if until is not None and (self.until is None or not self.manifest.ended_at <= until <= self.until):
            latest = (self.until or self.manifest.ended_at).isoformat()
            first = self.manifest.ended_at.isoformat()
            raise BackupError(
                zh=f"备份 {self.manifest.name} 可恢复到 {first} 至 {latest} 之间的时刻，不能到 {until.isoformat()}。",
                en=f"The backup {self.manifest.name} restores to instants from {first} to {latest}, not to "
                f"{until.isoformat()}.",
            )


def after_base(manifest: Manifest) -> int:
    """From which position on the log must come from elsewhere: the backup holds whole files of it."""
    return -(-manifest.end // manifest.segment) * manifest.segment


def reach(shelf: Shelf, manifest: Manifest) -> Reach:
    """How far a backup restores, by what lies there; nothing is opened."""
    at = after_base(manifest)
    following: list[Piece] = []
    for piece in shelf.pieces(manifest.system, manifest.timeline):
        if piece.end <= at:
            continue
        if piece.start > at:
            return Reach(manifest, tuple(following), (at, piece.start))
        following.append(piece)
        at = piece.end
    return Reach(manifest, tuple(following), None)


def chosen(shelf: Shelf, until: datetime | None, name: str | None) -> Reach:
    """The backup of a name, or the newest that restores to an instant.

    Raises:
        BackupError: there is none, or it does not restore to then.
    """
    refusal: BackupError | None = None
    for one in [name] if name else reversed(shelf.names()):
        best = reach(shelf, shelf.manifest(one))
        try:
            best.refuse_beyond(until)
        except BackupError as error:
            refusal = refusal or error
        else:
            return best
        if until is None:  # the newest is meant: not an older one in its stead
            break
    raise refusal or BackupError(
        zh=f"{shelf.folder} 中没有完整的备份。请核对文件夹。",
        en=f"There is no whole backup in {shelf.folder}. Check the folder.",
    )


def faults(shelf: Shelf) -> Iterator[BackupError]:
    """Read every backup and every piece of the log from the first byte to the last; what is at fault."""
    for name in shelf.names():
        try:
            manifest = shelf.manifest(name)
            for _content in shelf.base(manifest):
                pass
        except BackupError as fault:
            yield fault
        else:
            gap = reach(shelf, manifest).gap()
            if gap is not None:
                yield gap
    for system in shelf.systems():
        for piece in shelf.pieces(system):
            try:
                shelf.log(piece)
            except BackupError as fault:
                yield fault
