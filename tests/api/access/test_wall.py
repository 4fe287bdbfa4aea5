"""The second wall: whatever a use case forgets, the database shows nobody the case work of another authority."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from service.platform import Actor, Beyond, FixedClock, Role, beyond_scope
from service.platform.reach import EVERYTHING, NOTHING, bind, reach_of
from tests.api.access import town
from tests.api.access.people import BESIDE, FOREIGN, HERE, REACHING, Scope, client, member
from tests.builders.owning import owning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from flask import Flask
    from sqlalchemy import Connection

    from service.platform import Database, web
    from tests.builders.fillings import Filling

ROOT = Path(__file__).resolve().parents[3]
OPEN = tomllib.loads(Path(__file__).with_name("open_rows.toml").read_text(encoding="utf-8"))
PROTECTED = """
    SELECT c.relname FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity
       AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = '*'
                      AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL)
"""
BELONGING = f"""
    SELECT DISTINCT a.attrelid::regclass::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
       AND a.attname IN ('authority', 'authorities', 'entity_key')
    UNION
    SELECT k.conrelid::regclass::text FROM pg_constraint k
     WHERE k.contype = 'f' AND k.confrelid::regclass::text IN ({PROTECTED})
"""  # noqa: S608 - of this file
COLUMNS = """
    SELECT attname FROM pg_attribute
     WHERE attrelid = CAST(:table AS regclass) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
     ORDER BY attnum
"""
NEVER_CHANGED = """
    SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass) AND tgname LIKE '%_insert_only')
