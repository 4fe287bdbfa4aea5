"""Connections that the server ended while they waited are replaced unseen; one in use tells its caller, once."""

import time
from collections.abc import Callable
from contextlib import ExitStack

import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from service.platform import Database
from tests.integration.platform.conftest import ACTOR

WRITABLE = "read-write"
OTHER = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"  # no autovacuum
OTHERS = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OTHER}"  # noqa: S608
LEFT = f"SELECT count(*) FROM pg_stat_activity WHERE {OTHER}"  # noqa: S608


def drop_every_connection(database_url: str) -> None:
    """End every other connection to the database; returns when the last is gone."""
    other = Database(database_url)
    with other.bookkeeping() as session:
        session.execute(text(OTHERS)).all()
    for _ in range(400):
        with other.bookkeeping() as session:
            if session.execute(text(LEFT)).scalar_one() == 0:
                break
        time.sleep(0.05)
    else:
        pytest.fail("a connection does not end")
    other.close()


def glance(database: Database) -> object:
    with database.glance() as cursor:
        row = cursor.execute("SELECT 1").fetchone()
    return row and row[0]


def at_once(database: Database) -> object:
    with database.at_once() as connection:
        row = connection.execute("SELECT 1").fetchone()
    return row and row[0]


def write(database: Database) -> object:
    with database.unit_of_work(ACTOR) as uow:
        uow.audit("tests.happened", "x", {})
    return 1


def read(database: Database) -> object:
    with database.reader() as session:
        return session.execute(text("SELECT 1")).scalar_one()


def keep(database: Database) -> object:
    with database.bookkeeping() as session:
        return session.execute(text("SELECT 1")).scalar_one()


WAYS = pytest.mark.parametrize("way", [glance, at_once, write, read, keep])


def fill(database: Database) -> None:
    """Leave several connections waiting in each pool."""
    with ExitStack() as held:
        for _ in range(3):
            held.enter_context(database.reader()).execute(text("SELECT 1"))
            held.enter_context(database.glance()).execute("SELECT 1")


@WAYS
def test_connections_that_ended_while_they_waited_are_replaced_unseen(
    database: Database, database_url: str, way: Callable[[Database], object]
) -> None:
    for _ in range(2):
        fill(database)
        drop_every_connection(database_url)
        assert [way(database) for _ in range(8)] == [1] * 8


@WAYS
def test_of_several_servers_the_one_that_takes_writes_serves_in_every_way(
    database_url: str, way: Callable[[Database], object]
) -> None:
    here = str(make_url(database_url).query["host"])
    several = make_url(database_url).update_query_dict({"host": f"/nowhere,{here}", "target_session_attrs": WRITABLE})
    database = Database(several.render_as_string(hide_password=False))
    assert [way(database) for _ in range(2)] == [1] * 2
    with database.glance() as cursor, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        cursor.execute("CREATE TABLE written (n int)")
    database.close()


@WAYS
def test_a_connection_that_waits_unharmed_is_used_again(database: Database, way: Callable[[Database], object]) -> None:
    def backends() -> set[int]:
        with database.glance() as cursor:
            rows = cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()").fetchall()
        return {row[0] for row in rows}

    way(database)
    before = backends()
    assert [way(database) for _ in range(8)] == [1] * 8
    assert backends() == before


def cut_glance(database: Database, database_url: str) -> None:
    with database.glance() as cursor:
        cursor.execute("SELECT 1")
        drop_every_connection(database_url)
        cursor.execute("SELECT 1")


def cut_at_once(database: Database, database_url: str) -> None:
    with database.at_once() as connection:
        connection.execute("SELECT 1")
        drop_every_connection(database_url)
        connection.execute("SELECT 1")


def cut_write(database: Database, database_url: str) -> None:
    with database.unit_of_work(ACTOR) as uow:
        uow.audit("tests.happened", "x", {})
        uow.session.flush()
        drop_every_connection(database_url)
        uow.session.execute(text("SELECT 1"))


@pytest.mark.parametrize("cut", [cut_glance, cut_at_once, cut_write])
def test_a_statement_in_flight_is_told_and_the_next_works(
    database: Database, database_url: str, cut: Callable[[Database, str], None]
) -> None:
    with pytest.raises((psycopg.OperationalError, OperationalError)):
        cut(database, database_url)
    assert [way(database) for way in (glance, at_once, write, read, keep)] == [1] * 5


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
