"""``python -m tests.faults.drill [--faults N] [--seed S]``: hold the drill, print its figures and its one line."""

from __future__ import annotations

import argparse
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from service.platform import Database, use_encryption_keys
from service.sample.chance import Chance
from tests.builders.partners import partner, rows
from tests.builders.receiving import receiver
from tests.faults.drill import figures
from tests.faults.drill.checking import Told
from tests.faults.drill.running import Drill
from tests.faults.drill.short import drawn
from tests.faults.drill.stand import KEY, stand
from tests.faults.founding import found_town

if TYPE_CHECKING:
    from collections.abc import Iterator

ENTITIES = 150
A_ROUND = 25  # faults between two reckonings


@contextmanager
def drill(seed: str, entities: int = ENTITIES) -> Iterator[Drill]:
    """A drill that can begin: its town rated, its partner waiting."""
    use_encryption_keys([bytes.fromhex(KEY)])
    with receiver() as told, stand() as found:
        town = found_town(found.installed.database_url, entities=entities)
        database = Database(found.installed.database_url)
        ((since,),) = rows(database, "SELECT max(id) FROM outbox")
        partner(database, "drill", told.url, topics=["tier.changed"])
        database.close()
        begun = Drill(found, town, Told(told, since), seed)
        begun.begin()
        yield begun


def main() -> int:
    """Hold it; 0 where nothing was amiss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=500, help="how many short faults fall")
    parser.add_argument("--seed", default="1", help="which, and in which order")
    asked = parser.parse_args()
    sys.stdout.write(f"seed {asked.seed}\n")
    with drill(asked.seed) as held:
        faults = drawn(Chance(asked.seed), asked.faults)
        for place in range(0, len(faults), A_ROUND):
            held.round(faults[place : place + A_ROUND])
            sys.stdout.write(f"{figures.line(held)}\n")
            sys.stdout.flush()
        sys.stdout.write(f"{figures.table(held)}\n")
        sys.stdout.write("".join(f"AMISS {one}\n" for one in held.faulty))
        sys.stdout.write(f"{figures.line(held)}\n")
    return 1 if held.faulty else 0


if __name__ == "__main__":
    sys.exit(main())
