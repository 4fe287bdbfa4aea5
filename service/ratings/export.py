"""Every rating in force as a stream: read row by row, so that a province needs no more memory than a town."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any

import orjson

from scoring.kernel.points import format_points
from service.ratings import queries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.platform import Actor, Database

COLUMNS = (
    "entity", "authority", "region", "kind", "as_of", "computed_at", "edition", "state", "reason", "score", "grade",
    "tier", "next_change_on", "digest", "status", "proposed", "due_on",
)  # fmt: skip
ROWS_AT_ONCE = 500
"""Rows of one piece of the answer."""


def as_ndjson(database: Database, actor: Actor) -> Iterator[bytes]:
    """One JSON object a line, each with every column."""
    for rows in _pieces(database, actor):
        yield b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def as_csv(database: Database, actor: Actor) -> Iterator[bytes]:
    """A heading and one line for each rating (RFC 4180, UTF-8)."""
    yield (",".join(COLUMNS) + "\r\n").encode()
    for rows in _pieces(database, actor):
        text = StringIO(newline="")
        csv.writer(text).writerows([[_cell(row[name]) for name in COLUMNS] for row in rows])
        yield text.getvalue().encode()


def _cell(value: object) -> object:
    """A cell that a spreadsheet reads as text: one that begins like a formula is kept from being one."""
    if isinstance(value, str) and value[:1] in {"=", "+", "@", "\t", "\r"}:
        return f"'{value}"
    return value


def _pieces(database: Database, actor: Actor) -> Iterator[list[dict[str, Any]]]:
    piece: list[dict[str, Any]] = []
    with database.reader() as session:
        for row in queries.all_ratings(session, authorities=actor.authorities, now=database.clock.now()):
            if not actor.may_see(row["authority"], row["region"]):
                continue
            piece.append(_row(row))
            if len(piece) == ROWS_AT_ONCE:
                yield piece
                piece = []
    yield piece


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    score = row["score"]
    return {
        **{name: row[name] for name in COLUMNS if name != "entity"},
        "entity": row["key"],
        "score": None if score is None else format_points(score),
    }
