"""How much of a file is taken. Operators' numbers, not the law's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from service.platform import WorkbookLimits


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
        workbook: bounds of a workbook, which is taken as the CSV that it would be.
        mended: refused rows that are written as a workbook, to be put right there.
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
    workbook: WorkbookLimits = field(default_factory=WorkbookLimits)
    mended: int = 20_000


LIMITS: Final = Limits()
PIECE: Final = 1024**2
"""Bytes of one stored piece of a file."""
