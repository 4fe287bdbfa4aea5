"""A demonstration town and the processes that serve it; what they wrote is told when they fail."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.builders.folders import server_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = 400
PROGRAM = [sys.executable, "-m", "service.cli"]
READY_WITHIN = 120.0
TOLD = 4_000
"""Characters of an output that are shown where a program failed."""


class Town(NamedTuple):
    """The address of the running service, the passwords of its accounts by login, an entity, a draw, the folder."""

    address: str
    accounts: dict[str, str]
    entity: str
    draw: str
    folder: Path


@contextmanager
def running_town() -> Iterator[Town]:
    """A small city, rated and drawn from, and served until the block ends."""
    folder = Path(server_folder())
    try:
        made = _made(folder)
        with _served(folder) as address:
            accounts = json.loads((folder / "demo-accounts.json").read_text("utf-8"))
            yield Town(address, accounts, made["example"]["entity"], made["plan"]["draw"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _made(folder: Path) -> dict[str, dict[str, str]]:
    command = [*PROGRAM, "demo", "--size", str(SIZE), "--json", "--data", str(folder)]
    told = subprocess.run(command, check=False, capture_output=True, text=True)
    if told.returncode:
        pytest.fail(f"no town:\n{told.stderr[-TOLD:]}\n{last_words(folder)}", pytrace=False)
    summary: dict[str, dict[str, str]] = json.loads(told.stdout)
    return summary


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    port = free_port()
    command = [*PROGRAM, "up", "--port", str(port), "--web-processes", "1", "--data", str(folder)]
    logs = folder / "logs"
    logs.mkdir(exist_ok=True)
    with (logs / "up.log").open("wb") as written:
        up = subprocess.Popen(command, stdout=written, stderr=subprocess.STDOUT)
    try:
        _await_answer(port, up, folder)
        yield f"http://127.0.0.1:{port}"
    finally:
        up.terminate()
        up.wait(60)


def last_words(folder: Path) -> str:
    """The end of each log of the processes of a town, with its name."""
    logs = sorted(folder.glob("logs/*.log"))
    return "\n".join(f"{log.name}:\n{log.read_text('utf-8', 'replace')[-TOLD:]}" for log in logs)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _await_answer(port: int, up: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            assert up.poll() is None, f"the service ended by itself\n{last_words(folder)}"
        finally:
            connection.close()
        assert time.monotonic() < until, f"the service does not answer\n{last_words(folder)}"
        time.sleep(0.2)
