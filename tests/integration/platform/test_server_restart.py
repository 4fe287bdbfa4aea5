"""PostgreSQL restarts under a server at work: the connections that waited cost no caller an answer."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.platform import migrate
from service.platform.embedded import EmbeddedStack
from tests.builders.folders import server_folder
from tests.integration.platform.test_server import Server

QUESTIONS = ("/v1/kinds", "/v1/entities/own:nobody/tier", "/v1/regions", "/version")
"""By a session, by a glance (404: there is nobody), and by sessions again."""


@pytest.fixture
def own() -> Iterator[tuple[EmbeddedStack, str]]:
    """Servers of this test's own, since one is stopped under way, and the database's address."""
    folder = server_folder()
    stack = EmbeddedStack(folder, durable=False)
    try:
        with stack as addresses:
            migrate(addresses.database_url)
            yield stack, addresses.database_url
    finally:
        shutil.rmtree(folder)


def ask(server: Server, times: int) -> list[int]:
    """Statuses of questions asked by eight callers side by side, so that pools hold several connections."""
    with ThreadPoolExecutor(8) as callers:
        return list(callers.map(lambda number: server.get(QUESTIONS[number % len(QUESTIONS)])[0], range(times)))


def restart(stack: EmbeddedStack) -> None:
    """Stop PostgreSQL as its administrator would; its keeper starts it again on the same address."""
    before = stack.pid("postgres")
    os.kill(before, signal.SIGINT)
    for _ in range(600):
        try:
            if stack.pid("postgres") != before:
                return
        except (OSError, ValueError):
            pass
        time.sleep(0.05)
    pytest.fail("PostgreSQL did not come back")


def test_after_a_restart_no_waiting_connection_costs_an_answer(own: tuple[EmbeddedStack, str], tmp_path: Path) -> None:
    stack, database_url = own
    server = Server(tmp_path, database_url)
    try:
        server.wait_until_ready()
        assert set(ask(server, 80)) == {200, 404}
        for _ in range(2):
            restart(stack)
            server.wait_until_ready()  # what is asked while there is no server is refused, and rightly
            assert set(ask(server, 80)) == {200, 404}
    finally:
        server.kill()
