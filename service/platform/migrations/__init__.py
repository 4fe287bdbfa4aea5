"""Migrations: four digits, one head, timeouts, one at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import NullPool, create_engine, text

from service.platform.migrations.insert_only import insert_only

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

__all__ = ["insert_only", "is_known_revision", "migrate", "migration_head"]

_HERE = Path(__file__).parent
_LOCK = 7_346_601  # any constant of our own: two migrations of one database take turns
_WAIT_FOR_OTHERS = "120s"
_LOCK_TIMEOUT = "5s"
_STATEMENT_TIMEOUT = "120s"


def migration_head() -> str:
    """The newest revision, as `head.txt` states it; two branches that both add one collide in that file."""
    return (_HERE / "head.txt").read_text(encoding="ascii").strip()


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


def migrate(url: str) -> str:
    """Bring the database at `url` to the head; returns the revision. A second caller waits for the first.

    Raises:
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
        connection.commit()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()
    return migration_head()
