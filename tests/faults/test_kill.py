"""The kill test: every part dies again and again under load, and nothing that was accepted is lost or done twice.

The seed chooses blows and load; what they meet is still a matter of the machine's moment. `FAULT_SEED=7 FAULTS=200`
makes another and a longer run.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from service.platform import Database
from service.sample.chance import Chance
from tests.faults import reckoning
from tests.faults.blows import BLOWS, rounds
from tests.faults.callers import Line, Remembered
from tests.faults.founding import found_town
from tests.faults.installation import Installation, installation
from tests.faults.load import SOURCE, Archive, Clerk
from tests.faults.watching import Watch, come_to_rest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.callers import Caller

SEED = os.environ.get("FAULT_SEED", "1")
FAULTS = int(os.environ.get("FAULTS", "24"))
"""How many blows fall; more of them, under another seed, are a wish away."""

ENTITIES = 150
CLERKS = 3
AT_ONCE = 0.4
"""The share of blows that do not wait until the one before is overcome."""


@pytest.fixture
def installed() -> Iterator[Installation]:
    with installation() as found:
        yield found


def strike(installed: Installation, watch: Watch, chance: Chance, remembered: Remembered) -> list[str]:
    """One blow after another: some into the recovery of the one before, others once work goes on again."""
    fallen = []
    for name in rounds(chance, FAULTS):
        watch.pass_time(chance.number(1, 15) / 10)
        if not chance.happens(AT_ONCE):
            watch.await_work(remembered)
        BLOWS[name](installed, chance)
        fallen.append(name)
    return fallen


@pytest.mark.timeout(900)  # a machine that does much else takes long to start a process again
def test_nothing_is_lost_or_done_twice_whatever_dies(
    installed: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    token, _, keys = found_town(installed.database_url, entities=ENTITIES)
    remembered, stop, watch = Remembered(), threading.Event(), Watch(installed)
    installed.tend()
    first = Line(installed.socket, token, remembered)
    assert first.ask("GET", "/readyz").status == 200
    first.hang_up()
    callers: list[Caller] = [
        kind(name, Line(installed.socket, token, remembered), remembered, Chance(f"{SEED}/{name}"), stop, keys=keys)
        for kind, name in [*((Clerk, f"clerk{number}") for number in range(CLERKS)), (Archive, "archive")]
    ]
    for caller in callers:
        caller.start()
    remembered.failures.clear()  # those before the first answer tell nothing
    fallen = strike(installed, watch, Chance(SEED), remembered)
    watch.pass_time(1.0)
    stop.set()
    come_to_rest(installed, watch, callers)
    assert [caller.error for caller in callers if caller.error] == []
    assert set(installed.stop().values()) == {0}

    database = Database(installed.database_url)
    try:
        with database.reader() as session:
            counted = reckoning.count(session, remembered, SOURCE)
            files = reckoning.faults_of_files(session, remembered)
        ratings = reckoning.faults_of_ratings(database, keys)
        ledger = reckoning.faults_of_ledger(database)
    finally:
        database.close()
    with capsys.disabled():
        sys.stdout.write(
            f"\nkill test, seed {SEED}: accepted {counted.accepted}, faults {len(fallen)}, lost {len(counted.lost)},"
            f" duplicated {len(counted.doubled)}, longest delay {watch.longest:.1f} s"
            f" (files {len(remembered.files)}, requests in vain {len(remembered.failures)})\n"
        )
    assert (counted.lost, counted.doubled, counted.smuggled) == ([], [], [])
    assert (files, ratings, ledger) == ([], [], [])
    assert remembered.unclean == []
    assert remembered.accepted
    assert remembered.files
