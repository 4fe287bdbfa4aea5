"""Callers of the interface under load: they repeat what was not answered, and remember every answer."""

import http.client
import json
import socket
import threading
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from service.sample.chance import Chance

PATIENCE = 120.0  # seconds that a caller repeats a request which is not answered
ANSWERED = frozenset({200, 201, 202, 204, 404, 409, 422})
CONTENT = {"json": "application/json", "ndjson": "application/x-ndjson", "file": "application/octet-stream"}


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=30)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)  # a socket that was refused is closed with the connection


@dataclass(frozen=True)
class Answer:
    """The last answer to a request: its status and JSON body."""

    status: int
    body: Any


@dataclass
class Case:
    """A case of repair: of which entity and record, and the steps taken, in their order."""

    number: str
    entity: str
    record: int
    steps: list[str]


@dataclass
class Adoption:
    """A proposal of an edition, and the steps taken, in their order."""

    proposal: int
    edition: str
    steps: list[str]


@dataclass
class Remembered:
    """What callers were told, shared by all of them. Each list grows only, so threads may append.

    ``accepted``: bodies answered 2xx with the number answered; ``refused``: references answered 4xx; ``files``: the
    bodies of files answered 202, with the numbers of their jobs; ``cases``, ``adoptions``: with the steps that were
    answered 2xx; ``unclean``: answers that no caller should get;
    ``failures``: requests in vain, while parts were down.
    """

    accepted: list[tuple[dict[str, Any], int]] = field(default_factory=list)
    acts: list[tuple[str, int]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    files: list[tuple[list[dict[str, Any]], str, int]] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    adoptions: list[Adoption] = field(default_factory=list)
    unclean: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Line:
    """One caller's line to the service: repeats a request until it is answered."""

    def __init__(self, socket_path: str, token: str, remembered: Remembered) -> None:
        self._path, self._token, self._remembered = socket_path, token, remembered
        self._connection: UnixConnection | None = None

    def ask(
        self, method: str, path: str, content: bytes | None = None, kind: str = "json", key: str | None = None
    ) -> Answer:
        """The answer, however often the request must be sent; ``key``: the one that all its repeats bear.

        Raises:
            TimeoutError: none came in a long while.
        """
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                answer = self._once(method, path, content, {"Content-Type": CONTENT[kind], **_named(key)})
            except (OSError, http.client.HTTPException) as error:
                self.hang_up()
                self._remembered.failures.append(type(error).__name__)
            else:
                if answer.status in ANSWERED and not (answer.status == 409 and _in_progress(answer)):
                    return answer
                self._remembered.failures.append(str(answer.status))
            time.sleep(0.1)
        raise TimeoutError(f"{method} {path} was never answered")

    def hang_up(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _once(self, method: str, path: str, content: bytes | None, more: dict[str, str]) -> Answer:
        if self._connection is None:
            self._connection = UnixConnection(self._path)
        headers = {"Authorization": f"Bearer {self._token}", "Accept-Language": "en"}
        if content is not None:
            headers |= more
        self._connection.request(method, path, content, headers)
        response = self._connection.getresponse()
        said, of_type = response.read(), response.headers.get_content_type()
        try:
            body = json.loads(said) if said else {}
        except ValueError:
            body = None
        clean = body is not None and "Traceback" not in said.decode(errors="replace")
        if response.status >= 400:
            clean = clean and of_type == "application/problem+json"
        if response.status == 429:
            clean = clean and bool(response.headers["Retry-After"])
        elif response.status >= 500:
            told = (response.status, body["code"], bool(response.headers["Retry-After"])) if body else ()
            clean = clean and told == (503, "unavailable", True)
        elif response.status not in ANSWERED:
            clean = False
        if not clean:
            self._remembered.unclean.append(f"{method} {path}: {response.status} {of_type} {said[:300]!r}")
        return Answer(response.status, body)


def _named(key: str | None) -> dict[str, str]:
    return {} if key is None else {"Idempotency-Key": key}


def _in_progress(answer: Answer) -> bool:
    """Whether it says to send the request again: one with its key is, or was, at work."""
    return bool(answer.body["code"] == "idempotency_in_progress")


class Caller(threading.Thread, ABC):
    """Does one thing after another until told to stop; what goes wrong in it is kept in ``error``."""

    def __init__(self, name: str, line: Line, remembered: Remembered, chance: Chance, stop: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self.line, self.remembered, self.chance, self.stop = line, remembered, chance, stop
        self.error: BaseException | None = None
        self._numbers = 0

    def run(self) -> None:
        """Go on until told to stop."""
        try:
            while not self.stop.is_set():
                self.act()
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            self.error = error
        finally:
            self.line.hang_up()

    @abstractmethod
    def act(self) -> None:
        """One thing; the work of each kind of caller."""

    def reference(self) -> str:
        """A reference that nobody else uses."""
        self._numbers += 1
        return f"{self.name}-{self._numbers}"
