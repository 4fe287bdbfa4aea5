"""Connections come back by themselves after the server dropped them; at most one request each notices."""

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.platform import Database
from tests.integration.platform.conftest import ACTOR

OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def drop_every_connection(database_url: str) -> None:
    other = Database(database_url)
    with other.bookkeeping() as session:
        session.execute(text(OTHERS)).all()
    other.close()


def glance(database: Database) -> object:
    with database.glance() as cursor:
        row = cursor.execute("SELECT 1").fetchone()
    return row and row[0]


def at_once(database: Database) -> object:
    with database.at_once() as connection:
        row = connection.execute("SELECT 1").fetchone()
    return row and row[0]


def test_a_glance_notices_once_and_then_works(database: Database, database_url: str) -> None:
    assert glance(database) == 1
    drop_every_connection(database_url)
    with pytest.raises(psycopg.OperationalError):
        glance(database)
    assert glance(database) == 1


def test_a_statement_at_once_notices_once_and_then_works(database: Database, database_url: str) -> None:
    assert at_once(database) == 1
    drop_every_connection(database_url)
    with pytest.raises(psycopg.OperationalError):
        at_once(database)
    assert at_once(database) == 1


def test_a_unit_of_work_notices_once_and_then_works(database: Database, database_url: str) -> None:
    def write() -> None:
        with database.unit_of_work(ACTOR) as uow:
            uow.audit("tests.happened", "x", {})

    write()
    drop_every_connection(database_url)
    with pytest.raises(DBAPIError):
        write()
    write()


def test_a_glance_cannot_write(database: Database) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), database.glance() as cursor:
        cursor.execute("DELETE FROM rerate_mark")


def test_a_refusal_of_ours_keeps_the_connection(database: Database) -> None:
    def backend(*, refuse: bool) -> int:
        with database.at_once() as connection:
            pid = connection.info.backend_pid
            if refuse:
                raise LookupError(pid)
        return pid

    with pytest.raises(LookupError) as refused:
        backend(refuse=True)
    assert backend(refuse=False) == refused.value.args[0]


def test_a_connection_that_served_at_once_is_transactional_again(database: Database) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero), database.at_once() as connection:
        connection.execute("SELECT 1 / 0")
    for _ in range(3):
        at_once(database)
        with database.bookkeeping() as session:
            session.execute(text("INSERT INTO counter (name) VALUES ('x')"))
            session.rollback()
    with database.reader() as session:
        assert session.execute(text("SELECT count(*) FROM counter")).scalar_one() == 0
