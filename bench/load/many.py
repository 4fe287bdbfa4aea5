"""`make load REQUESTS=1000000`: does memory stay while so many requests are answered over kept connections?"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from bench.city.callers import Call, answers
from bench.load.programs import resident

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.city import Web

_TURNS = 10
_CALLERS = 4
_CHUNK = 500


def many(server: Web, keys: Sequence[str], requests: int, pids: Mapping[str, int]) -> str:
    """Ask for tiers so often; returns a table of memory at ten points of the way."""
    calls = [Call("GET", f"/v1/entities/{key}/tier", 200) for key in keys]
    lines = ["| requests | a second | " + " | ".join(f"{name}, MiB" for name in pids) + " |"]
    lines.append("|---:|---:|" + "---:|" * len(pids))
    _spell(server, calls, 2_000)  # every thread has its connections, every entity was asked for
    lines.append(_row(0, 0.0, pids))
    for turn in range(1, _TURNS + 1):
        began = time.monotonic()
        _spell(server, calls, requests // _TURNS)
        lines.append(_row(requests * turn // _TURNS, requests / _TURNS / (time.monotonic() - began), pids))
    return "\n".join(lines)


def _row(done: int, rate: float, pids: Mapping[str, int]) -> str:
    sizes = " | ".join(f"{resident(pid) / 1024:,.1f}" for pid in pids.values())
    return f"| {done:,} | {rate:,.0f} | {sizes} |"


def _spell(server: Web, calls: Sequence[Call], requests: int) -> None:
    failed: list[BaseException] = []

    def call(share: int) -> None:
        try:
            for begin in range(0, share, _CHUNK):
                answers(server, (calls[place % len(calls)] for place in range(begin, min(begin + _CHUNK, share))))
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=call, args=(requests // _CALLERS,)) for _ in range(_CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == [], failed
