"""A province re-rated for an edition to come, against the stored city; and who asks for a tier meanwhile.

The city is multiplied where it is stored: every entity with its versions, events, occasions, ratings and head, under
numbers and codes of its own. Both are staged by two processes at full speed; before that, one process works on the
province at the share that ships, and a caller asks for tiers as often as while the machine was idle. What is staged is
compared with a recompute for the day.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import re
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from statistics import quantiles
from typing import TYPE_CHECKING
from urllib.parse import quote

from bench.city import Call, answers, stored_city, web
from bench.city.multiplying import multiply
from bench.city.servers import SERVICE
from bench.harness import Figures, Row, peak_mebibytes
from service import editions, ratings
from service.cli.runtime import OPERATOR
from service.platform import Database, Settings
from workers.process import collect_seldom

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.city import Stored, Web

CITY = 50_000
PROVINCE = int(os.environ.get("PROVINCE", "1000000"))
"""Entities of the province: fewer only to try the row out."""
ASKING = 40.0
"""Seconds for which tiers are asked, idle and under way."""
PAUSE = 0.01
ASKED, PROVED = 2_000, 50

ROW = Row(
    id="rerate-province",
    what=f"a stored province of {PROVINCE:,} entities staged for an edition to come, two processes; peer: the city of "
    f"{CITY:,}",
    target="≤ 1.5 × per entity; p99 of a tier ≤ 3 × its idle value while one process works at its share",
)

APPROVER = replace(OPERATOR, id="approver")
RULEBOOK = "bj-culture"
CASES = """
[[case]]
title = {{ zh = "新设", en = "New" }}
kind = "cinema"
as_of = {day}
known_since = {day}
expect = {{ state = "unrated", reason = "new" }}
"""
KEYS = "SELECT key FROM rating_head ORDER BY md5(key) LIMIT %s"
SOME = "SELECT entity_id, summary FROM rating_staged ORDER BY md5(entity_id::text) LIMIT %s"


def measure() -> Figures:
    """Time of an entity of the province over one of the city; missed too where asking for a tier suffers."""
    with stored_city(CITY) as city, two_workers(city) as work:
        proposal = adopt(city, "city")
        small = staged_in(city, work) / CITY
        with city.database.unit_of_work(OPERATOR) as uow:
            ratings.withdraw_edition(uow=uow, proposal=proposal, reason="bench")
        ratings.drain(database=city.database)  # those that knew its day: staging lets marks go first
        entities = multiply(city, PROVINCE // CITY)
        with web(city, SERVICE) as service:
            keys = [
                row[0]
                for row in city.connect().execute("SELECT key FROM rating_head ORDER BY md5(key)").fetchmany(ASKED)
            ]
            calls = [Call("GET", f"/v1/entities/{quote(key)}/tier", 200) for key in keys]
            ninety_ninth(service, calls, ASKING / 4)
            idle = ninety_ninth(service, calls, ASKING)
            adopt(city, "province")
            with at_its_share(city):
                busy = ninety_ninth(service, calls, ASKING)
        before = passed(city)
        large = staged_in(city, work) / (entities - before)
        prove(city, entities)
    ratio = large / small
    return Figures(
        ours=f"{large * 1e6:,.0f} µs per entity among {entities:,}; p99 of a tier {busy * 1000:.1f} ms, "
        f"idle {idle * 1000:.1f} ms ({busy / idle:.2f} ×); {before:,} staged meanwhile",
        peer=f"{small * 1e6:,.0f} µs among {CITY:,}",
        ratio=ratio,
        met=ratio <= 1.5 and busy <= 3 * idle,
        memory=f"peak of the caller {peak_mebibytes()} MiB",
    )


def adopt(city: Stored, name: str) -> int:
    """Adopt a successor of the city's edition for the day after next month; the number of its proposal."""
    day = datetime.now(UTC).date() + timedelta(days=31)
    with city.database.reader() as session:
        last = max((one for one in editions.summaries(session) if one.rulebook == RULEBOOK), key=_first)
        words = editions.text_of(session, last.edition_id) or ""
    words = words.replace(f'id = "{last.edition_id}"', f'id = "{name}"\npredecessor = "{last.edition_id}"', 1)
    words = re.sub(r"^force_from = .*$", f"force_from = {day}", words, count=1, flags=re.MULTILINE)
    with city.database.unit_of_work(OPERATOR) as uow:
        number, _ = editions.propose(uow=uow, words=words, cases=CASES.format(day=day), reason="bench")
    with city.database.unit_of_work(APPROVER) as uow:
        ratings.decide_edition(uow=uow, proposal=number, outcome="approved", reason="bench")
    return number


