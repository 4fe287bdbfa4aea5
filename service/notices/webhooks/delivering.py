"""The delivering process: claims partners, takes what is due, sends it, records how it ended.

The database is asked by one thread, one short transaction after the other; everything else happens on the event loop.
What is under way and not recorded when the process dies is sent again: at least once, and for one entity never before
what stands in front of it was recorded.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from service.notices.webhooks import store
from service.notices.webhooks.claims import Claims
from service.notices.webhooks.fanning import AT_ONCE, fan_out, new_inbox
from service.notices.webhooks.sending import send, session_for, signed, trusting
from service.notices.webhooks.terms import attempt, rest
from service.notices.webhooks.topics import topics

if TYPE_CHECKING:
    from collections.abc import Callable

    import aiohttp

    from service.notices.webhooks.networks import Networks
    from service.notices.webhooks.sending import Answer
    from service.notices.webhooks.store import Due, Ended, Target
    from service.platform import Database

log = structlog.get_logger(__name__)
Given = TypeVar("Given")

LOOK = 0.25
"""Seconds between two looks at the outbox and at what is due, while nothing else happens."""

GATHER = 0.01
"""Seconds that pass before what ended is recorded together."""

HEARTBEAT = 1.0
"""Seconds between two looks at the partners and at the claims on them."""


class _Line:
    """What is under way to one partner."""

    def __init__(self, target: Target, session: aiohttp.ClientSession) -> None:
        self.target = target
        self.session = session
        self.flying: dict[int, asyncio.Task[None]] = {}
        self.silent = 0
        self.rests_until = 0.0

    @property
    def room(self) -> int:
        if time.monotonic() < self.rests_until:
            return 0
        free = attempt().at_once - len(self.flying)
        return min(free, 1) if self.silent >= rest().after else free

    def heard(self, answer: Answer) -> None:
        self.silent = self.silent + 1 if answer.silent else 0
        self.rests_until = time.monotonic() + rest().seconds(self.silent)


class Courier:
    """Delivers for every partner that no other process delivers for, until it is told to stop."""

    def __init__(self, database: Database, networks: Networks, *, source: str, authorities: str | None = None) -> None:
        """``authorities``: certificates (PEM) of those that are trusted beside the system's."""
        self._database = database
        self._trust = trusting(authorities)
        self._networks = networks
        self._source = source
        self._lines: dict[str, _Line] = {}
        self._ended: list[Ended] = []
        self._news = asyncio.Event()
        self._stopping = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="webhooks")
        self._inbox = new_inbox()
        self._next_beat = self._next_look = 0.0
        self._ahead: float | None = None  # how far the hour is before the seconds that no one can set

    def stop(self) -> None:
        """End once what is under way has ended, or taken too long to end, and is recorded."""
        self._stopping = True
        self._news.set()

    async def run(self) -> None:
        """Deliver until stopped; a database that is away is asked again."""
        try:
            while not self._stopping:
                claims = Claims(self._database)
                try:
                    await self._work(claims)
                except SQLAlchemyError:
                    log.warning("deliveries_interrupted", exc_info=True)
                finally:
                    await self._let_go(claims)
                if not self._stopping:
                    await asyncio.sleep(HEARTBEAT)
        finally:
            self._thread.shutdown()

    async def _work(self, claims: Claims) -> None:
        self._next_beat = self._next_look = 0.0
        while not self._stopping:
            if time.monotonic() >= self._next_beat:
                await self._beat(claims)
            whole_batch = await self._look()
            await self._turn()
            if not whole_batch:
                await self._pause()
        until = time.monotonic() + attempt().ending
        while any(line.flying for line in self._lines.values()) and time.monotonic() < until:
            await self._pause()
            await self._turn(taking=False)

    async def _turn(self, *, taking: bool = True) -> None:
        """Record what has ended and send what is due."""
        ended, self._ended = self._ended, []
        for one in ended:
            line = self._lines.get(one.due.partner)
            if line is not None:
                line.flying.pop(one.due.number, None)
        flying = [(code, number) for code, line in self._lines.items() for number in line.flying]
        rooms = {code: line.room for code, line in self._lines.items()} if taking else {}
        if not ended and not any(rooms.values()):
            return
        for due in await self._asked(lambda: store.turn(self._database, ended, rooms, flying)):
            line = self._lines[due.partner]
            line.flying[due.number] = asyncio.create_task(self._deliver(line, due))

    async def _deliver(self, line: _Line, due: Due) -> None:
        at = self._database.clock.now()
        topic = topics()[due.topic]
        body = topic.message(
            number=due.number, subject=due.subject, payload=due.payload, at=due.recorded_at, source=self._source
        )
        answer = await send(line.session, line.target.url, signed(line.target.secrets, due.number, at, body), body)
        line.heard(answer)
        self._ended.append(store.Ended(due, at, *answer))
        self._news.set()

    async def _beat(self, claims: Claims) -> None:
        """Keep the claims alive and learn which partners there are now."""
        found = {one.code: one for one in await self._asked(lambda: self._targets(claims))}
        for code, line in list(self._lines.items()):
            if code not in found or found[code].url != line.target.url:
                if line.flying:  # a paused partner, or one that has moved: what is under way ends first
                    line.rests_until = time.monotonic() + HEARTBEAT
                    continue
                await self._lines.pop(code).session.close()
        for code, target in found.items():
            if code in self._lines:
                if self._lines[code].target.url == target.url:
                    self._lines[code].target = target
            else:
                self._lines[code] = _Line(target, session_for(target.url, self._networks, attempt(), trust=self._trust))
        self._next_beat = time.monotonic() + HEARTBEAT

    def _targets(self, claims: Claims) -> list[Target]:
        claims.keep_alive()
        self._notice_the_clock()
        with self._database.reader() as session:
            found = store.targets(session, self._database.clock.now())
        held = claims.hold({one.code for one in found} | {code for code, line in self._lines.items() if line.flying})
        return [one for one in found if one.code in held]

    def _notice_the_clock(self) -> None:
        """At the beginning and where the clock was set back, let nothing wait for an hour that it named before."""
        ahead = self._database.clock.now().timestamp() - time.monotonic()
        if self._ahead is None or ahead < self._ahead - HEARTBEAT:
            store.come_forward(self._database, tried=self._ahead is not None)
        self._ahead = ahead

    async def _look(self) -> bool:
        """Look at the outbox now and then; whether there is more to be looked at than one look takes."""
        if time.monotonic() < self._next_look:
            return False
        looked = await self._asked(lambda: fan_out(self._database, self._inbox))
        self._next_look = time.monotonic() + (LOOK if looked < AT_ONCE else 0)
        return looked >= AT_ONCE

    async def _pause(self) -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            async with asyncio.timeout(LOOK):
                await self._news.wait()
            await asyncio.sleep(GATHER)
        self._news.clear()

    async def _asked(self, question: Callable[[], Given]) -> Given:
        return await asyncio.get_running_loop().run_in_executor(self._thread, question)

    async def _let_go(self, claims: Claims) -> None:
        """Break off what is under way, and give the claims up: nobody may deliver what another has claimed."""
        lines, self._lines, self._ended = self._lines, {}, []
        tasks = [task for line in lines.values() for task in line.flying.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for line in lines.values():
            await line.session.close()
        await self._asked(claims.close)