"""
REFUSED = "42501"


class Rows(NamedTuple):
    """The rows of a table of the town, as its owner reads them."""

    table: str
    columns: Sequence[str]
    rows: Sequence[tuple[Any, ...]]
    never_changed: bool


@pytest.fixture
def filling() -> Filling:
    return town.furnished


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(town.TODAY)


@pytest.fixture
def database(assembly: web.Assembly) -> Database:
    return assembly.database


@pytest.fixture
def protected(database: Database) -> list[Rows]:
    with owning(database) as connection:
        return [_rows(connection, table) for table in sorted(connection.scalars(text(PROTECTED)))]


def _rows(connection: Connection, table: str) -> Rows:
    columns = connection.scalars(text(COLUMNS), {"table": table}).all()
    held = bool(connection.scalar(text(NEVER_CHANGED), {"table": table}))
    return Rows(table, columns, [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))], held)  # noqa: S608


def seen(database: Database, tables: Sequence[Rows], reach: str) -> dict[str, int]:
    """How many rows of each table a transaction sees that reaches so far."""
    with database.bookkeeping() as session:
        bind(session, reach)
        found = {one.table: session.scalar(text(f"SELECT count(*) FROM {one.table}")) for one in tables}  # noqa: S608
    return {table: count for table, count in found.items() if count}


def counts(tables: Sequence[Rows]) -> dict[str, int]:
    return {one.table: len(one.rows) for one in tables if one.rows}


def reaching(scope: Scope, role: Role = Role.HANDLER) -> str:
    return reach_of(member(role, scope))


def test_a_table_that_names_whose_it_is_has_a_policy_or_a_reason(database: Database) -> None:
    with owning(database) as connection:
        belonging, covered = set(connection.scalars(text(BELONGING))), set(connection.scalars(text(PROTECTED)))
    assert belonging - covered - set(OPEN) == set()
    assert set(OPEN) & covered == set()
    assert set(OPEN) - belonging == set(), "listed, and names nothing of whom it is"
    assert all(one["why"] for one in OPEN.values())
    with owning(database) as connection:
        connection.execute(text("CREATE TABLE diary (id bigint, authority text)"))
        connection.execute(text("CREATE TABLE page (id bigint REFERENCES visit (id))"))
        assert set(connection.scalars(text(BELONGING))) - belonging == {"diary", "page"}
        connection.rollback()


def test_of_each_protected_table_a_caller_sees_what_his_scope_reaches(
    database: Database, protected: list[Rows]
) -> None:
    everything = counts(protected)
    assert len(everything) >= 20
    assert seen(database, protected, EVERYTHING) == everything
    assert seen(database, protected, reaching(REACHING["authority above"])) == everything
    whole = seen(database, protected, reaching(REACHING["own authority"]))
    assert whole.keys() == everything.keys()
    assert {table for table in everything if whole[table] != everything[table]} <= {"account", "api_token"}
    assert seen(database, protected, reaching(FOREIGN["authority beside"])) == {}
    assert seen(database, protected, NOTHING) == {}
    assert seen(database, protected, reach_of(Actor("anonymous", "anonymous", Role.PUBLIC))) == {}


def test_a_region_is_a_wall_where_rows_name_theirs(database: Database, protected: list[Rows]) -> None:
    of_regions = {"repair_case", "repair_step", "repair_material", "reply", "entity_notice", "entity_notice_text"}
    there = seen(database, protected, reaching(FOREIGN["other region"]))
    assert of_regions & there.keys() == set()
    assert of_regions <= seen(database, protected, reaching(REACHING["own region"])).keys()


def test_an_entity_reaches_its_own_and_an_inspector_the_visits_of_his_teams(
    database: Database, protected: list[Rows]
) -> None:
    with owning(database) as connection:
        key = connection.scalar(text("SELECT entity_key FROM repair_case LIMIT 1"))
        visits = connection.scalar(text("SELECT count(DISTINCT visit_id) FROM visit_member WHERE inspector = 'DC-01'"))
    own = seen(database, protected, reach_of(Actor("visitor", "firm", Role.ENTITY, subject=key)))
    assert {"repair_case", "repair_step", "reply", "entity_notice"} <= own.keys()
    assert {"account", "api_token", "webhook_partner", "visit_refusal"} & own.keys() == set()
    stranger = Actor("visitor", "firm", Role.ENTITY, subject=town.STRANGER)
    assert seen(database, protected, reach_of(stranger)) == {}
    assert visits
    borrowed = member(Role.INSPECTOR, Scope(BESIDE), person="DC-01")
    found = seen(database, protected, reach_of(borrowed))
    assert found["visit"] == visits
    assert {"visit_member", "visit_act"} <= found.keys() < counts(protected).keys()


def test_rows_of_another_authority_are_neither_changed_nor_deleted(database: Database, protected: list[Rows]) -> None:
    reach, wrong = reaching(FOREIGN["authority beside"]), {}
    for one in protected:
        for way in (f"UPDATE {one.table} SET {one.columns[-1]} = {one.columns[-1]}", f"DELETE FROM {one.table}"):  # noqa: S608
            said = _sent(database, reach, way)
            if said not in ({REFUSED} if one.never_changed else {0}):
                wrong[way] = said
    assert wrong == {}
    with owning(database) as connection:
        assert counts([_rows(connection, one.table) for one in protected]) == counts(protected)


def _sent(database: Database, reach: str, statement: str) -> int | str:
    """How many rows a statement touched, or the state (SQLSTATE) with which it was refused."""
    with database.bookkeeping() as session:
        bind(session, reach)
        try:
            return session.execute(text(statement)).rowcount  # type: ignore[attr-defined,no-any-return] # of a cursor's result
        except DBAPIError as error:
            session.rollback()
            return str(getattr(error.orig, "sqlstate", ""))


def test_nobody_writes_a_row_for_another_authority(database: Database, protected: list[Rows]) -> None:
    reaches = {"beside": reaching(FOREIGN["authority beside"]), "own": reaching(REACHING["own authority"])}
    said: dict[tuple[str, str], str] = {}
    for one in protected:
        for name, reach in reaches.items():
            for row in one.rows[-1:]:
                said[name, one.table] = _written(database, reach, one, row)
    tables = counts(protected).keys()
    assert {table: said["beside", table] for table in tables} == dict.fromkeys(tables, REFUSED)
    # Of one's own it is refused because it is there already, or by what else the row must hold.
    of_all = {table for table in tables if said["own", table] == REFUSED}
    assert of_all <= {"account", "api_token"}, said


def _written(database: Database, reach: str, rows: Rows, row: tuple[Any, ...]) -> str:
    """The state (SQLSTATE) with which a row is refused that is written once more; empty where it is not."""
    plain = make_url(database.engine.url).set(drivername="postgresql").render_as_string(hide_password=False)
    given = sql.SQL(", ").join(sql.Placeholder() * len(row))
    adding = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})")
    columns = sql.SQL(", ").join(map(sql.Identifier, rows.columns))
    with psycopg.connect(plain) as connection:
        connection.execute(sql.SQL("SET xinjian.reach = {}").format(sql.Literal(reach)))
        try:
            connection.execute(
                adding.format(sql.Identifier(rows.table), columns, given),
                [psycopg.types.json.Jsonb(value) if isinstance(value, dict) else value for value in row],
            )
        except psycopg.Error as error:
            connection.rollback()
            return str(error.sqlstate)
        connection.rollback()
        return ""


@pytest.mark.parametrize(("name", "sees"), [("psql", False), ("", False), ("xinjian", True)])
def test_who_says_nothing_sees_nothing_unless_it_is_the_release_before(
    database: Database, protected: list[Rows], name: str, *, sees: bool
) -> None:
    plain = make_url(database.engine.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, application_name=name) as connection:
        found = {
            one.table: connection.execute(f"SELECT count(*) FROM {one.table}").fetchone()[0]  # type: ignore[index] # noqa: S608
            for one in protected
        }
    assert {table: count for table, count in found.items() if count} == (counts(protected) if sees else {})


def test_a_glance_sees_none_of_it(database: Database, protected: list[Rows]) -> None:
    with database.glance() as cursor:
        for one in protected:
            assert cursor.execute(f"SELECT count(*) FROM {one.table}").fetchone() == (0,)  # noqa: S608


SABOTAGED: Mapping[str, str] = {
    "GET /v1/visits/{}": "SELECT number FROM visit WHERE held_on IS NOT NULL ORDER BY id LIMIT 1",
    "GET /v1/repairs/{}": "SELECT number FROM repair_case WHERE procedure = 'repair' LIMIT 1",
    "GET /v1/objections/{}": "SELECT number FROM repair_case WHERE procedure = 'objection' LIMIT 1",
    "GET /v1/notices/{}": "SELECT number FROM entity_notice LIMIT 1",
    "GET /v1/rectification-orders/{}": "SELECT number FROM rectification_order LIMIT 1",
}
ACTS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "POST /v1/repairs/{}/acceptance": (SABOTAGED["GET /v1/repairs/{}"], {"reason": "x"}),
    "POST /v1/visits/{}/cancellation": (
        "SELECT number FROM visit WHERE state = 'dispatched' ORDER BY id LIMIT 1",
        {"reason": "x"},
    ),
}


@pytest.fixture
def careless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use cases that believe that every scope reaches everything."""
    monkeypatch.setattr(Actor, "may_see", lambda *_: True)
    monkeypatch.setattr(Actor, "reaches", lambda *_: True)


