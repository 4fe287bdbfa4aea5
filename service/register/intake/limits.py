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
        workbook: bytes of an XLSX as unpacked; its reader may hold parts of it until the end.
        marks: tags and attributes of an XLSX, likewise: some 100 bytes each. 60,000 rows of 8 columns have 4 million.
    """

    bytes: int = 4 * 1024**3
    expansion: int = 250
    expansion_from: int = 8 * 1024**2
    line: int = 1024**2
    columns: int = 200
    rows: int = 5_000_000
    workbook: int = 128 * 1024**2
    marks: int = 6_000_000
