"""How much of a file is read before it is refused. Operators' numbers, not the law's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one import; what is beyond gets a code of its own, and memory stays bounded.

    Attributes:
        bytes: of the file as unpacked.
        expansion: unpacked bytes for one packed byte, looked at from ``expansion_from`` unpacked bytes on.
        line: characters of one line.
        columns: columns of a table.
        rows: rows of a file.
    """

    bytes: int = 4 * 1024**3
    expansion: int = 250
    expansion_from: int = 8 * 1024**2
    line: int = 1024**2
    columns: int = 200
    rows: int = 5_000_000
