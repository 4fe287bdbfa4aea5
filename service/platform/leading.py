"""Who leads: of several processes of one kind the one that holds the lock, and which that is since when."""

import socket
from collections.abc import Iterator
from typing import Final, NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

LEADERS: Final = {"scheduler": 7_346_603, "deliverer": 7_346_604}
"""Kinds of processes of which one leads, each with the number of its lock."""
_HOST_LENGTH: Final = 36  # PostgreSQL cuts a name after 63 bytes

_TAKE = text("SELECT pg_try_advisory_lock(:key)")
_SIGN = text("""
SELECT set_config('application_name',
  format('xinjian %s %s %s', CAST(:process AS text), extract(epoch FROM clock_timestamp())::bigint,
         CAST(:host AS text)), false)
""")
_HELD = text("""
SELECT l.objid::bigint AS key, coalesce(a.application_name, '') AS name
  FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
 WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = ANY(CAST(:keys AS oid[]))
   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
""")


class Leader(NamedTuple):
    """The process that leads: its kind, its host ("" where that cannot be told), since when in seconds of the epoch."""

    process: str
    host: str
    since: int


def take_lead(connection: Connection, process: str) -> bool:
    """Try to lead, for as long as this connection stays open; whoever leads signs the connection with its host."""
    if not connection.execute(_TAKE, {"key": LEADERS[process]}).scalar_one():
        return False
    host = socket.gethostname().encode("ascii", "replace").decode()[:_HOST_LENGTH]
    connection.execute(_SIGN, {"process": process, "host": host})
    return True


def leaders(session: Session) -> Iterator[Leader]:
    """Who leads now."""
    processes = {key: process for process, key in LEADERS.items()}
    for row in session.execute(_HELD, {"keys": list(processes)}):
        _, _, signed = row.name.partition(f"xinjian {processes[row.key]} ")
        since, _, host = signed.partition(" ")
        yield Leader(processes[row.key], host, int(since) if since.isdecimal() else 0)
