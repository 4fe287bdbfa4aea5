"""Flaws of a file as they are found: in memory while few, on disk when many, then in the database."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Self

import orjson

from service.platform import storable
from service.register.usecases.sent_rows import SentRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import TracebackType

    from sqlalchemy.orm import Session

    from service.register.intake import Flaw
    from service.register.storing import RowFlaw

_IN_MEMORY = 1024**2
_COPY = "COPY entity_import_error (import_id, place, row, pointer, code, params) FROM STDIN"


class FlawFile:
    """A context that gathers flaws. ``count``: all of them; ``rows``: rows that have any; ``sent``: those rows."""

    def __init__(self) -> None:
        self._file: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 closed by __exit__
        self.sent = SentRows()
        self.count = 0
        self.rows = 0

    def __enter__(self) -> Self:
        """The file itself."""
        return self

    def put(self, row: int, flaws: Sequence[Flaw]) -> None:
        """Add the flaws of one row that has none yet."""
        self.rows += 1
        for flaw in flaws:
            self._write(row, flaw)

    def extend(self, flaws: Sequence[RowFlaw]) -> None:
        """Add flaws of rows that have none yet, in any order."""
        self.rows += len({found.row for found in flaws})
        for found in sorted(flaws, key=_by_row):
            self._write(found.row, found.flaw)

    def _write(self, row: int, flaw: Flaw) -> None:
        params = {name: storable(said) if isinstance(said, str) else said for name, said in flaw.params.items()}
        self._file.write(orjson.dumps((row, storable(flaw.pointer), flaw.code, params)) + b"\n")
        self.count += 1

    def copy_to(self, session: Session, import_id: int) -> None:
        """Store all of them under the number of an import."""
        if not self.count:
            return
        connection = session.connection().connection.driver_connection
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:  # type: ignore[union-attr] # psycopg, always
            for place, (row, pointer, code, params) in enumerate(self._all(), 1):
                copy.write_row((import_id, place, row, pointer, code, orjson.dumps(params).decode()))
        self.sent.copy_to(session, import_id)

    def _all(self) -> Iterable[tuple[int, str, str, object]]:
        self._file.seek(0)
        return map(orjson.loads, self._file)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file; on disk nothing is left."""
        self._file.close()
        self.sent.__exit__(kind, error, trace)


def _by_row(found: RowFlaw) -> int:
    return found.row
