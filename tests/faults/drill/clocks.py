"""The clocks of the service's processes: set while they run, as an operator or a time server sets a host's.

Each process reads how far its clock is from the right one where the service reads the time of day. The machine's own
clock stays, and so does the database server's.
"""

from __future__ import annotations

import mmap
import os
import struct
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING

from service.platform import SystemClock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "DRILL_CLOCK"
_SECONDS = struct.Struct("=d")
_right = time.time


class Clocks:
    """How far the clocks of all processes with ``environ`` are from the right one, in seconds."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self._file.write_bytes(_SECONDS.pack(0.0))

    @property
    def environ(self) -> Mapping[str, str]:
        """What a process must find in its environment."""
        return {FILE: str(self._file)}

    def set(self, seconds: float) -> None:
        """Set them so far ahead (less than 0: back); it counts at once."""
        with self._file.open("r+b", buffering=0) as file:
            file.write(_SECONDS.pack(seconds))


def run() -> object:
    """Run the program ``module:name`` of the first argument with the rest, by the clock of the environment."""
    with open(os.environ[FILE], "rb") as file:  # noqa: PTH123 - kept for as long as the process
        shared = mmap.mmap(file.fileno(), _SECONDS.size, access=mmap.ACCESS_READ)

    def told() -> float:
        return _right() + float(_SECONDS.unpack_from(shared)[0])

    time.time = told
    SystemClock.now = lambda _: datetime.fromtimestamp(told(), UTC)  # type: ignore[method-assign]
    del sys.argv[0]
    module, _, name = sys.argv[0].partition(":")
    return getattr(import_module(module), name)()
