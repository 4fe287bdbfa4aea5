"""A database that was backed up while events came, followed, and then lost with its data folder."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from alembic import command
from sqlalchemy import NullPool, create_engine, text

from service.evidence import record_at_once
from service.evidence.usecases.recording import drafted
from service.platform import Actor, Database, Role, make_checkpoint, migrate, seal, use_ledger_keys
from service.platform.backup import BackupKeys, Following, Shelf, take
from service.platform.embedded import EmbeddedStack
from service.platform.migrations import _config
from service.register import enter_entity
from tests.builders.entities import entry
from tests.builders.fillings import shipped

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

ADMINISTRATOR = Actor(kind="operator", id="test", role=Role.ADMINISTRATOR)
KEY = bytes(range(32))
OLD_REVISION = "0070"
SLOWLY = 16_000  # kB a second: so that events come while the backup is under way
SMALL = 16 << 20  # so that the base has several pieces


class BackedUp(NamedTuple):
    """What was accepted, in the order of acceptance, and where the backups are.

    ``old``: a backup of an older revision, without entities; ``between``: an instant before the last event.
    """

    folder: Path
    old: str
    name: str
    accepted: list[str]
    between: datetime


def send(database: Database, reference: str) -> None:
    body = {
        "source": "cases",
        "source_ref": reference,
        "entity": "own:old",
        "code": "problem_found",
        "decided_on": "2026-03-01",
    }
    record_at_once(database=database, actor=ADMINISTRATOR, draft=drafted(database, ADMINISTRATOR, body))


def references(url: str) -> list[str]:
    """The events that a database holds, in the order of acceptance."""
    with closing(Database(url)) as database, database.reader() as session:
        return list(session.scalars(text("SELECT source_ref FROM event ORDER BY id")))


def old_revision(url: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, OLD_REVISION)
    engine.dispose()


def backed_up(place: Path) -> BackedUp:
    """Live through it."""
    shelf = Shelf(place / "备份", BackupKeys([KEY]))
    stack = EmbeddedStack(durable=False)
    url = stack.start(place / "lost").database_url
    old_revision(url)
    old = take(url, shelf).name
    migrate(url)
    shipped(url)
    with closing(Database(url)) as database:
        with database.unit_of_work(ADMINISTRATOR) as uow:
            enter_entity(uow, entry=entry("own:old"))
        told = _live(database, shelf, url)
    for server in ("postgres", "redis"):
        os.kill(stack.pid(server), signal.SIGKILL)
    stack.stop()
    shutil.rmtree(place / "lost")
    return BackedUp(shelf.folder, old, *told)


def _live(database: Database, shelf: Shelf, url: str) -> tuple[str, list[str], datetime]:
    accepted: list[str] = []
    ended = threading.Event()

    def write_on() -> None:
        while not ended.is_set():
            send(database, reference := f"during-{len(accepted)}")
            accepted.append(reference)

    send(database, "before")
    accepted.append("before")
    seal(database)
    use_ledger_keys("xinjian", [KEY])
    make_checkpoint(database)
    use_ledger_keys("xinjian", [])
    with closing(Following(url, shelf)) as following:
        following.catch_up()
        writer = threading.Thread(target=write_on)
        writer.start()
        made = take(url, shelf, most=SLOWLY, largest=SMALL)
        ended.set()
        writer.join()
        following.catch_up()
    with database.reader() as session:
        between = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    send(database, "after")
    with closing(Following(url, shelf)) as following:  # one that goes on where another one ended
        following.catch_up()
    return made.name, [*accepted, "after"], between
