"""Deliveries outlive a clock that was ahead and is set right: nothing waits for an hour that it named before."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from service.notices.webhooks import Networks, store
from service.notices.webhooks.delivering import Courier
from service.notices.webhooks.fanning import fan_out, new_inbox
from service.platform import Database, FixedClock, use_encryption_keys
from tests.builders.partners import partner, rows, tell
from tests.builders.receiving import LOOPBACK, Received, receiver

if TYPE_CHECKING:
    from collections.abc import Iterator

AHEAD = timedelta(hours=25)
ATTEMPTS = "SELECT sum(attempts) FROM webhook_delivery"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime.now(UTC) + AHEAD)


@pytest.fixture
def database(database_url: str, clock: FixedClock) -> Iterator[Database]:
    use_encryption_keys([bytes(range(32))])
    found = Database(database_url, clock=clock)
    yield found
    found.close()


@contextmanager
def delivering(database: Database) -> Iterator[None]:
    courier = Courier(database, Networks.named([LOOPBACK]), source="urn:tests")
    thread = threading.Thread(target=lambda: asyncio.run(courier.run()))
    thread.start()
    try:
        yield
    finally:
        courier.stop()
        thread.join()


def test_what_was_refused_while_the_clock_was_ahead_is_sent_again_once_it_is_right(
    database: Database, clock: FixedClock
) -> None:
    refused: list[int] = []

    def moody(one: Received) -> int:
        if refused:
            return 204
        refused.append(one.number)
        return 500

    with receiver(moody) as found:
        partner(database, "one", found.url)
        tell(database, "P1")
        with delivering(database):
            until = time.monotonic() + 30
            while rows(database, ATTEMPTS) != [(1,)]:
                assert time.monotonic() < until, "it was never tried"
                time.sleep(0.05)
            clock.advance(-AHEAD)
            assert [one.number for one in found.await_taken(1)] == refused


def test_what_joined_the_line_while_the_clock_was_ahead_is_sent_by_whoever_comes_later(
    database: Database, clock: FixedClock
) -> None:
    with receiver() as found:
        partner(database, "one", found.url)
        tell(database, "P1", "P2")
        fan_out(database, new_inbox())
        assert len(store.turn(database, (), {"one": 1}, ())) == 1  # both have joined, and whoever took one is gone
        clock.advance(-AHEAD)
        with delivering(database):
            assert len(found.await_taken(2)) == 2
