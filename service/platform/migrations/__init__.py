"""Migrations: four digits, one head, timeouts, one at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import NullPool, create_engine, make_url, text

from service.platform.migrations.insert_only import insert_only
from service.platform.migrations.privileges import PrivilegeError, may_change_what_stands, restrict

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from sqlalchemy import Connection

__all__ = [
    "PrivilegeError",
    "insert_only",
    "is_known_revision",
    "may_change_what_stands",
    "migrate",
    "migration_head",
    "schema_serves",
]

_HERE = Path(__file__).parent
_LOCK = 7_346_601  # any constant of our own: two migrations of one database take turns
_WAIT_FOR_OTHERS = "120s"
_LOCK_TIMEOUT = "5s"
_STATEMENT_TIMEOUT = "120s"


def migration_head() -> str:
    """The newest revision, as `head.txt` states it; two branches that both add one collide in that file."""
    return (_HERE / "head.txt").read_text(encoding="ascii").strip()


def schema_serves(revision: str | None) -> bool:
    """Whether this program works on a database of a revision (None: of none): its own, or a later one.

    A release only adds to the database of the one before, which therefore goes on while hosts are upgraded in turn
    (docs/operations.md). Its own revisions a program can order by their numbers alone.
    """
    return revision is not None and revision >= migration_head()


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 -- few of our processes migrate, all of them start

    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def scripts() -> ScriptDirectory:
    """The revisions, for tests."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 -- as above

    return ScriptDirectory.from_config(_config())


def is_known_revision(revision: str) -> bool:
    """Whether this program has a revision, and so leads a database on from it."""
    return any(one.revision == revision for one in scripts().walk_revisions())


def migrate(url: str, *, service_url: str | None = None) -> str:
    """Bring the database at `url` to the head; returns the revision. A second caller waits for the first.

    A database that a later release has led on stays as it is; its revision is returned.

    `url` is of the role that owns the tables. `service_url` is of the one under which the service runs, if that is
    another: it is made if need be, with the address's password, and may do nothing to rows that are never changed.

    Raises:
        PrivilegeError: nothing can be taken away from the role of `service_url`.
        sqlalchemy.exc.OperationalError: no connection, or a lock was not free in time; nothing of the step is kept.
    """
    from alembic import command  # noqa: PLC0415 -- as above

    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    config = _config()
    with engine.connect() as connection:
        connection.execute(text(f"SET lock_timeout = '{_WAIT_FOR_OTHERS}'"))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        connection.execute(text(f"SET lock_timeout = '{_LOCK_TIMEOUT}'"))
        connection.execute(text(f"SET statement_timeout = '{_STATEMENT_TIMEOUT}'"))
        found = _revision(connection)
        connection.commit()
        if found is not None and found > migration_head():
            return found
        config.attributes["connection"] = connection
        if found != migration_head():  # a role that owns nothing may ask, where nothing is left to do
            command.upgrade(config, "head")
        if service_url is not None:
            with connection.begin():
                restrict(connection, make_url(service_url))
    engine.dispose()
    return migration_head()


def _revision(connection: Connection) -> str | None:
    """The revision of a database; None where nothing was ever made in it."""
    if connection.execute(text("SELECT to_regclass('alembic_version')")).scalar_one() is None:
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return revision
