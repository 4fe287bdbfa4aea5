"""One array of a stock while it grows: a file in NumPy's own form, begun at the first value that is not the usual."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np
from numpy.lib import format as npy

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_AT_ONCE: Final = 1 << 20
"""Usual values that are written together."""


class Growing:
    """An array of one dimension that is appended to. ``usual``: what stands for absent; None where nothing does.

    A column in which every value is the usual one has no file, and costs its readers nothing.
    """

    def __init__(self, file: Path, dtype: str, usual: int | None) -> None:
        self.file = file
        self.rows = 0
        self._dtype = np.dtype(dtype)
        self._usual = usual
        self._sink: BinaryIO | None = None

    @property
    def written(self) -> bool:
        """Whether there is a file."""
        return self._sink is not None

    def append(self, values: NDArray[Any]) -> None:
        """Add values at the end."""
        if self._sink is None and (self._usual is None or bool((values != self._usual).any())):
            self._sink = self.file.open("xb")
            self._head(0)
            self._fill(self.rows)
        if self._sink is not None:
            self._sink.write(np.ascontiguousarray(values, self._dtype).data)
        self.rows += len(values)

    def pad(self, rows: int) -> None:
        """Add usual values up to a number of rows."""
        missing = rows - self.rows
        if self._sink is not None:
            self._fill(missing)
        self.rows += missing

    def close(self) -> None:
        """Write down how many rows there are, and see the file onto the disk."""
        if self._sink is None:
            return
        self._sink.seek(0)
        self._head(self.rows)
        self._sink.flush()
        os.fsync(self._sink.fileno())
        self._sink.close()

    def _fill(self, rows: int) -> None:
        assert self._sink is not None, "filled while its file is open"  # noqa: S101 - its callers have looked
        for first in range(0, rows, _AT_ONCE):
            self._sink.write(np.full(min(_AT_ONCE, rows - first), self._usual, self._dtype).data)

    def _head(self, rows: int) -> None:
        """The head of the file; NumPy leaves room in it, so that one with more rows is as long."""
        assert self._sink is not None, "the head of an open file"  # noqa: S101 - its callers have looked
        said = {"descr": npy.dtype_to_descr(self._dtype), "fortran_order": False, "shape": (rows,)}
        npy.write_array_header_1_0(self._sink, said)
