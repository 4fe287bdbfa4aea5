"""The role that owns a database of tests: for what the service itself may not do."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import NullPool, create_engine, make_url, text

from service.platform.embedded.postgres import APPLICATION, ROLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from service.platform import Database

__all__ = ["APPLICATION", "behind_the_back", "owner_of", "owning"]


def owner_of(url: str) -> str:
    """The address of the same database under the role that owns it."""
    given = os.environ.get("TEST_DATABASE_URL")
    owner = make_url(given).username if given else ROLE
    return make_url(url).set(username=owner).render_as_string(hide_password=False)


@contextmanager
def owning(database: Database) -> Iterator[Connection]:
    """A transaction of the owner's, in the database that is open."""
    engine = create_engine(owner_of(database.engine.url.render_as_string(hide_password=False)), poolclass=NullPool)
    with engine.begin() as connection:
        yield connection


def behind_the_back(database: Database, *statements: str, **given: object) -> None:
    """What only who owns the tables can do: the rows' own guards are put aside."""
    with owning(database) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement), given)
