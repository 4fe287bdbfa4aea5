"""Webhooks to ten receivers on this machine, one slow and one dead; the delivering process is the service's own.

The eight that answer are held against the same eight without the other two: a partner that fails must not delay them.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from aiohttp import web

from bench.city import stored_city
from bench.harness import Figures, Row, peak_mebibytes
from service.bootstrap import known_scope
from service.cli.processes import DELIVERER, children
from service.notices.webhooks import Networks
from service.notices.webhooks.partners import register_partner
from service.platform import Actor, Database, Role, use_encryption_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.city import Stored

TOPIC = "inspections.plan_amended"
MESSAGES, SUBJECTS, TURNS = 500, 100, 3
WELL = [f"well-{number}" for number in range(8)]
SLOW, DEAD = "slow", "dead"
KEY = bytes(range(32))
LOOPBACK = "127.0.0.0/8"
NOWHERE = "http://127.0.0.1:9/hook"  # nobody listens on the port of discard
ADMINISTRATOR = Actor("bench", "bench", Role.ADMINISTRATOR)

ROW = Row(
    id="webhooks",
    what=f"{MESSAGES} messages to each of ten local receivers, one slow (5 s) and one dead, about {SUBJECTS} entities",
    target="≥ 300 deliveries/s to the other eight, not slower than without those two (≤ 1.25 × the time)",
)


def measure() -> Figures:
    """Deliveries a second to the eight that answer."""
    use_encryption_keys([KEY])
    seconds: dict[str, list[float]] = {"alone": [], "with": []}
    with stored_city(100, events=False) as city:
        for turn in range(TURNS):
            seconds["alone"].append(asyncio.run(_delivered(city, f"alone-{turn}", [])))
            seconds["with"].append(asyncio.run(_delivered(city, f"with-{turn}", [SLOW, DEAD])))
    alone, both = median(seconds["alone"]), median(seconds["with"])
    rate, delay = len(WELL) * MESSAGES / both, both / alone
    return Figures(
        ours=f"{rate:,.0f} deliveries/s; {delay:.2f} × the time without the slow and the dead one",
        peer=f"{len(WELL) * MESSAGES / alone:,.0f} deliveries/s without them",
        ratio=rate / 300,
        met=rate >= 300 and delay <= 1.25,
        memory=f"peak of the receivers {peak_mebibytes()} MiB",
    )


async def _delivered(city: Stored, run: str, hindering: list[str]) -> float:
    """Write the messages, then start the process: the seconds from its first attempt until the eight have all."""
    taken: dict[str, set[str]] = {code: set() for code in (*WELL, SLOW)}
    began: list[float] = []
    done = asyncio.Event()

    async def hook(request: web.Request) -> web.Response:
        code = request.match_info["code"]
        await request.read()
        began.append(time.monotonic())
        if code == SLOW:
            await asyncio.sleep(5)
        taken[code].add(request.headers["webhook-id"])
        if all(len(taken[each]) == MESSAGES for each in WELL):
            done.set()
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/{code}", hook)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    with _process(city, port, run, hindering):
        await done.wait()
        seconds = time.monotonic() - began[0]
    await runner.cleanup()
    return seconds


@contextmanager
def _process(city: Stored, port: int, run: str, hindering: list[str]) -> Iterator[None]:
    database = Database(city.environ["DATABASE_URL"])
    with database.unit_of_work(ADMINISTRATOR) as uow:
        for code in (*WELL, *hindering):
            register_partner(
                uow=uow,
                networks=Networks.named([LOOPBACK]),
                registered=known_scope,
                code=f"{run}-{code}",
                name=code,
                url=NOWHERE if code == DEAD else f"http://127.0.0.1:{port}/{code}",
                topics=[TOPIC],
                purpose="bench",
            )
    with database.unit_of_work(ADMINISTRATOR) as uow:
        uow.audit("bench.told", "outbox", {})
        for number in range(MESSAGES):
            uow.publish(TOPIC, f"P{number % SUBJECTS}", {"n": number})
    environ = {**os.environ, **city.environ, "ENCRYPTION_KEY": KEY.hex(), "WEBHOOK_NETWORKS": LOOPBACK}
    with (
        tempfile.TemporaryDirectory(prefix="xinjian-bench-logs-") as logs,
        children({"deliverer": DELIVERER}, environ, Path(logs)),
    ):
        yield
    with database.bookkeeping() as session:
        session.connection().exec_driver_sql("UPDATE webhook_partner SET state = 'ended'")
    database.close()
