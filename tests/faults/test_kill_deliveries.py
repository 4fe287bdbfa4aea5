"""The delivering process dies again and again: every message comes at least once, and in order for each pair."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import make_url

from service.platform import Database
from service.register import seed
from tests.builders.partners import ADMINISTRATOR, deliverer, delivering, partner, rows, tell
from tests.builders.receiving import Receiver, receiver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.builders.receiving import Received

SUBJECTS = [f"P{number}" for number in range(20)]
ROUNDS, KILLS = 8, 3
NOTED = "SELECT count(*), count(DISTINCT (actor_id, detail ->> 'message')) FROM query_log WHERE actor_kind = 'partner'"
STATES = "SELECT state, count(*) FROM webhook_delivery GROUP BY state"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = Database(database_url)
    with found.unit_of_work(ADMINISTRATOR) as uow:
        seed(uow)
    yield found
    found.close()


def await_more(receivers: list[Receiver], count: int) -> None:
    before, until = sum(len(one.taken) for one in receivers), time.monotonic() + 40
    while sum(len(one.taken) for one in receivers) < before + count:
        assert time.monotonic() < until, "nothing is delivered any more"
        time.sleep(0.005)


def cut_sessions(database_url: str) -> None:
    """Every session of this database is sent away, as a failing network or a proxy does; returns when all are gone.

    One still on its way out would look alive to the test's own pool, and end in the midst of its next question.
    """
    plain = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


def out_of_order(taken: list[Received]) -> list[tuple[str, int, int]]:
    """Messages that came after a later one of their subject; a message twice is no fault."""
    last: dict[str, int] = {}
    found = []
    for one in taken:
        subject = one.message["subject"]
        if one.number < last.get(subject, 0):
            found.append((subject, last[subject], one.number))
        last[subject] = one.number
    return found


def test_nothing_is_lost_and_nothing_overtakes(database: Database, database_url: str) -> None:
    refused: set[int] = set()

    def moody(one: Received) -> int:
        time.sleep(0.02)
        if one.number % 37 == 0 and one.number not in refused:
            refused.add(one.number)
            return 503
        return 204

    with receiver(moody) as first, receiver(lambda _: 204) as second:
        both = [first, second]
        for code, one in zip(("first", "second"), both, strict=True):
            partner(database, code, one.url)

        def write() -> None:
            for _ in range(ROUNDS):
                tell(database, *SUBJECTS)
                time.sleep(0.3)

        writer = threading.Thread(target=write)
        writer.start()
        for _ in range(KILLS):
            process = deliverer(database_url)
            try:
                await_more(both, 20)
            finally:
                process.kill()
                process.join()
        writer.join()
        with delivering(database_url):
            await_more(both, 1)
            cut_sessions(database_url)
            until = time.monotonic() + 60
            while rows(database, STATES) != [("delivered", 2 * ROUNDS * len(SUBJECTS))]:
                assert time.monotonic() < until, "messages were left lying"
                time.sleep(0.1)
        wanted = {row[0] for row in rows(database, "SELECT id FROM outbox WHERE topic = 'inspections.plan_amended'")}
        assert len(wanted) == ROUNDS * len(SUBJECTS)
        for one in both:
            assert {message.number for message in one.taken} == wanted
            assert out_of_order(one.taken) == []
    (noted,) = rows(database, NOTED)
    assert noted == (2 * len(wanted), 2 * len(wanted))  # each disclosed once, however often it was sent