def _first(one: editions.EditionSummary) -> date:
    return one.force_from


def staged_in(city: Stored, work: Callable[[], None]) -> float:
    """The seconds until everything is staged."""
    begin = time.perf_counter()
    work()
    seconds = time.perf_counter() - begin
    with city.database.reader() as session:
        assert ratings.rerates(session)[0].state == "staged"
    return seconds


def passed(city: Stored) -> int:
    """How many entities the last run has staged."""
    with city.database.reader() as session:
        return ratings.rerates(session)[0].passed


def prove(city: Stored, entities: int) -> None:
    """Everybody is staged, and some, by chance, as a recompute for the day says."""
    with city.database.reader() as session, city.connect() as connection:
        told = ratings.rerates(session)[0]
        assert (told.staged, told.failed) == (entities, 0)
        for number, summary in connection.execute(SOME, [PROVED]).fetchall():
            row = connection.execute("SELECT key FROM rating_head WHERE entity_id = %s", [number]).fetchone()
            assert row is not None
            now = city.database.clock.now()
            anew = ratings.recomputed(session, row[0], now=now, as_of=told.day, position=None)
            assert anew is not None
            assert {kind: one["digest"] for kind, one in anew.summary.items()} == {
                kind: one["digest"] for kind, one in summary.items()
            }, row[0]


def ninety_ninth(server: Web, calls: list[Call], seconds: float) -> float:
    """The 99th of a hundred answers, in seconds, asked for one after the other with a pause between them."""
    taken: list[float] = []
    end = time.perf_counter() + seconds

    def timed() -> Iterator[Call]:
        for call in itertools.cycle(calls):
            begin = time.perf_counter()
            if begin > end:
                return
            yield call
            taken.append(time.perf_counter() - begin)
            time.sleep(PAUSE)

    answers(server, timed())
    return quantiles(taken, n=100)[98]


@contextmanager
def two_workers(city: Stored) -> Iterator[Callable[[], None]]:
    """A function that works runs off at full speed, in two processes."""
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(2, context, initializer=_open, initargs=(city.environ["DATABASE_URL"],)) as pool:

        def work() -> None:
            for each in [pool.submit(_work, 100) for _ in range(2)]:
                each.result()

        yield work


@contextmanager
def at_its_share(city: Stored) -> Iterator[None]:
    """One process works at the share that ships, until the block ends."""
    context = multiprocessing.get_context("fork")
    worker = context.Process(target=_alone, args=(city.environ["DATABASE_URL"],), daemon=True)
    worker.start()
    try:
        yield
    finally:
        worker.terminate()
        worker.join()


class _Process:
    database: Database | None = None


def _open(url: str) -> None:
    collect_seldom()
    _Process.database = Database(url)


def _work(share: int) -> None:
    assert _Process.database is not None
    database = _Process.database
    while True:  # a shard that another works on is left to it
        ratings.work_on(database=database, pace=ratings.Pace(share))
        with database.reader() as session:
            if ratings.rerates(session)[0].state != "staging":
                return


def _alone(url: str) -> None:
    _open(url)
    _work(Settings(database_url=url).rerate_share)
