"""Reading an archive from where somebody wants it on, a piece at a time."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from service.opendata.building import PIECE
from service.opendata.tables import OpenDataPiece

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from service.platform import Database


class ArchiveFile(io.RawIOBase):
    """An archive as a file: one piece is in memory, and no connection is held between two."""

    def __init__(self, database: Database, archive: int, size: int) -> None:
        self._database, self._archive, self._size = database, archive, size
        self._at = 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Bytes from the beginning."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, counted from the beginning, from here or from the end."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Buffer) -> int:
        """Read on into a buffer: to its end, or to the end of a piece; 0 at the end of the archive."""
        room = memoryview(buffer).cast("B")
        place, start = divmod(self._at, PIECE)
        found = self._piece(place)[start : start + len(room)]
        room[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _piece(self, place: int) -> bytes:
        if self._held[0] != place:
            with self._database.reader() as session:
                row = session.get(OpenDataPiece, (self._archive, place))
                self._held = (place, b"" if row is None else row.content)
        return self._held[1]
