"""How much of a file is taken. Operators' numbers, not the law's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file; what is beyond is refused by a code of its own, and memory stays bounded.

    Attributes:
        line: bytes of one line.
        unpacked: bytes of the file as unpacked.
        ratio: unpacked bytes for one packed byte, looked at from ``ratio_from`` unpacked bytes on.
        columns: columns of a CSV file.
        rows: rows of one chunk, which is one transaction.
        chunk: bytes of the rows of one chunk.
        faults: what is told of one row; a hostile one could have thousands, and its file millions.
    """

    line: int = 64 * 1024
    unpacked: int = 8 * 1024**3
    ratio: int = 200
    ratio_from: int = 16 * 1024**2
    columns: int = 200
    rows: int = 10_000
    chunk: int = 8 * 1024**2
    faults: int = 20


LIMITS: Final = Limits()
PIECE: Final = 1024**2
"""Bytes of one stored piece of a file."""
