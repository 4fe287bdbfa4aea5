"""The kill test: every part dies again and again under load, and nothing that was accepted is lost or done twice.

The seed chooses blows and load; what they meet is still a matter of the machine's moment. `FAULT_SEED=7 FAULTS=200`
makes another and a longer run.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import make_url

from service import register, sample
from service.accounts import issue_token
from service.cli.prepare import prepare
from service.cli.runtime import OPERATOR, Runtime
from service.platform import Database, Role, migrate
from service.ratings import drain
from service.sample.chance import Chance
from tests.faults import reckoning
from tests.faults.blows import BLOWS, rounds
from tests.faults.callers import Line, Remembered
from tests.faults.installation import Installation, installation
from tests.faults.load import SOURCE, Archive, Clerk

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

RECOVERY = 8.0
"""Seconds after which the next blow falls whether or not work goes on."""

QUIET = 150.0
"""Seconds after the last fault in which all waiting work must be done."""

UNFINISHED = """
    SELECT (SELECT count(*) FROM rerate_mark) + (SELECT count(*) FROM audit_unsealed)
         + (SELECT count(*) FROM bulk_job WHERE state IN ('queued', 'running')),
           coalesce((SELECT extract(epoch FROM now() - min(marked_at))::float8 FROM rerate_mark), 0)
"""


@pytest.fixture
def installed() -> Iterator[Installation]:
    with installation() as found:
        yield found


def found_town(installed: Installation) -> tuple[str, list[str]]:
    """Master data, editions and entities, all rated, and a token; returns it with the entities' keys."""
    migrate(installed.database_url)
    database = Database(installed.database_url)
    prepare(Runtime(database, {}))
    entities, _ = BytesIO(), BytesIO()
    sample.write(sample.City(seed="faults", size=ENTITIES, until=date(2026, 6, 30)), entities, _)
    keys = [json.loads(line)["key"] for line in entities.getvalue().splitlines()]
    entities.seek(0)
    register.import_entities(database.unit_of_work, actor=OPERATOR, stream=entities, file_format="ndjson")
    drain(database=database)
    with database.unit_of_work(OPERATOR) as uow:
        registered = register.registered_scope
        issued = issue_token(uow=uow, registered=registered, role=Role.ADMINISTRATOR, label="load", sources=(SOURCE,))
    database.close()
    return issued.token, keys


class Watch:
    """Looks at what is unfinished, whenever the database can be asked; keeps the greatest age of a mark."""

    def __init__(self, installed: Installation) -> None:
        plain = make_url(installed.database_url).set(drivername="postgresql")
        self._installed, self._url = installed, plain.render_as_string(hide_password=False)
        self.longest = 0.0

    def look(self) -> int | None:
        """How many things are unfinished; None while nobody can tell."""
        row = self._ask(UNFINISHED)
        if row is None:
            return None
        self.longest = max(self.longest, row[1])
        return int(row[0])

    def pass_time(self, seconds: float) -> int | None:
        """Let time pass as an operator's service manager does: what ended is started again."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._installed.tend()
            time.sleep(0.05)
        return self.look()

    def await_work(self, remembered: Remembered) -> None:
        """Wait until events are accepted and entities rated again, but not for long."""
        accepted, rated, until = len(remembered.accepted), self._rated(), time.monotonic() + RECOVERY
        while time.monotonic() < until and (len(remembered.accepted) < accepted + 3 or self._rated() == rated):
            self.pass_time(0.1)

    def _rated(self) -> int | None:
        """How many rounds the drain has done; None while nobody can tell."""
        found = self._ask("SELECT count(*) FROM audit WHERE action = 'ratings.rated'")
        return None if found is None else found[0]

    def _ask(self, question: str) -> tuple[Any, ...] | None:
        try:
            with psycopg.connect(self._url, connect_timeout=2) as connection:
                return connection.execute(question).fetchone()
        except psycopg.OperationalError:
            return None


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


def come_to_rest(installed: Installation, watch: Watch, callers: list[Caller]) -> None:
    until = time.monotonic() + QUIET
    while any(caller.is_alive() for caller in callers):
        watch.pass_time(0.2)
        assert time.monotonic() < until, "a caller was never answered"
    while watch.pass_time(0.3) != 0:
        assert time.monotonic() < until, f"work was left lying: {installed.log('workers')[-2000:]}"


@pytest.mark.timeout(900)  # a machine that does much else takes long to start a process again
def test_nothing_is_lost_or_done_twice_whatever_dies(
    installed: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    token, keys = found_town(installed)
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
