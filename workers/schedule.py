"""The scheduler: `python -m workers.schedule`. Several may run; the one that holds the lock leads, the others wait."""

import signal
import threading
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from service.bootstrap import open_database, process_settings
from service.platform import Database, Fence, Lead, accept_request_id, request_scope, take_lead
from service.platform.metrics import count_job
from workers.telling import tell_metrics

log = structlog.get_logger(__name__)

PATIENCE = 10.0  # seconds that work under way is given when told to stop; what is cut off has changed nothing
HEARTBEAT = 1.0  # seconds between two looks at the lock


@dataclass(frozen=True, slots=True)
class Periodic:
    """One row of the table; `every` in seconds. `process`: which kind runs it, scheduler or deliverer."""

    name: str
    every: float
    path: str
    process: str = "scheduler"

    def run(self, database: Database) -> None:
        """Do the work once; what it raises is logged, and the next round tries again."""
        module, _, function = self.path.rpartition(".")
        with request_scope(accept_request_id(None)):
            began, outcome = time.perf_counter(), "done"
            try:
                getattr(import_module(module), function)(database)
            except Exception:
                log.exception("periodic_work_failed", work=self.name)
                outcome = "failed"
            count_job(self.name, outcome, time.perf_counter() - began)


def table() -> Mapping[str, Periodic]:
    """The periodic work, from `schedule.toml`."""
    source = files("workers").joinpath("schedule.toml").read_text(encoding="utf-8")
    return {name: Periodic(name, **entry) for name, entry in tomllib.loads(source).items()}


class Scheduler:
    """Runs the table while it holds the lock, each row in a thread of its own, so that none waits for another."""

    def __init__(self, database: Database, rows: Mapping[str, Periodic], *, process: str = "scheduler") -> None:
        self._database = database
        self._rows = {name: row for name, row in rows.items() if row.process == process}
        self._process = process
        self._stop = threading.Event()
        self._fence = Fence(database.engine)

    def stop(self, *_signal: Any) -> None:  # noqa: ANN401 - a signal handler's arguments
        """End after what runs now."""
        self._stop.set()

    def run(self) -> None:
        """Lead whenever nobody else does, until stopped."""
        while not self._stop.is_set():
            try:
                self._lead()
            except SQLAlchemyError:
                log.warning("leadership_lost")
            self._stop.wait(HEARTBEAT)

    def _lead(self) -> None:
        with self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not take_lead(connection, self._process):
                return
            led, lead = threading.Event(), Lead(connection)
            threads = [
                threading.Thread(target=self._repeat, args=(row, led, lead), daemon=True) for row in self._rows.values()
            ]
            for thread in threads:
                thread.start()
            try:
                while not self._stop.wait(HEARTBEAT):
                    connection.execute(text("SELECT 1"))
            except SQLAlchemyError:
                lead.give_up()
                raise
            finally:
                led.set()
                until = time.monotonic() + PATIENCE
                for thread in threads:
                    thread.join(max(0.0, until - time.monotonic()) if self._stop.is_set() else None)
                lead.give_up()
                connection.invalidate()  # the lock goes with its session, never back into the pool

    def _repeat(self, row: Periodic, led: threading.Event, lead: Lead) -> None:
        with self._fence.within(lead):
            while not led.is_set():
                row.run(self._database)
                led.wait(row.every)


def main() -> None:
    """Run the scheduler of this machine."""
    settings = process_settings()
    tell_metrics(settings)
    scheduler = Scheduler(open_database(settings), table())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, scheduler.stop)
    scheduler.run()


if __name__ == "__main__":
    main()
