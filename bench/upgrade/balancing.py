"""Callers behind a balancer, who pass over servers that are taken out or take no connection; all else is a failure."""

from __future__ import annotations

import http.client
import itertools
import json
import select
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Sequence

SOURCE = "upgrade"
PAUSE = 0.02
DRAINED = 3.0
"""Seconds in which a server answers what it was asked before it was taken out."""


class Balanced:
    """Callers who record events and ask for tiers, of whichever server takes them."""

    def __init__(self, ports: Sequence[int], token: str, keys: Sequence[str]) -> None:
        self._ports, self._token, self._keys = ports, token, keys
        self._out: set[int] = set()
        self._stop, self._numbers = threading.Event(), itertools.count()
        self._threads = [threading.Thread(target=self._call, args=(place,), daemon=True) for place in range(4)]
        self.accepted: dict[str, int] = {}
        self.asked = 0
        self.failed: list[str] = []

    def start(self) -> None:
        """Begin to call."""
        for thread in self._threads:
            thread.start()

    def take_out(self, port: int) -> None:
        """Ask this server nothing more; returns once what it was asked is answered."""
        self._out.add(port)
        time.sleep(DRAINED)

    def put_back(self, port: int) -> None:
        """Ask it again."""
        self._out.discard(port)

    def stop(self) -> None:
        """Call no more."""
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def _call(self, place: int) -> None:
        lines = {port: http.client.HTTPConnection("127.0.0.1", port, timeout=60) for port in self._ports}
        order = itertools.cycle(self._ports)
        for _ in range(place):
            next(order)
        while not self._stop.wait(PAUSE):
            number = next(self._numbers)
            if number % 2:
                self._record(lines, order, number)
            else:
                self._ask(lines, order, "GET", f"/v1/entities/{quote(self._key(number), safe='')}/tier", None)
        for line in lines.values():
            line.close()

    def _key(self, number: int) -> str:
        return self._keys[number * 7919 % len(self._keys)]

    def _record(self, lines: dict[int, http.client.HTTPConnection], order: itertools.cycle[int], number: int) -> None:
        body = {"source": SOURCE, "source_ref": f"U{number}", "entity": self._key(number), "decided_on": "2026-06-01"}
        said = self._ask(lines, order, "POST", "/v1/events", json.dumps({**body, "code": "no_problem_found"}).encode())
        if said is not None:
            self.accepted[f"U{number}"] = json.loads(said)["id"]

    def _ask(
        self,
        lines: dict[int, http.client.HTTPConnection],
        order: itertools.cycle[int],
        method: str,
        path: str,
        body: bytes | None,
    ) -> bytes | None:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        for _ in range(600):
            if (port := next(order)) in self._out:
                continue
            line = lines[port]
            if line.sock is not None and select.select([line.sock], [], [], 0)[0]:
                line.close()  # the server has ended it while it was idle
            try:
                line.connect() if line.sock is None else None
            except ConnectionRefusedError:
                time.sleep(0.05)
                continue
            try:
                line.request(method, path, body, headers)
                answer = line.getresponse()
                said = answer.read()
            except (OSError, http.client.HTTPException) as error:
                line.close()
                self.failed.append(f"{method} {path}: {error!r}")
                return None
            self.asked += 1
            if answer.status < 300:
                return said
            self.failed.append(f"{method} {path}: {answer.status} {said[:200]!r}")
            return None
        self.failed.append(f"{method} {path}: no server takes it")
        return None
