"""Holding drills: a town is founded on a stand, a partner waits for messages, and rounds of faults fall."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from service.platform import Database, use_encryption_keys
from tests.builders.partners import partner, rows
from tests.builders.receiving import receiver
from tests.faults.drill.checking import Told
from tests.faults.drill.figures import Result
from tests.faults.drill.outages import OUTAGES
from tests.faults.drill.running import Drill
from tests.faults.drill.stand import KEY, stand
from tests.faults.founding import found_town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.builders.receiving import Received
    from tests.faults.drill.short import Fault
    from tests.faults.drill.stand import Stand

ENTITIES = 1_000
"""So many that no entity has more records at the end than the worst of a city has, however fast the machine is."""


@contextmanager
def drill(found: Stand, seed: str, entities: int = ENTITIES) -> Iterator[Drill]:
    """A drill that can begin: its town rated, its partner waiting."""
    use_encryption_keys([bytes.fromhex(KEY)])
    with receiver(moody()) as told:
        town = found_town(found.installed.database_url, entities=entities)
        database = Database(found.installed.database_url)
        ((since,),) = rows(database, "SELECT max(id) FROM outbox")
        partner(database, "drill", told.url, topics=["tier.changed"])
        database.close()
        begun = Drill(found, town, Told(told, since), seed)
        begun.begin()
        yield begun


def moody() -> Callable[[Received], int]:
    """A partner who is not up to every thirtieth message: it must be sent again."""
    refused: set[int] = set()

    def answer(one: Received) -> int:
        time.sleep(0.01)
        if one.number % 30 or one.number in refused:
            return 204
        refused.add(one.number)
        return 503

    return answer


def held(rounds: Sequence[Sequence[Fault]], seed: str) -> Result:
    """What came of these rounds on a stand of their own."""
    with stand() as found, drill(found, seed) as begun:
        for faults in rounds:
            began = time.monotonic()
            known = len(begun.faulty)
            begun.round(faults)
            for one in begun.faulty[known:]:
                say(f"AMISS {one}")
            say(f"{begun.result().line()}; this round took {time.monotonic() - began:.0f} s")
        return begun.result()


def outage(name: str, seed: str) -> Result:
    """What came of one long outage, in this process and its namespaces."""
    with OUTAGES[name].stand() as (found, fault), drill(found, seed) as begun:
        begun.round([fault])
        return begun.result()


def outages(seed: str) -> Iterator[Result]:
    """What came of each long outage, each in a process and namespaces of its own."""
    for name, one in OUTAGES.items():
        with tempfile.NamedTemporaryFile() as file:
            begin = ["unshare", *one.namespaces] if one.namespaces else []
            asked = ["--outage", name, "--seed", seed, "--into", file.name]
            subprocess.run([*begin, sys.executable, "-m", "tests.faults.drill", *asked], check=False)
            said = Path(file.name).read_text("utf-8")
        yield Result.loaded(said) if said else Result(0, 0, 0, 0.0, [], [], [f"{name} came to no end"])


def say(line: str) -> None:
    """Print a line now."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
