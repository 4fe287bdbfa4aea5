"""The peer of single events and of tier queries: a Flask application with nothing but a driver connection a thread."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

import psycopg
from flask import Flask, Response, request
from sqlalchemy import make_url

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answered

INSERT = """
INSERT INTO bare_event (entity_id, source, source_ref, body_sha256, decision_kind, code, decided_on, final, audit_id)
SELECT id, %(source)s, %(source_ref)s, '', 'inspection_result', %(code)s, %(decided_on)s, true, 0
  FROM entity WHERE public_key = %(entity)s
RETURNING id
"""
READ = "SELECT body FROM bare_answer WHERE key = %s"

app = Flask("bare")
own = threading.local()


def connection() -> psycopg.Connection[Any]:
    """The connection of this thread; every statement on it is a transaction."""
    if not hasattr(own, "connection"):
        url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql")
        own.connection = psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)
    held: psycopg.Connection[Any] = own.connection
    return held


@app.post("/bare/events")
def insert() -> Answered:
    """Insert the event of the body."""
    row = connection().execute(INSERT, request.get_json()).fetchone()
    assert row is not None
    return Response(b'{"id":%d}' % row[0], status=201, mimetype="application/json")


@app.get("/bare/answers/<key>")
def read(key: str) -> Answered:
    """The bytes kept under a key."""
    row = connection().execute(READ, [key]).fetchone()
    assert row is not None
    return Response(row[0], mimetype="application/json")
