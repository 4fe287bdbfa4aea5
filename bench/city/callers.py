"""Callers over plain sockets: they cost little, so that the time taken is the server's."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.city.servers import Web

CALLERS = 4


class Call(NamedTuple):
    """One request, and the status that it must be answered with."""

    method: str
    path: str
    status: int
    body: bytes = b""
    tag: str | None = None

    def wire(self, server: Web) -> bytes:
        """The request as it is sent."""
        head = f"{self.method} {self.path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {server.token}\r\n"
        if self.body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(self.body)}\r\n"
        if self.tag:
            head += f"If-None-Match: {self.tag}\r\n"
        return f"{head}\r\n".encode() + self.body


class Answer(NamedTuple):
    """What a server said: its tag, if any, and the body."""

    tag: str | None
    body: bytes


def answers(server: Web, calls: Iterable[Call]) -> list[Answer]:
    """The answers to calls, one after the other on one connection."""
    found: list[Answer] = []
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for call in calls:
            line.sendall(call.wire(server))
            found.append(_answer(line, call))
    return found


def seconds_of(server: Web, calls: Sequence[Call]) -> float:
    """The seconds that some callers at once need for all calls."""
    shares = [calls[place::CALLERS] for place in range(CALLERS)]
    begin = perf_counter()
    with ThreadPoolExecutor(CALLERS) as pool:
        told = sum(len(found) for found in pool.map(lambda share: answers(server, share), shares))
    assert told == len(calls)
    return perf_counter() - begin


def _answer(line: socket.socket, call: Call) -> Answer:
    data = b""
    while (end := data.find(b"\r\n\r\n")) < 0:
        piece = line.recv(65536)
        assert piece, f"{call.path}: the server hung up"
        data += piece
    head, body = data[:end].decode("latin-1"), data[end + 4 :]
    status, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines)}
    length = 0 if status.split(" ")[1] == "304" else int(headers.get("content-length", "0"))
    while len(body) < length:
        body += line.recv(65536)
    assert int(status.split(" ")[1]) == call.status, f"{call.path}: {status} {body[:400]!r}"
    return Answer(headers.get("etag"), body)
