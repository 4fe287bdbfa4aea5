"""The stored city rated anew, database to database, explanations written, in two processes.

The peer copies out every row that rating reads and copies in every row that it writes, into a table with the same
indexes. The answers are compared: what is rated anew has the digests of the first time, and the peer's rows are ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.city import different_rows, stored_city, two_drains
from bench.harness import Figures, Row, interleaved, peak_mebibytes

if TYPE_CHECKING:
    import psycopg

ENTITIES = 50_000

ROW = Row(
    id="rerate-stored",
    what=f"a stored city of {ENTITIES:,} entities, database to database, explanations written, two processes",
    target="≤ 4 × COPY out plus COPY in of the same rows",
)

READ = (
    "COPY (SELECT * FROM event) TO STDOUT",
    "COPY (SELECT * FROM event_act) TO STDOUT",
    "COPY (SELECT * FROM occasion) TO STDOUT",
    "COPY (SELECT * FROM entity) TO STDOUT",
)
NOW = "SELECT rating.* FROM rating JOIN rating_head AS head ON rating.id = ANY(head.rating_ids)"
HEADS = "SELECT * FROM rating_head"
BARE, BARE_HEADS = "SELECT * FROM bare_rating", "SELECT * FROM bare_head"
WHOLE = "SELECT sha256(convert_to(rows::text, 'UTF8')) FROM ({rows}) AS rows"
ANSWERS = "SELECT entity_id, kind, digest, sha256(convert_to(document, 'UTF8')) FROM ({rows}) AS rows"
MARK = "INSERT INTO rerate_mark (subject, reason) SELECT id, 'register' FROM entity ORDER BY id"


def measure() -> Figures:
    """The seconds of rating anew over those of the two copies."""
    with stored_city(ENTITIES) as city, city.connect() as connection, two_drains(city) as rate:
        connection.execute("CREATE TABLE bare_rating (LIKE rating INCLUDING ALL EXCLUDING IDENTITY)")
        connection.execute("CREATE TABLE bare_head (LIKE rating_head INCLUDING ALL)")
        rows, heads = _out(connection, f"COPY ({NOW}) TO STDOUT"), _out(connection, f"COPY ({HEADS}) TO STDOUT")

        def peer() -> None:
            for statement in READ:
                _out(connection, statement)
            connection.execute("TRUNCATE bare_rating, bare_head")
            _in(connection, "COPY bare_rating FROM STDIN", rows)
            _in(connection, "COPY bare_head FROM STDIN", heads)

        peer()
        whole, bare = WHOLE.format(rows=NOW), WHOLE.format(rows=BARE)
        assert different_rows(connection, whole, bare) == 0, "the peer has other ratings"
        assert different_rows(connection, HEADS, BARE_HEADS) == 0, "the peer has other heads"
        connection.execute(MARK)
        rate()
        again, first = ANSWERS.format(rows=NOW), ANSWERS.format(rows=BARE)
        assert different_rows(connection, again, first) == 0, "rated anew, the answers differ"
        works = {"mark": lambda: connection.execute(MARK), "ours": rate, "peer": peer}
        seconds = interleaved(works, times=3, idle=0)
        events = connection.execute("SELECT count(*) FROM event").fetchone()
    assert events is not None
    ratio = seconds["ours"] / seconds["peer"]
    return Figures(
        ours=f"{seconds['ours']:.2f} s: {ENTITIES / seconds['ours']:,.0f} entities/s, {events[0]:,} events",
        peer=f"{seconds['peer']:.2f} s",
        ratio=ratio,
        met=ratio <= 4,
        memory=f"peak of the caller {peak_mebibytes()} MiB",
    )


def _out(connection: psycopg.Connection[Any], statement: str) -> bytes:
    with connection.cursor().copy(statement.encode()) as copy:
        return b"".join(copy)


def _in(connection: psycopg.Connection[Any], statement: str, rows: bytes) -> None:
    with connection.cursor().copy(statement.encode()) as copy:
        copy.write(rows)
