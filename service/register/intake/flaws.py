"""What can be wrong with a file and with one of its rows. Codes are keys of the room's `problems.toml`."""

from __future__ import annotations

from typing import Any, NamedTuple


class Flaw(NamedTuple):
    """One thing wrong with one entry: where (JSON pointer), which (code), and what its sentence needs."""

    pointer: str
    code: str
    params: dict[str, Any] = {}  # noqa: RUF012 never written to; a row is made by the million


class FileFlaw(Exception):  # noqa: N818 the word of the house
    """A file that cannot be read on. ``row`` counts lines or rows from 1 where it is known."""

    def __init__(self, code: str, *, row: int | None = None, **params: str | int) -> None:
        super().__init__(code, row, params)
        self.code = code
        self.row = row
        self.params: dict[str, Any] = {"row": row if row is not None else 0, **params}
