"""What a session may take of the database, and who may use it once its process leads no more."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from service.bootstrap import IDLE, assemble
from service.platform import Bounds, Database, Fence, Lead, Settings
from service.platform.leading import LeadLostError
from tests.builders.owning import owner_of
from workers.schedule import Periodic, Scheduler

if TYPE_CHECKING:
    from collections.abc import Iterator

END_LEADERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name LIKE 'xinjian tests %' OR application_name LIKE 'xinjian scheduler %'
"""


def plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


SAID = {
    "statement_timeout": "1min",
    "lock_timeout": "20s",
    "idle_in_transaction_session_timeout": f"{IDLE // 60}min",
    "client_connection_check_interval": "2s",
    "TimeZone": "UTC",
}


def test_the_web_server_bounds_its_sessions(database_url: str) -> None:
    database = assemble(Settings(database_url=database_url)).database
    with database.reader() as session, database.glance() as cursor:
        of_pool = {name: session.execute(text(f"SHOW {name}")).scalar_one() for name in SAID}
        of_glances = {name: (cursor.execute(f"SHOW {name}").fetchone() or ("",))[0] for name in SAID}
    database.close()
    assert of_pool == of_glances == SAID


def test_other_processes_take_the_time_that_their_work_takes(database: Database) -> None:
    with database.reader() as session:
        assert session.execute(text("SHOW statement_timeout")).scalar_one() == "0"
        assert session.execute(text("SHOW client_connection_check_interval")).scalar_one() == "2s"


@pytest.mark.parametrize("bounds", [Bounds(statement=1), Bounds(lock=1)], ids=["statement", "lock"])
def test_what_takes_longer_than_its_bound_is_ended(database_url: str, bounds: Bounds) -> None:
    bounded = Database(database_url, bounds=bounds)
    with psycopg.connect(plain(owner_of(database_url))) as holder:
        holder.execute("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE")
        with bounded.bookkeeping() as session, pytest.raises(OperationalError):
            session.execute(text("SELECT count(*) FROM outbox"))
    bounded.close()


@pytest.fixture
def scheduling() -> Iterator[list[Scheduler]]:
    """Schedulers, each of which leads whenever it can, in a thread of its own; stopped at the end."""
    started: list[Scheduler] = []
    yield started
    for one in started:
        one.stop()


class Told:
    """What the work of the first leader was told, and that there was a second one."""

    begun = threading.Event()
    released = threading.Event()
    second = threading.Event()
    refused: type[BaseException] | None = None


def long_work(database: Database) -> None:
    """Go on in a first round after the lead was lost; whoever comes second only says so."""
    if Told.begun.is_set():
        Told.second.set()
        return
    Told.begun.set()
    assert Told.released.wait(60)
    try:
        with database.bookkeeping() as session:
            session.execute(text("SELECT 1"))
    except LeadLostError as lost:
        Told.refused = type(lost)


def test_work_that_outlives_its_lead_does_not_reach_the_database(
    database: Database, database_url: str, scheduling: list[Scheduler]
) -> None:
    row = Periodic("long", 0.1, f"{__name__}.long_work")
    first = Scheduler(database, {"long": row})
    scheduling.append(first)
    threading.Thread(target=first.run, daemon=True).start()
    assert Told.begun.wait(60)
    with psycopg.connect(plain(database_url), autocommit=True) as operator:
        operator.execute(END_LEADERS)
    other = Database(database_url)
    scheduling.append(second := Scheduler(other, {"long": row}))
    threading.Thread(target=second.run, daemon=True).start()
    assert Told.second.wait(60), "nobody took over"
    Told.released.set()
    for _ in range(600):
        if Told.refused is not None:
            break
        time.sleep(0.05)
    assert Told.refused is LeadLostError
    other.close()


def test_only_the_work_of_a_lost_lead_is_kept_away(database: Database) -> None:
    fence = Fence(database.engine)
    with database.engine.connect() as connection:
        with fence.within(lead := Lead(connection)):
            with database.reader() as session:
                assert session.execute(text("SELECT 1")).scalar_one() == 1
            lead.give_up()
            with pytest.raises(LeadLostError), database.reader() as session:
                session.execute(text("SELECT 1"))
        with database.reader() as session:
            assert session.execute(text("SELECT 1")).scalar_one() == 1
