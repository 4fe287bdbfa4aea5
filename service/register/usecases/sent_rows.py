"""Rows of a file as they were sent: kept on disk while it is read, and those that were refused in the database."""

from __future__ import annotations

import re
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final, Self

import orjson

from service.platform import storable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from types import TracebackType

    from sqlalchemy.orm import Session

_IN_MEMORY: Final = 8 * 1024**2
_COPY: Final = "COPY entity_import_row (import_id, row, cells) FROM STDIN"
_CITIZEN: Final = re.compile(
    r"(?<![0-9A-Za-z])[1-8][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
    r"(?![0-9A-Za-z])"
)
"""The number of a citizen (GB 11643), which is kept nowhere: a row is kept without it."""


class SentRows:
    """A context that takes every row while a file is read, and stores those that were refused.

    A row that is refused at once is told by `refuse`; of the others the checks at the end tell which were.
    """

    def __init__(self) -> None:
        self._good: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 closed by __exit__
        self._refused: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 closed by __exit__
        self.headings: Sequence[str] = ()

    def __enter__(self) -> Self:
        """The rows themselves."""
        return self

    def accept(self, row: int, cells: Sequence[str]) -> None:
        """Take a row that nothing speaks against so far."""
        _write(self._good, row, cells)

    def refuse(self, row: int, cells: Sequence[str]) -> None:
        """Take a row that is refused."""
        _write(self._refused, row, cells)

    def refuse_later(self, rows: Collection[int]) -> None:
        """Say which of the accepted rows are refused after all."""
        if rows:
            for row, cells in _all(self._good):
                if row in rows:
                    _write(self._refused, row, cells)

    def copy_to(self, session: Session, import_id: int) -> None:
        """Store the refused rows, and the headings of their table as row 0, under the number of an import."""
        if not self._refused.tell():
            return
        connection = session.connection().connection.driver_connection
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:  # type: ignore[union-attr] # psycopg, always
            copy.write_row((import_id, 0, _kept(self.headings)))
            for row, cells in _all(self._refused):
                copy.write_row((import_id, row, _kept(cells)))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the files; on disk nothing is left."""
        self._good.close()
        self._refused.close()


def _write(file: IO[bytes], row: int, cells: Sequence[str]) -> None:
    try:
        said = orjson.dumps((row, cells))
    except TypeError:  # half of a character that takes two
        said = orjson.dumps((row, [cell.encode(errors="replace").decode() for cell in cells]))
    file.write(said + b"\n")


def _all(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    file.seek(0)
    for line in file:
        row, cells = orjson.loads(line)
        yield row, cells


def _kept(cells: Sequence[str]) -> str:
    return orjson.dumps([_CITIZEN.sub("", storable(cell)) for cell in cells]).decode()
