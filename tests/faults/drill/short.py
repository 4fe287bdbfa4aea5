"""Every short fault: what it is called, what it does to a scene, and for how long it lasts."""

from __future__ import annotations

import os
import signal
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from tests.faults.blows import BLOWS
from tests.faults.drill import clock_faults, database_faults, redis_faults, repeats
from tests.faults.drill.commit_points import killed_while_writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.sample.chance import Chance
    from tests.faults.blows import Blow
    from tests.faults.drill.stand import Scene
    from tests.faults.installation import Installation

    Falls = Callable[[Scene, Chance], AbstractContextManager[object]]


class Fault(NamedTuple):
    """A fault: it falls when its context is entered and ends when it is left; ``lasts``: tenths of seconds."""

    name: str
    falls: Falls
    lasts: tuple[int, int] = (0, 0)


def _blow(blow: Blow) -> Falls:
    @contextmanager
    def falls(scene: Scene, chance: Chance) -> Iterator[None]:
        blow(scene.stand.installed, chance)
        yield

    return falls


def _killed(name: str) -> Falls:
    def blow(installed: Installation, _: Chance) -> None:
        with suppress(ProcessLookupError):  # it has just ended by itself
            os.kill(installed.pid(name), signal.SIGKILL)

    return _blow(blow)


A_WHILE = (10, 25)
SHORT: tuple[Fault, ...] = (
    *(Fault(name, _blow(blow)) for name, blow in BLOWS.items()),
    Fault("the deliverer killed", _killed("deliverer")),
    Fault("whoever draws killed", _killed("drawer")),
    *(Fault("a process killed while it writes", killed_while_writing) for _ in range(4)),
    Fault("PostgreSQL's connections all taken", database_faults.connections_taken, A_WHILE),
    Fault("a table locked", database_faults.table_locked, (20, 40)),
    Fault("PostgreSQL frozen", database_faults.frozen, A_WHILE),
    Fault("Redis read-only", redis_faults.read_only, A_WHILE),
    Fault("Redis out of memory", redis_faults.full, A_WHILE),
    Fault("Redis late by 500 ms", redis_faults.late, A_WHILE),
    Fault("Redis silent", redis_faults.silent, A_WHILE),
    Fault("Redis gone", redis_faults.gone, A_WHILE),
    Fault("clocks set forward", clock_faults.forward, A_WHILE),
    Fault("clocks set back", clock_faults.back, A_WHILE),
    Fault("wake-ups doubled", repeats.wake_ups_doubled),
    Fault("requests repeated out of order", repeats.requests_repeated),
)
"""The faults; killing whoever writes stands there as often as there are kinds of processes that do."""


def drawn(chance: Chance, count: int) -> list[Fault]:
    """So many faults in an order by chance; none comes again before all the others have come."""
    found: list[Fault] = []
    while len(found) < count:
        left = list(SHORT)
        while left:
            found.append(left.pop(chance.number(0, len(left) - 1)))
    return found[:count]
