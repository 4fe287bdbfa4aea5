"""A gate between the service and a server: as long as it is told to, it lets nothing through, or everything late.

A program of its own, so that it relays whatever its parent does: ``python -m tests.faults.drill.gate HERE THERE`` over
two Unix sockets. Each line of its input is answered by the same line, once it holds.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 1 << 16


class Relay:
    """The gate's own side: ``late`` in seconds for every answer; ``silent``: nothing passes, lines stay open."""

    def __init__(self, here: str, there: str) -> None:
        self._here, self._there = here, there
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.StreamWriter] = set()
        self._late = 0.0
        self._passing = asyncio.Event()

    async def tell(self, order: str) -> None:
        """``open``, ``late SECONDS``, ``silent`` or ``shut``: lines are cut, and nobody answers."""
        word, _, seconds = order.partition(" ")
        self._late = float(seconds or 0)
        self._passing.clear()
        if word != "silent":
            self._passing.set()
        if word == "shut":
            self._shut()
        elif self._server is None:
            self._forget()
            self._server = await asyncio.start_unix_server(self._relay, self._here)

    def _shut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        self._forget()
        for line in list(self._lines):
            line.transport.abort()

    def _forget(self) -> None:
        Path(self._here).unlink(missing_ok=True)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.add(writer)
        try:
            further, onward = await asyncio.open_unix_connection(self._there)
        except OSError:
            writer.transport.abort()
            self._lines.discard(writer)
            return
        self._lines.add(onward)
        await asyncio.gather(self._pass(reader, onward, delayed=False), self._pass(further, writer, delayed=True))
        self._lines -= {writer, onward}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, delayed: bool) -> None:
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                await self._passing.wait()
                if delayed and self._late:
                    await asyncio.sleep(self._late)
                writer.write(piece)
                await writer.drain()
        with suppress(OSError):
            writer.close()


class Gate:
    """A gate that runs: where it listens, and what it is told."""

    def __init__(self, here: Path, there: Path) -> None:
        self.here = here
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(here), str(there)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.tell("open")

    def tell(self, order: str) -> None:
        """Give an order as ``Relay.tell`` takes them; returns when it holds.

        Raises:
            ConnectionError: the gate has ended.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()
        if self._process.stdout.readline() != f"{order}\n":
            raise ConnectionError("the gate has ended")

    def end(self) -> None:
        """End the program."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def gate(here: Path, there: Path) -> Iterator[Gate]:
    """A gate as long as the block."""
    found = Gate(here, there)
    try:
        yield found
    finally:
        found.end()


async def _main(here: str, there: str) -> None:
    relay, orders = Relay(here, there), asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while order := (await orders.readline()).decode().rstrip("\n"):
        await relay.tell(order)
        sys.stdout.write(f"{order}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
