"""Long faults that need no servers of their own, and several faults at once."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from tests.faults.drill import clock_faults, database_faults, redis_faults
from tests.faults.drill.short import SHORT, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.sample.chance import Chance
    from tests.faults.drill.short import Falls
    from tests.faults.drill.stand import Scene

LONG = (
    Fault("a table locked for a minute", database_faults.table_locked, (600, 600)),
    Fault("Redis gone for ten minutes", redis_faults.gone, (6_000, 6_000)),
)
LONGER = (
    Fault("PostgreSQL's connections all taken for five minutes", database_faults.connections_taken, (3_000, 3_000)),
    Fault("PostgreSQL frozen for two minutes", database_faults.frozen, (1_200, 1_200)),
    Fault("a table locked for five minutes", database_faults.table_locked, (3_000, 3_000)),
    Fault("Redis silent for ten minutes", redis_faults.silent, (6_000, 6_000)),
    Fault("Redis out of memory for ten minutes", redis_faults.full, (6_000, 6_000)),
    Fault("Redis late by 500 ms for ten minutes", redis_faults.late, (6_000, 6_000)),
    Fault("clocks a day ahead or less for ten minutes", clock_faults.forward, (6_000, 6_000)),
    Fault("clocks a day behind or less for ten minutes", clock_faults.back, (6_000, 6_000)),
)
AT_ONCE, TIMES = 3, 40


def longer(chance: Chance) -> Iterator[list[Fault]]:
    """The longer outages, one in a round; then several faults at once, again and again."""
    yield from ([one] for one in LONGER)
    several = [_several([_any(chance) for _ in range(AT_ONCE)]) for _ in range(TIMES)]
    yield from (several[place : place + 10] for place in range(0, TIMES, 10))


def _any(chance: Chance) -> Fault:
    return SHORT[chance.number(0, len(SHORT) - 1)]


def _several(faults: list[Fault]) -> Fault:
    """All of them at once, for as long as the longest lasts."""
    return Fault(f"{AT_ONCE} faults at once", _together(faults), max(one.lasts for one in faults))


def _together(faults: list[Fault]) -> Falls:
    @contextmanager
    def falls(scene: Scene, chance: Chance) -> Iterator[None]:
        with ExitStack() as held:
            for one in faults:
                held.enter_context(one.falls(scene, chance))
            yield

    return falls
