"""Looking at an installation from outside: what is unfinished, and for how long it has been."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import make_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.faults.callers import Caller, Remembered
    from tests.faults.installation import Installation

RECOVERY = 8.0
"""Seconds after which the next blow falls whether or not work goes on."""

QUIET = 150.0
"""Seconds after the last fault in which all waiting work must be done."""

UNFINISHED = """
    SELECT (SELECT count(*) FROM rerate_mark) + (SELECT count(*) FROM audit_unsealed)
         + (SELECT count(*) FROM bulk_job WHERE state IN ('queued', 'running')),
           coalesce((SELECT extract(epoch FROM now() - min(marked_at))::float8 FROM rerate_mark), 0)
"""


class Watch:
    """Looks at what is unfinished, whenever the database can be asked; keeps the greatest age of a mark."""

    def __init__(self, installed: Installation) -> None:
        plain = make_url(installed.database_url).set(drivername="postgresql")
        self._installed, self._url = installed, plain.render_as_string(hide_password=False)
        self.longest = 0.0

    def look(self) -> int | None:
        """How many things are unfinished; None while nobody can tell."""
        row = self.ask(UNFINISHED)
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

    def ask(self, question: str, *values: object) -> tuple[Any, ...] | None:
        """The first row of an answer; None while the database cannot be asked."""
        try:
            with psycopg.connect(self._url, connect_timeout=2) as connection:
                return connection.execute(question, values).fetchone()
        except psycopg.OperationalError:
            return None

    def _rated(self) -> int | None:
        """How many rounds the drain has done; None while nobody can tell."""
        found = self.ask("SELECT count(*) FROM audit WHERE action = 'ratings.rated'")
        return None if found is None else found[0]


def come_to_rest(installed: Installation, watch: Watch, callers: Sequence[Caller]) -> None:
    """Wait until every caller, told to stop, has its last answer, and all waiting work is done."""
    until = time.monotonic() + QUIET
    while any(caller.is_alive() for caller in callers):
        watch.pass_time(0.2)
        assert time.monotonic() < until, "a caller was never answered"
    while watch.pass_time(0.3) != 0:
        assert time.monotonic() < until, f"work was left lying: {installed.log('workers')[-2000:]}"
