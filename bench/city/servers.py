"""gunicorn with the settings of the service, for the service or for a bare peer."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from service.platform import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.city.stored import Stored

from service import accounts, register
from service.cli.runtime import OPERATOR

SERVICE, BARE = "service.wsgi:app", "bench.peers.bare:app"
READY_WITHIN = 60.0


class Web(NamedTuple):
    """A server that answers: its port, and the header that a staff member sends."""

    port: int
    token: str


@contextmanager
def web(city: Stored, application: str) -> Iterator[Web]:
    """Two processes of gunicorn over a city, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with city.database.unit_of_work(OPERATOR) as uow:
        token = accounts.issue_token(
            uow=uow, registered=register.registered_scope, role=Role.ADMINISTRATOR, label="bench"
        ).token
    environ = {
        **os.environ,
        **city.environ,
        "BIND": f"127.0.0.1:{port}",
        "WEB_PROCESSES": "2",
        "RATE_LIMIT": "100000000",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "python:service.server", application]
    server = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(server, port)
        yield Web(port, token)
    finally:
        server.terminate()
        server.wait()


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + READY_WITHIN
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            assert server.poll() is None, "the server has ended"
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.1)
