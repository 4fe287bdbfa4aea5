"""Calls to the service while it lives, and what of them was answered."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any, Final

HOST, PORT = "127.0.0.1", 8000
PATIENCE: Final = 30.0
SOURCE: Final = "rehearsal"
PAUSE: Final = 0.02
EVERY: Final = 5
"""One call in so many writes."""


def call(path: str, token: str = "", body: dict[str, Any] | None = None) -> tuple[int, Any]:
    """Status of a call, and its JSON; a refusal is an answer.

    Raises:
        OSError: nobody answered.
    """
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    sent = None if body is None else json.dumps(body)
    if sent is not None:
        headers["Content-Type"] = "application/json"
    calling = HTTPConnection(HOST, PORT, timeout=PATIENCE)
    try:
        calling.request("GET" if sent is None else "POST", path, sent, headers)
        answer = calling.getresponse()
        return answer.status, json.loads(answer.read())
    except (HTTPException, ValueError) as error:
        raise OSError(repr(error)) from error
    finally:
        calling.close()


@dataclass
class Caller:
    """Somebody who asks for tiers and records events; ``accepted``: number by reference, as the service told it."""

    token: str
    entities: list[str]
    accepted: dict[str, int] = field(default_factory=dict)
    calls: int = 0
    failed: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def record(self) -> None:
        """Record an event of the next entity."""
        reference = f"R{len(self.accepted) + len(self.failed)}"
        entity = self.entities[len(self.accepted) % len(self.entities)]
        said = {"source": SOURCE, "source_ref": reference, "entity": entity}
        status, told = self._timed("/v1/events", {**said, "code": "penalty_fine", "decided_on": "2026-01-15"})
        if status in {200, 201}:
            self.accepted[reference] = told["id"]

    def look(self) -> None:
        """Ask for a tier."""
        self._timed(f"/v1/entities/{self.entities[self.calls % len(self.entities)]}/tier", None)

    def _timed(self, path: str, body: dict[str, Any] | None) -> tuple[int, Any]:
        began = time.monotonic()
        self.calls += 1
        try:
            status, told = call(path, self.token, body)
        except OSError as error:
            status, told = 0, repr(error)
        self.slowest = max(self.slowest, time.monotonic() - began)
        if status not in {200, 201}:
            self.failed.append(f"{path}: {status} {told!s:.200}")
        return status, told


class Calling:
    """A caller who goes on calling while the block runs."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, daemon=True)

    def _go_on(self) -> None:
        while not self._over.wait(PAUSE):
            if self._caller.calls % EVERY:
                self._caller.look()
            else:
                self._caller.record()

    def __enter__(self) -> Caller:
        self._thread.start()
        return self._caller

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(PATIENCE)
