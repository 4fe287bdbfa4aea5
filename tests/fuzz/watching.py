"""Watching one target: each input in bounded time and memory, what escapes noted once, with the input to repeat it."""

from __future__ import annotations

import resource
import signal
import traceback
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fuzz.target import Attempt

WITHIN: Final = 10
"""Seconds of processor time for one input; a usual one takes some thousandths."""
MORE_MEMORY: Final = 512 * 1024**2
"""Bytes of address space that a process may take beyond what it had before its first input."""
MOST_FINDINGS: Final = 25


class SlowError(Exception):
    """One input took longer than is allowed."""


@contextmanager
def bounded_time() -> Iterator[None]:
    """Raise in what takes too long. Time that others had the processor is not counted."""
    signal.signal(signal.SIGVTALRM, _ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, WITHIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _ring(_signal: int, _frame: object) -> NoReturn:
    raise SlowError(f"more than {WITHIN} s of the processor's time")


class Watch:
    """An attempt whose failures are kept in a folder: one for each place at which the program failed."""

    def __init__(self, attempt: Attempt, folder: Path) -> None:
        self._attempt = attempt
        self._folder = folder
        self._places: set[str] = set()
        self.cases = 0

    @property
    def findings(self) -> int:
        """How many different failures there were."""
        return len(self._places)

    def __call__(self, data: bytes) -> None:
        """Try an input; an exception that escapes is noted, and the run goes on."""
        self.cases += 1
        try:
            with bounded_time():
                self._attempt(data)
        except (Exception, BaseExceptionGroup) as failure:  # noqa: BLE001 -- whatever escapes is a finding
            self._note(data, failure)

    def _note(self, data: bytes, failure: BaseException) -> None:
        place = _place(failure)
        if place in self._places or self.findings >= MOST_FINDINGS:
            return
        self._places.add(place)
        name = f"finding-{sha256(data).hexdigest()[:12]}"
        (self._folder / name).write_bytes(data)
        told = "".join(traceback.format_exception(failure)[-12:])
        (self._folder / f"{name}.txt").write_text(
            f"{place}\n{data[:300]!r}\n{told}", "utf-8", errors="backslashreplace"
        )


def _place(failure: BaseException) -> str:
    """What a failure says of where it was; else its kind and the last line of ours at which it came up."""
    told: str | None = getattr(failure, "place", None)
    if told is not None:
        return told
    frames = traceback.extract_tb(failure.__traceback__)
    ours = [frame for frame in frames if any(f"/{room}/" in frame.filename for room in ("scoring", "service"))]
    last = (ours or frames)[-1]
    return f"{type(failure).__name__} at {Path(last.filename).name}:{last.lineno}"


def bound_memory() -> None:
    """From here on this process may take so much more memory; beyond it a MemoryError is raised."""
    held = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + MORE_MEMORY, resource.RLIM_INFINITY))


def unbound_memory() -> None:
    """This process may take again what the machine has."""
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
