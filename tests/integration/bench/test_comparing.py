"""A row of the bench that compares answers in the database tells answers that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import make_url

from bench.bulk import BARE as BARE_EVENTS
from bench.bulk import STORED
from bench.city import different_rows
from bench.rerate_stored import ANSWERS, BARE, BARE_HEADS, HEADS, NOW, WHOLE
from tests.builders.owning import owner_of

if TYPE_CHECKING:
    from collections.abc import Iterator

RATED = """
INSERT INTO rating (entity_id, kind, as_of, computed_at, state, digest, document)
SELECT entity, 'cinema', '2026-03-02', now(), 'rated', '\\x00', '{"entity":' || entity || '}'
  FROM generate_series(1, 3) AS entity;
INSERT INTO rating_head (entity_id, rating_ids) SELECT entity_id, ARRAY[id] FROM rating;
CREATE TABLE bare_rating (LIKE rating INCLUDING ALL EXCLUDING IDENTITY);
INSERT INTO bare_rating SELECT * FROM rating;
CREATE TABLE bare_head (LIKE rating_head INCLUDING ALL);
INSERT INTO bare_head SELECT * FROM rating_head
"""
RECEIVED = """
INSERT INTO event (entity_id, source, source_ref, body_sha256, decision_kind, code, decided_on, final, audit_id)
SELECT place, 'bulk-0', 'E' || place, '', 'penalty', 'fine', '2026-03-02', true, 1 FROM generate_series(1, 3) AS place;
CREATE TABLE bare_event (LIKE event INCLUDING ALL);
INSERT INTO bare_event OVERRIDING SYSTEM VALUE SELECT * FROM event
"""


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    address = make_url(owner_of(database_url)).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize(
    ("one", "other", "different"),
    [
        ("VALUES (1), (2)", "VALUES (2), (1)", 0),
        ("VALUES (1), (NULL)", "VALUES (NULL), (1)", 0),
        ("VALUES (1), (2)", "VALUES (1)", 1),
        ("VALUES (1)", "VALUES (1), (2)", 1),
        ("VALUES (1), (1)", "VALUES (1)", 1),
        ("VALUES (1), (2)", "VALUES (1), (3)", 2),
    ],
)
def test_rows_differ_either_way_round(
    connection: psycopg.Connection[Any], one: str, other: str, different: int
) -> None:
    assert different_rows(connection, one, other) == different


@pytest.mark.parametrize(
    ("change", "ratings", "answers", "heads"),
    [
        ("UPDATE bare_rating SET computed_at = 'epoch'", 6, 0, 0),
        ("UPDATE bare_rating SET document = document || ' ' WHERE entity_id = 2", 2, 2, 0),
        ("UPDATE bare_rating SET digest = '\\x01' WHERE entity_id = 2", 2, 2, 0),
        ("DELETE FROM bare_rating WHERE entity_id = 3", 1, 1, 0),
        ("UPDATE bare_head SET tier = 'D' WHERE entity_id = 1", 0, 0, 2),
        ("DELETE FROM bare_head", 0, 0, 3),
    ],
)
def test_the_stored_city_is_not_taken_for_the_same_when_something_was_changed(
    connection: psycopg.Connection[Any], change: str, ratings: int, answers: int, heads: int
) -> None:
    connection.execute(RATED.encode())

    def seen() -> tuple[int, int, int]:
        return (
            different_rows(connection, WHOLE.format(rows=NOW), WHOLE.format(rows=BARE)),
            different_rows(connection, ANSWERS.format(rows=NOW), ANSWERS.format(rows=BARE)),
            different_rows(connection, HEADS, BARE_HEADS),
        )

    assert seen() == (0, 0, 0)
    connection.execute(change.encode())
    assert seen() == (ratings, answers, heads)


@pytest.mark.parametrize(
    ("change", "different"),
    [
        ("UPDATE bare_event SET decided_on = '2026-03-03' WHERE source_ref = 'E1'", 2),
        ("UPDATE bare_event SET entity_id = 9", 6),
        ("DELETE FROM bare_event WHERE source_ref = 'E1'", 1),
    ],
)
def test_a_loaded_file_is_not_taken_for_the_peers_when_a_row_differs(
    connection: psycopg.Connection[Any], change: str, different: int
) -> None:
    connection.execute(RECEIVED.encode())
    assert different_rows(connection, STORED, BARE_EVENTS) == 0
    connection.execute(change.encode())
    assert different_rows(connection, STORED, BARE_EVENTS) == different
