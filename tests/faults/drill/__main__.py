"""``python -m tests.faults.drill [--faults N] [--seed S]``: hold the drill, print its figures and its one line."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from service.platform import Database, use_encryption_keys
from service.sample.chance import Chance
from tests.builders.partners import partner, rows
from tests.builders.receiving import receiver
from tests.faults.drill import long_faults
from tests.faults.drill.checking import Told
from tests.faults.drill.figures import Result, together
from tests.faults.drill.outages import OUTAGES, possible
from tests.faults.drill.running import Drill
from tests.faults.drill.short import drawn
from tests.faults.drill.stand import KEY, stand
from tests.faults.founding import found_town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.builders.receiving import Received
    from tests.faults.drill.short import Fault
    from tests.faults.drill.stand import Stand

ENTITIES = 150
A_ROUND = 25  # faults between two reckonings


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
            begun.round(faults)
            say(begun.result().line())
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
            program = [
                sys.executable,
                "-m",
                "tests.faults.drill",
                "--outage",
                name,
                "--seed",
                seed,
                "--into",
                file.name,
            ]
            subprocess.run([*begin, *program], check=False)
            said = Path(file.name).read_text("utf-8")
        result = Result.loaded(said) if said else Result(0, 0, 0, 0.0, [], [], [f"{name} came to no end"])
        say(f"{name}: {result.line()}")
        yield result


def say(line: str) -> None:
    """Print a line now."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Hold it; 0 where nothing was amiss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=500, help="how many short faults fall")
    parser.add_argument("--seed", default="1", help="which, and in which order")
    parser.add_argument("--no-outages", action="store_true", help="short faults alone")
    parser.add_argument("--outage", choices=sorted(OUTAGES), help="one long outage alone")
    parser.add_argument("--into", type=Path, help="file for the figures, as JSON")
    asked = parser.parse_args()
    say(f"seed {asked.seed}")
    if asked.outage:
        result = outage(asked.outage, asked.seed)
    else:
        result = whole(asked.faults, asked.seed, long=not asked.no_outages)
    if asked.into:
        asked.into.write_text(result.dumped(), "utf-8")
    amiss = [*result.faulty, *result.slow()]
    say("\n".join([result.table(), *(f"AMISS {one}" for one in amiss), result.line()]))
    return 1 if amiss else 0


def whole(count: int, seed: str, *, long: bool) -> Result:
    """The short faults in rounds and, where they are wanted and this process may, the long outages."""
    faults = drawn(Chance(seed), count)
    rounds = [faults[place : place + A_ROUND] for place in range(0, len(faults), A_ROUND)]
    if long:
        rounds += [[one] for one in long_faults.LONG]
    results = [held(rounds, seed)]
    if long and possible():
        results += outages(seed)
    elif long:
        say("left out: the outages that need namespaces (Linux, as root)")
    return together(results)


if __name__ == "__main__":
    sys.exit(main())
