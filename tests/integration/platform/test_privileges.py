"""Two walls before what stands: the role of the service has no right to change it, and triggers refuse the owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from service.platform import PrivilegeError, may_change_what_stands, migrate
from service.platform.migrations import insert_only
from tests.builders.owning import APPLICATION, owner_of, owning

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from service.platform import Database

STANDING = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = tgrelid::regclass::text || '_insert_only'"
CHANGES = "UPDATE {0} SET {1} = {1} WHERE false", "DELETE FROM {0} WHERE false", "TRUNCATE {0} CASCADE"
FIRST = """
    SELECT attname FROM pg_attribute
     WHERE attrelid = CAST(:table AS regclass) AND attnum > 0 AND attidentity = '' AND attgenerated = '' LIMIT 1
"""
OTHERS = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"


def tables(database: Database, question: str = STANDING) -> list[str]:
    with database.reader() as session:
        return sorted(session.scalars(text(question)))


def refused(connection: Connection, statement: str) -> str:
    """The state (SQLSTATE) with which a statement is refused; empty where it is not."""
    nested = connection.begin_nested()
    try:
        connection.execute(text(statement))
    except DBAPIError as error:
        return str(getattr(error.orig, "sqlstate", ""))
    finally:
        nested.rollback()
    return ""


def changes(connection: Connection, table: str) -> set[str]:
    """The states with which each change of a table is refused, though no row of it would be."""
    column = connection.scalar(
        text(FIRST),
        {"table": table},
    )
    return {refused(connection, statement.format(table, column)) for statement in CHANGES}


def test_whatever_stands_is_changed_neither_by_the_service_nor_by_the_owner(database: Database) -> None:
    standing = tables(database)
    assert {"audit", "event", "ledger_seal", "outbox", "query_log", "rating"} <= set(standing)
    assert len(standing) > 80
    with database.engine.begin() as service, owning(database) as owner:
        assert {table: changes(service, table) for table in standing} == {table: {"42501"} for table in standing}
        assert {table: changes(owner, table) for table in standing} == {table: {"23001"} for table in standing}


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE more (id bigint)",
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "ALTER TABLE audit DISABLE TRIGGER audit_insert_only",
        "DROP TRIGGER audit_insert_only ON audit",
        "ALTER TABLE audit RENAME TO audits",
        "DROP TABLE rerate_mark",
        "TRUNCATE rerate_mark",
        "UPDATE alembic_version SET version_num = '0001'",
        "SET session_replication_role = replica",
        "SET ROLE xinjian",
        f"ALTER ROLE {APPLICATION} SUPERUSER",
        "COPY audit TO PROGRAM 'true'",
        "SELECT pg_read_file('postgresql.conf')",
    ],
)
def test_the_service_cannot_give_itself_more(database: Database, statement: str) -> None:
    with database.engine.begin() as connection:
        assert refused(connection, statement) == "42501"
        assert not may_change_what_stands(connection)
    with owning(database) as connection:
        assert may_change_what_stands(connection)


def test_a_table_that_a_migration_adds_is_covered_by_its_trigger(database: Database, database_url: str) -> None:
    with owning(database) as connection:
        connection.execute(text("CREATE TABLE further (id bigint)"))
        connection.execute(text("CREATE TABLE mutable (id bigint)"))
        connection.execute(text(f"GRANT ALL ON further, mutable TO {APPLICATION}"))
        connection.execute(text(guard("further")))
    migrate(owner_of(database_url), service_url=database_url)
    with database.engine.begin() as connection:
        assert changes(connection, "further") == {"42501"}
        connection.execute(text("INSERT INTO further VALUES (1)"))
        connection.execute(text("UPDATE mutable SET id = 2"))
        assert refused(connection, "TRUNCATE mutable") == "42501"


def guard(table: str) -> str:
    """The trigger of `insert_only`, as a migration leaves it."""
    assert insert_only.__doc__
    return (
        f"CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def test_a_role_that_is_not_there_is_made_and_an_owner_is_no_role_for_the_service(
    database: Database, database_url: str
) -> None:
    owner = owner_of(database_url)
    with pytest.raises(PrivilegeError, match="owns tables"):
        migrate(owner, service_url=owner)
    name, quoted = 'xinjian "other', '"xinjian ""other"'
    try:
        service = make_url(database_url).set(username=name, password="of its own'")
        migrate(owner, service_url=service.render_as_string(hide_password=False))
        engine = create_engine(service)
        with engine.begin() as connection:
            assert connection.scalar(text("SELECT count(*) FROM audit")) == 0
            assert changes(connection, "audit") == {"42501"}
        engine.dispose()
        with owning(database) as connection:
            kept = connection.scalar(text("SELECT rolpassword FROM pg_authid WHERE rolname = :name"), {"name": name})
            assert kept.startswith("SCRAM-SHA-256$")
    finally:
        with owning(database) as connection:
            connection.execute(text(f"DROP OWNED BY {quoted}"))
            connection.execute(text(f"DROP ROLE {quoted}"))


def test_every_other_table_may_be_written_by_the_service(database: Database) -> None:
    rest = set(tables(database, OTHERS)) - set(tables(database)) - {"alembic_version"}
    with database.engine.begin() as connection:
        assert {table for table in rest if refused(connection, CHANGES[1].format(table))} == set()
