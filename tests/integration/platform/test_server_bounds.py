"""The web server under more than it can serve: it refuses at once, waits for nobody who is silent, and stays well."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import make_url

from tests.builders.forking import start
from tests.builders.owning import owner_of
from tests.integration.platform.test_server import Connection, Server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from concurrent.futures import Future
    from http.client import HTTPResponse
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

WAITING = 3
Asked = tuple["HTTPResponse", bytes]
Holder = psycopg.Connection[tuple[object, ...]]
KEPT = "SELECT count(*) FROM pg_locks WHERE relation = 'edition'::regclass AND NOT granted"


class SmallServer(Server):
    """One process with one thread and room for some who wait; it does not read for long."""

    def start(self, environ: Mapping[str, str]) -> ForkServerProcess:
        small = {"WEB_PROCESSES": "1", "WEB_THREADS": "1", "WEB_WAITING": str(WAITING)}
        config = "python:tests.builders.hasty_server"
        return start("gunicorn.app.wsgiapp:run", "-c", config, "service.wsgi:app", environ={**environ, **small})

    def ask(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[HTTPResponse, bytes]:
        connection = Connection(self.path)
        connection.request("GET", path, headers=dict(headers or {}))
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response, body


@pytest.fixture
def server(tmp_path: Path, database_url: str) -> Iterator[SmallServer]:
    started = SmallServer(tmp_path, database_url)
    try:
        started.wait_until_ready()
        yield started
    finally:
        started.kill()


@pytest.fixture
def held(database_url: str) -> Iterator[Holder]:
    """A session that keeps everybody from what `/version` reads, until it is rolled back."""
    plain = make_url(owner_of(database_url)).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as holder:
        holder.execute("LOCK TABLE edition IN ACCESS EXCLUSIVE MODE")
        yield holder


def line(server: SmallServer) -> socket.socket:
    opened = socket.socket(socket.AF_UNIX)
    opened.settimeout(20)
    opened.connect(server.path)
    return opened


@contextmanager
def crowd(server: SmallServer, held: Holder) -> Iterator[list[Future[Asked]]]:
    """One caller who is served, then so many that some wait and as many as those and he are refused; all who were.

    The others come once he has the thread: until it takes him, he too would wait and leave room for one less.
    """
    with ThreadPoolExecutor(2 * (1 + WAITING)) as callers:
        asked = [callers.submit(server.ask, "/version")]
        for _ in range(400):
            if held.execute(KEPT).fetchone() == (1,):
                break
            time.sleep(0.05)
        else:
            pytest.fail("nobody is served")
        asked += [callers.submit(server.ask, "/version") for _ in range(2 * WAITING + 1)]
        for _, refused in zip(range(1 + WAITING), as_completed(asked), strict=False):
            response, body = refused.result()
            assert (response.status, json.loads(body)["code"]) == (429, "overloaded")
            assert response.headers["Retry-After"] == "2"
        yield asked


def test_who_finds_no_room_is_told_when_to_come_back(server: SmallServer, held: Holder) -> None:
    with crowd(server, held) as asked:
        held.rollback()
        answers = Counter(each.result()[0].status for each in asked)
    assert answers == {200: 1 + WAITING, 429: 1 + WAITING}
    assert server.get("/version")[0] == 200, "room again"


def test_health_and_metrics_are_answered_where_nobody_else_is(server: SmallServer, held: Holder) -> None:
    with crowd(server, held):
        assert [server.get(path)[0] for path in ("/livez", "/readyz", "/metrics")] == [200, 200, 200]
        page, shown = server.ask("/portal/", {"Accept-Language": "en"})
        assert (page.status, page.headers["Retry-After"]) == (429, "2")
        assert b"Too many requests wait" in shown
        assert page.headers["Content-Type"].startswith("text/html"), "a page, where a page was asked for"
        assert 'problems_total{code="overloaded"}' in server.get("/metrics")[1].decode()
        held.rollback()


def test_connections_that_say_nothing_hold_no_thread(server: SmallServer) -> None:
    with ExitStack() as silent:
        for _ in range(20):
            silent.enter_context(line(server))
        assert server.get("/livez")[0] == 200


def read_to_the_end(opened: socket.socket) -> bytes:
    return b"".join(iter(lambda: opened.recv(4096), b""))


def test_who_sends_a_head_too_slowly_is_read_no_further(server: SmallServer) -> None:
    with line(server) as slow:
        slow.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n")
        assert read_to_the_end(slow) == b"", "hung up, long before the caller's own patience ends"
        assert server.get("/livez")[0] == 200


def test_who_sends_a_body_too_slowly_is_told_and_read_no_further(server: SmallServer) -> None:
    with line(server) as slow:
        head = "POST /console/language HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n"
        slow.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\nlanguage=".encode())
        assert read_to_the_end(slow).startswith(b"HTTP/1.1 4"), "refused: it is not whole"
        assert server.get("/livez")[0] == 200


def test_an_answer_that_takes_long_is_not_cut_where_the_request_is_whole(server: SmallServer, held: Holder) -> None:
    connection = Connection(server.path)
    threading.Timer(2.5, held.rollback).start()  # longer than a head may take
    for _ in range(2):  # on the same connection
        connection.request("GET", "/version")
        response = connection.getresponse()
        response.read()
        assert (response.status, response.headers["Connection"]) == (200, "keep-alive")
    connection.close()
