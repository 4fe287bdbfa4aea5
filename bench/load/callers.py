"""Callers of the running service: each does its deed at its pace, repeats what it is told to, and tallies answers."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.load.day import Deed
    from bench.load.tally import Tally

SOURCE = "load"
_PATIENCE = 120.0
_READ = ("/v1/draws", "/v1/repairs", "/v1/visits", "/v1/inspection-plans", "/v1/objections")
_NUMBERS = itertools.count()


class Line:
    """One caller's connection: repeats a request until it is answered with more than a wish to come back."""

    def __init__(self, port: int, token: str, tally: Tally, stop: threading.Event) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._token, self._tally, self._stop = token, tally, stop

    def ask(self, deed: str, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> Any:  # noqa: ANN401 - JSON
        """The answer as JSON, None where it is none or there is none.

        Raises:
            TimeoutError: nobody answered in a long while.
        """
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            began = time.perf_counter()
            try:
                status, headers, said = self._once(method, path, body, kind)
            except (OSError, http.client.HTTPException) as error:
                self._connection.close()
                self._tally.failed(deed, error)
                time.sleep(0.1)
                continue
            again = headers.get("Retry-After")
            self._tally.answered(deed, status, time.perf_counter() - began, again)
            if status not in {429, 503}:
                return json.loads(said) if headers.get_content_type().endswith("json") else None
            self._stop.wait(float(again or 1))
        raise TimeoutError(f"{method} {path} was never served")

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _once(self, method: str, path: str, body: bytes | None, kind: str) -> tuple[int, Any, bytes]:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": kind}
        if path.startswith("/portal"):
            headers = {}
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        return response.status, response.headers, response.read()


class Callers:
    """Threads that do the deeds of a day until stopped."""

    def __init__(self, port: int, token: str, keys: Sequence[str], tally: Tally) -> None:
        self._port, self._token, self._keys, self._tally = port, token, keys, tally
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self.errors: list[BaseException] = []

    def start(self, deeds: Sequence[Deed]) -> None:
        """Begin: each deed by its callers at its pace."""
        for deed in deeds:
            for place in range(deed.callers):
                self._begin(deed, deed.callers / deed.a_second, place / deed.a_second)

    def crowd(self, deed: Deed, count: int, seconds: float) -> None:
        """So many more callers for a while, each as fast as it is answered."""
        until = time.monotonic() + seconds
        crowd = [self._begin(deed, 0.0, 0.0, until) for _ in range(count)]
        for caller in crowd:
            caller.join()

    def stop(self) -> None:
        """End after what each does now.

        Raises:
            AssertionError: something went wrong in a caller.
        """
        self._stop.set()
        for thread in self._threads:
            thread.join(_PATIENCE + 60)
            assert not thread.is_alive(), "a caller is never answered"
        assert self.errors == [], self.errors

    def _begin(self, deed: Deed, every: float, after: float, until: float | None = None) -> threading.Thread:
        thread = threading.Thread(target=self._repeat, args=(deed, every, after, until), daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def _repeat(self, deed: Deed, every: float, after: float, until: float | None) -> None:
        line = Line(self._port, self._token, self._tally, self._stop)
        turn = time.monotonic() + after
        act: Callable[[Line, str], None] = getattr(self, f"_{deed.act}")
        try:
            while not self._stop.wait(max(0.0, turn - time.monotonic())):
                if until is not None and time.monotonic() > until:
                    return
                act(line, deed.name)
                turn = max(turn + every, time.monotonic() - 1.0)  # who is late makes up for a second at most
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            self.errors.append(error)
        finally:
            line.close()

    def _key(self) -> str:
        return self._keys[next(_NUMBERS) * 7919 % len(self._keys)]

    def _body(self) -> dict[str, str]:
        number = next(_NUMBERS)
        body = {"source": SOURCE, "source_ref": f"L{number}", "entity": self._key(), "decided_on": "2026-06-01"}
        return body | (
            {"code": "problem_found", "severity": "minor"} if number % 5 == 0 else {"code": "no_problem_found"}
        )

    def _event(self, line: Line, deed: str) -> None:
        body = self._body()
        said = line.ask(deed, "POST", "/v1/events", json.dumps(body).encode())
        self._tally.accepted[body["source_ref"]] = said["id"]

    def _batch(self, line: Line, deed: str) -> None:
        bodies = [self._body() for _ in range(50)]
        said = line.ask(deed, "POST", "/v1/events", json.dumps({"events": bodies}).encode())
        for body, item in zip(bodies, said["items"], strict=True):
            self._tally.accepted[body["source_ref"]] = item["id"]

    def _annulment(self, line: Line, deed: str) -> None:
        if not self._tally.accepted:
            return
        number = next(reversed(self._tally.accepted.copy().values()))
        body = {"source": SOURCE, "source_ref": f"A{next(_NUMBERS)}", "act": "annulment", "acted_on": "2026-06-02"}
        line.ask(deed, "POST", f"/v1/events/{number}/acts", json.dumps({**body, "reason": "复议撤销"}).encode())

    def _file(self, line: Line, deed: str) -> None:
        rows = [self._body() for _ in range(2_000)]
        content = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
        said = line.ask(deed, "POST", "/v1/events/bulk?mode=all", content, "application/x-ndjson")
        self._tally.files.append((said["id"], len(rows)))

    def _tier(self, line: Line, deed: str) -> None:
        line.ask(deed, "GET", f"/v1/entities/{quote(self._key(), safe='')}/tier")

    def _tiers(self, line: Line, deed: str) -> None:
        body = {"entities": [self._key() for _ in range(100)]}
        line.ask(deed, "POST", "/v1/tiers", json.dumps(body).encode())

    def _portal(self, line: Line, deed: str) -> None:
        line.ask(deed, "GET", f"/portal/entities/{quote(self._key(), safe='')}")

    def _lists(self, line: Line, deed: str) -> None:
        line.ask(deed, "GET", _READ[next(_NUMBERS) % len(_READ)])
