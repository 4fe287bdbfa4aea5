"""Memory does not grow with the file: neither while it is received nor while it is worked off."""

from __future__ import annotations

import tracemalloc
from itertools import repeat
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from service.evidence import work_off
from service.evidence.bulk.limits import PIECE, Limits
from tests.integration.evidence.bulk_files import EVENT, ndjson, receive

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.platform import Database


def peak(act: Callable[[], Any]) -> int:
    """The most bytes of Python's own that were held at once while it was done."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_a_file_is_received_in_pieces(database: Database, form: str) -> None:
    line = b" " * 1023 + b"\n" if form == "ndjson" else b",".join([b"x" * 204] * 5)[:1023] + b"\n"
    head = ndjson(EVENT) if form == "ndjson" else ",".join(EVENT).encode() + b"\n"

    def hand_in(pieces: int) -> int:
        return receive(database, (head, *repeat(line * (PIECE // len(line)), pieces)), format=form)

    hand_in(1)
    small, large = peak(lambda: hand_in(4)), peak(lambda: hand_in(24))
    assert large < small + 2 * PIECE


@pytest.mark.parametrize(("mode", "entity"), [("good", "own:old"), ("good", "own:nobody"), ("all", "own:old")])
def test_a_file_is_worked_off_in_chunks(database: Database, mode: str, entity: str) -> None:
    """A file refused whole keeps what is said of its first rows until its end; how many is bounded by itself."""
    padding = {"attributes": {f"note{n}": "x" * 500 for n in range(10)}}

    def load(rows: int) -> None:
        bodies = ({**EVENT, **padding, "entity": entity, "source_ref": f"{rows}-{n}"} for n in range(rows))
        content = b"".join(orjson.dumps(body) + b"\n" for body in bodies)
        job_id = receive(database, content, mode=mode)
        del content
        peaks.append(peak(lambda: work_off(database=database, job_id=job_id, limits=Limits(rows=100))))

    peaks: list[int] = []
    for rows in (100, 1000, 4000):
        load(rows)
    assert peaks[2] < peaks[1] + PIECE


def test_brackets_that_grow_in_memory_are_not_held_all_at_once(database: Database) -> None:
    line = b'{"kinds": [' + b"[]," * 20_000 + b"[]]}\n"
    job_id = receive(database, repeat(line, 4 * PIECE // len(line)))
    assert peak(lambda: work_off(database=database, job_id=job_id)) < 48 * PIECE
