"""Notes of queries arrive within a second, survive an absent database, and named persons never wait."""

import time
from contextvars import Context

from sqlalchemy import text

from service.platform import ANONYMOUS, Database, QueryNotes


def noted(database: Database) -> list[str]:
    with database.reader() as session:
        return list(session.scalars(text("SELECT subject FROM query_log ORDER BY id")))


def test_notes_arrive_by_themselves(database: Database) -> None:
    notes = QueryNotes(database)
    for subject in ("a", "b", "c"):
        notes.note(ANONYMOUS, "tier", subject)
    for _ in range(100):
        if noted(database):
            break
        time.sleep(0.05)
    assert noted(database) == ["a", "b", "c"]
    notes.close()


def test_closing_writes_what_is_held(database: Database) -> None:
    notes = QueryNotes(database)
    before = database.clock.now()
    outside = Context()  # of any request
    outside.run(notes.note, ANONYMOUS, "tier", "a", {"as_of": "2026-01-01", "said": "a\tb\\N\n城"})
    notes.close()
    with database.reader() as session:
        (row,) = session.execute(text("SELECT * FROM query_log")).all()
    assert (row.subject, row.purpose, row.actor_kind, row.request_id) == ("a", "tier", ANONYMOUS.kind, None)
    assert row.detail == {"as_of": "2026-01-01", "said": "a\tb\\N\n城"}
    assert before <= row.asked_at <= database.clock.now()


def test_a_look_up_of_a_person_is_noted_before_it_is_answered(database: Database) -> None:
    QueryNotes(database).note_now(ANONYMOUS, "person", "own:1")
    assert noted(database) == ["own:1"]


def test_notes_are_held_while_the_database_is_away(database: Database) -> None:
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/none", clock=database.clock)
    notes = QueryNotes(away)
    notes.note(ANONYMOUS, "tier", "a")
    notes.flush()
    notes._database = database  # noqa: SLF001 - the database comes back
    notes.close()
    assert noted(database) == ["a"]
