"""Connections whose time is up: who is silent is closed, who has spoken at the last moment is heard."""

from __future__ import annotations

import socket
import time
from contextlib import closing
from selectors import EVENT_READ, DefaultSelector
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.workers.gthread import TConn

from service.platform.server_threads import SheddingWorker


class Listening(SheddingWorker):
    """A worker that notes which connections it would hand to its threads."""

    def __init__(self) -> None:
        super().__init__(0, 0, [], None, 1, Config(), None)
        self.poller = DefaultSelector()
        self.heard: list[Any] = []

    def enqueue_req(self, conn: Any) -> None:  # noqa: ANN401 - as its base
        self.heard.append(conn)


@pytest.mark.parametrize("kind", ["keepalived", "pending"])
def test_what_has_come_when_the_time_is_up_is_heard_and_silence_is_closed(kind: str) -> None:
    worker = Listening()
    lines = [socket.socketpair() for _ in range(2)]
    waiting = getattr(worker, f"{kind}_conns")
    for ours, _ in lines:
        conn = TConn(worker.cfg, ours, "", "")
        conn.timeout = time.monotonic() - 1
        waiting.append(conn)
        worker.poller.register(ours, EVENT_READ)
    worker.nr_conns = 2
    (speaks, spoken), (silent, unsaid) = lines
    with closing(worker.poller), closing(worker.tmp), closing(speaks), closing(spoken), closing(unsaid):
        spoken.sendall(b"GET / HTTP/1.1\r\n")
        getattr(worker, f"murder_{kind}")()
        assert [conn.sock for conn in worker.heard] == [speaks]
        assert not waiting
        assert silent.fileno() == -1, "it was closed"
        assert worker.nr_conns == 1
