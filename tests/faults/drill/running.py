"""The drill itself: faults fall one after the other under a load that never rests, until it is reckoned what became."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from service.platform import Database
from service.sample.chance import Chance
from tests.faults.callers import Line, Remembered
from tests.faults.drill import checking
from tests.faults.drill.callers import begun
from tests.faults.drill.figures import Recovery, Result
from tests.faults.drill.stand import Scene, Stand, tended
from tests.faults.load import SOURCE, event
from tests.faults.watching import Watch, come_to_rest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.faults.drill.checking import Told
    from tests.faults.drill.short import Fault
    from tests.faults.founding import Town

AT_ONCE = 0.4
"""The share of faults that fall without waiting until the one before is overcome."""

PATIENCE = 120.0
"""Seconds after which a recovery is no recovery any more."""

GLANCE = 0.25
_MARKED = """
    SELECT coalesce(min(m.id), %s + 1) <= %s, coalesce(max(m.id), 0)
      FROM rerate_mark m JOIN entity e ON e.id = m.subject WHERE e.public_key = %s
"""
_NO_MARK = 1 << 62


class Drill:
    """One stand under load. ``fallen``: names of all faults so far; ``faulty``: whatever should not be."""

    def __init__(self, stand: Stand, town: Town, told: Told, seed: str) -> None:
        self.scene = Scene(stand, Remembered(), town.token)
        self.watch = Watch(stand.installed)
        self.fallen: list[str] = []
        self.recoveries: list[Recovery] = []
        self.faulty: list[str] = []
        self.counted = checking.Counts(0, 0, 0)
        self._account = checking.Account(self.scene.remembered, town.keys, told, stand.journal)
        self._town, self._seed = town, seed
        self._probe, self._checked = 0, 0
        self._chance = Chance(seed)

    def begin(self) -> None:
        """Wait until the installation answers for the first time; what was in vain before tells nothing."""
        with tended(self.scene.stand.installed):
            self._line().ask("GET", "/readyz")
        self.scene.remembered.failures.clear()

    def round(self, faults: Sequence[Fault]) -> None:
        """Let these fall under load, come to rest, and reckon from the beginning."""
        stop, place = threading.Event(), len(self.fallen)
        with tended(self.scene.stand.installed), self._watched():
            callers = begun(self.scene, self._town, f"{self._seed}.{place}", stop)
            self.scene.stand.journal.want(now=True)
            try:
                for fault in faults:
                    self._strike(fault)
            except TimeoutError as error:
                error.add_note(self.scene.stand.installed.log("web")[-3000:])
                raise
            finally:
                stop.set()
                self.scene.stand.journal.want(now=False)
            come_to_rest(self.scene.stand.installed, self.watch, callers)
            self.faulty += [f"{caller.name}: {caller.error!r}" for caller in callers if caller.error]
        self._reckon()

    def result(self) -> Result:
        """What came of it so far."""
        counted = (self.counted.accepted, self.counted.lost, self.counted.doubled)
        return Result(*counted, self.watch.longest, self.fallen, self.recoveries, self.faulty)

    def _strike(self, fault: Fault) -> None:
        time.sleep(self._chance.number(1, 10) / 10)
        with fault.falls(self.scene, self._chance):
            time.sleep(self._chance.number(*fault.lasts) / 10)
        self.fallen.append(fault.name)
        if not self._chance.happens(AT_ONCE):
            self.recoveries.append(self._recover(fault.name))
            self._look_for_the_last()

    def _recover(self, name: str) -> Recovery:
        """Send an event, and wait until it counts."""
        key = self._town.keys[self._probe % len(self._town.keys)]
        self._probe += 1
        began, line = time.monotonic(), self._line()
        body = event(self._chance, [key], f"probe-{self._seed}-{self._probe}")
        answer = line.ask("POST", "/v1/events", json.dumps(body).encode())
        line.hang_up()
        accepted = time.monotonic() - began
        self.scene.remembered.accepted.append((body, answer.body["id"]))
        self._await_rating(key, name)
        return Recovery(name, accepted, time.monotonic() - began)

    def _await_rating(self, key: str, name: str) -> None:
        """Wait until the marks that an entity has now are gone; those that others leave meanwhile do not count."""
        last, until = _NO_MARK, time.monotonic() + PATIENCE
        while True:
            found = self.watch.ask(_MARKED, last, last, key)
            if found is not None and not found[0]:
                return
            if found is not None:
                last = min(last, found[1])
            if time.monotonic() > until:
                self.faulty.append(f"not rated after {PATIENCE:.0f} s: {name}")
                return
            time.sleep(0.02)

    def _look_for_the_last(self) -> None:
        """Whatever was accepted since the last look is there; cheap, so after each fault."""
        now = self.scene.remembered.accepted[self._checked :]
        lost = checking.missing(self.watch, SOURCE, now)
        if lost is not None:
            self._checked += len(now)
            self.faulty += [f"lost after {self.fallen[-1]}: {ref}" for ref in lost]

    def _reckon(self) -> None:
        database = Database(self.scene.stand.installed.database_url)
        try:
            self.counted, faulty = checking.reckoned(database, self._account)
        finally:
            database.close()
        self.faulty += faulty

    def _line(self) -> Line:
        return Line(self.scene.stand.installed.socket, self.scene.token, self.scene.remembered)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Within the block somebody looks all the time how long anything has been waiting."""
        over = threading.Event()

        def look() -> None:
            while not over.wait(GLANCE):
                self.watch.look()

        looking = threading.Thread(target=look, name="watch")
        looking.start()
        try:
            yield
        finally:
            over.set()
            looking.join()