@pytest.fixture
def without_wall(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    return lambda: monkeypatch.setattr("service.platform.database.reach_of", lambda _: EVERYTHING)


def asked(app: Flask, database: Database, routes: Mapping[str, tuple[str, Any]]) -> Iterator[tuple[str, int]]:
    """How each route answers a member of the authority beside."""
    for route, (which, body) in routes.items():
        with owning(database) as connection:
            number = connection.scalar(text(which))
        assert number is not None, route
        method, place = route.format(number).split(" ")
        caller = client(app, member(Role.HANDLER, Scope(BESIDE)))
        yield route, caller.open(place, method=method, json=body).status_code


@pytest.mark.usefixtures("careless")
def test_a_use_case_that_forgets_the_scope_is_stopped_by_the_database(
    app: Flask, database: Database, without_wall: Callable[[], None]
) -> None:
    reads = {route: (which, None) for route, which in SABOTAGED.items()}
    assert dict(asked(app, database, reads)) == dict.fromkeys(reads, 404)
    assert dict(asked(app, database, ACTS)) == dict.fromkeys(ACTS, 404)
    without_wall()
    assert dict(asked(app, database, reads)) == dict.fromkeys(reads, 200), "it is the wall that stopped them"
    assert 404 not in dict(asked(app, database, ACTS)).values()


@pytest.mark.usefixtures("careless")
def test_a_list_that_forgets_its_condition_is_empty(
    app: Flask, monkeypatch: pytest.MonkeyPatch, without_wall: Callable[[], None]
) -> None:
    monkeypatch.setattr("service.repairs.queries.seen_by", lambda wanted, _: wanted)
    caller = client(app, member(Role.HANDLER, Scope(BESIDE)))
    assert caller.get("/v1/repairs").get_json()["items"] == []
    without_wall()
    assert caller.get("/v1/repairs").get_json()["items"] != []


def test_what_lies_beyond_is_shown_by_name_and_until_the_end_of_it(database: Database) -> None:
    count = text("SELECT count(*) FROM visit")
    with database.unit_of_work(member(Role.HANDLER, Scope(BESIDE))) as uow:
        assert uow.session.scalar(count) == 0
        with beyond_scope(uow.session, Beyond.CAPS):
            assert uow.session.scalar(count)
        assert uow.session.scalar(count) == 0
        with pytest.raises(LookupError), beyond_scope(uow.session, Beyond.CAPS):
            raise LookupError
        assert uow.session.scalar(count) == 0
        uow.session.rollback()
        assert uow.session.scalar(count) == 0, "and in whatever transaction comes after it"


def test_a_pool_hands_on_nothing_of_who_was_there_before(database: Database) -> None:
    count, narrow = text("SELECT count(*) FROM visit"), member(Role.HANDLER, Scope(BESIDE))
    for actor, sees in ((narrow, False), (member(Role.HANDLER, Scope(HERE)), True), (narrow, False)):
        with database.unit_of_work(actor) as uow:
            assert bool(uow.session.scalar(count)) is sees
    with database.reader() as session:
        assert session.scalar(count)


def test_a_snapshot_begins_with_the_first_question_and_not_with_the_wall(database: Database) -> None:
    with database.unit_of_work(member(Role.HANDLER, Scope(BESIDE)), one_snapshot=True) as uow:
        uow.session.connection()
        with owning(database) as connection:
            connection.execute(text("UPDATE account SET name = 'later'"))
        assert uow.session.scalar(text("SELECT count(*) FROM counter")) is not None
        uow.session.rollback()
    with database.unit_of_work(member(Role.HANDLER, Scope(HERE)), one_snapshot=True) as uow:
        uow.session.connection()
        with owning(database) as connection:
            connection.execute(text("UPDATE account SET name = 'still later'"))
        assert uow.session.scalar(text("SELECT name FROM account LIMIT 1")) == "still later"
        uow.session.rollback()


def test_every_reason_to_look_beyond_is_explained_and_used() -> None:
    explained = set(
        re.findall(
            r"^\| `([A-Z_]+)` \|", (ROOT / "docs/adr/0025-rows-by-authority.md").read_text("utf-8"), re.MULTILINE
        )
    )
    rooms = "".join(path.read_text("utf-8") for path in (ROOT / "service").rglob("*.py"))
    used = set(re.findall(r"beyond_scope\([\w.]+, Beyond\.([A-Z_]+)\)", rooms))
    assert used == explained == {one.name for one in Beyond}
