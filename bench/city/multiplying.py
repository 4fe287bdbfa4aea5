"""A stored city made into a province: each row stored again and again, under numbers and codes of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg

    from bench.city.stored import Stored

# By table: the columns whose copies say something else, copy being the number of the copy and {table} the greatest
# number that a table had. Everything else is copied as it is: an explanation names the entity that it was made for.
_ROWS = {
    "entity": {
        "id": "id + copy * {entity}",
        "public_key": "'own:P' || copy || '-' || id",
        "parent_id": "parent_id + copy * {entity}",
        "body": "jsonb_set(body, '{{key}}', to_jsonb('own:P' || copy || '-' || id))",
    },
    "entity_version": {
        "id": "id + copy * {entity_version}",
        "entity_id": "entity_id + copy * {entity}",
        "body": "jsonb_set(body, '{{key}}', to_jsonb('own:P' || copy || '-' || entity_id))",
    },
    "occasion": {
        "id": "id + copy * {occasion}",
        "entity_id": "entity_id + copy * {entity}",
        "source_ref": "source_ref || '-' || copy",
    },
    "event": {
        "id": "id + copy * {event}",
        "entity_id": "entity_id + copy * {entity}",
        "source_ref": "source_ref || '-' || copy",
        "occasion_id": "occasion_id + copy * {occasion}",
    },
    "event_act": {
        "id": "id + copy * {event_act}",
        "event_id": "event_id + copy * {event}",
        "source_ref": "source_ref || '-' || copy",
    },
    "rating": {"id": "id + copy * {rating}", "entity_id": "entity_id + copy * {entity}"},
    "rating_head": {
        "entity_id": "entity_id + copy * {entity}",
        "key": "'own:P' || copy || '-' || entity_id",
        "rating_ids": "ARRAY(SELECT one + copy * {rating} FROM unnest(rating_ids) AS one)",
    },
}
_LONGEST_FIRST = ("event", "rating", "entity", "rating_head", "occasion", "entity_version", "event_act")
_COLUMNS = """
    SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
     WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped
"""


def multiply(city: Stored, times: int) -> int:
    """Store the city so many times in all, by two connections; returns how many entities there are then."""
    with city.connect() as connection:
        connection.execute("DROP INDEX ix_entity_found")  # of the search, which nobody asks here
        last = {table: _number(connection, f"SELECT coalesce(max({_key(table)}), 0) FROM {table}") for table in _ROWS}  # noqa: S608
        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(_multiply, city, table, times, last) for table in _LONGEST_FIRST]:
                done.result()
        connection.execute("SELECT setval('rating_id_seq', (SELECT max(id) FROM rating))")
        connection.execute("VACUUM ANALYZE")
        return _number(connection, "SELECT count(*) FROM rating_head")


def _multiply(city: Stored, table: str, times: int, last: Mapping[str, int]) -> None:
    with city.connect() as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET session_replication_role = replica")  # what refers to each other comes side by side
        row = connection.execute(_COLUMNS, [table]).fetchone()
        assert row is not None
        said = {name: how.format(**last) for name, how in _ROWS[table].items()}
        values = ", ".join(said.get(name, name) for name in row[0])
        into = f"{table} ({', '.join(row[0])}) OVERRIDING SYSTEM VALUE"
        # One copy after the other, each in the order of the city, so that rows lie beside each other as they do there.
        own = f"(SELECT * FROM {table} WHERE {_key(table)} <= {last[table]} ORDER BY {_key(table)} OFFSET 0) AS own"  # noqa: S608
        copies = f"generate_series(1, {times - 1}) AS copy CROSS JOIN LATERAL {own}"
        connection.execute(f"INSERT INTO {into} SELECT {values} FROM {copies}".encode())  # noqa: S608


def _key(table: str) -> str:
    return "entity_id" if table == "rating_head" else "id"


def _number(connection: psycopg.Connection[Any], statement: str) -> int:
    row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return int(row[0])
