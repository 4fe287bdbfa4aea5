"""Who leads: of several processes of one kind the one that holds the lock, and which that is since when."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

from service.platform.connections import OUTLIVES

LEADERS: Final = {"scheduler": 7_346_603, "deliverer": 7_346_604}
"""Kinds of processes of which one leads, each with the number of its lock."""
_FAREWELL: Final = getattr(select, "POLLRDHUP", 0)  # besides errors, which are always told; not every system has it
_HOST_LENGTH: Final = 36  # PostgreSQL cuts a name after 63 bytes

_TAKE = text("SELECT pg_try_advisory_lock(:key)")
_SIGN = text("""
SELECT set_config('application_name',
  format('xinjian %s %s %s', CAST(:process AS text), extract(epoch FROM clock_timestamp())::bigint,
         CAST(:host AS text)), false)
""")
_OUTLIVE = text("SELECT set_config(:name, :value, false)")
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
    """Try to lead, for as long as this connection stays open; whoever leads signs the connection with its host.

    Of a leader whose host was cut off the server gives up this session last.
    """
    if not connection.execute(_TAKE, {"key": LEADERS[process]}).scalar_one():
        return False
    for name, value in OUTLIVES.items():
        connection.execute(_OUTLIVE, {"name": name, "value": str(value)})
    host = socket.gethostname().encode("ascii", "replace").decode()[:_HOST_LENGTH]
    connection.execute(_SIGN, {"process": process, "host": host})
    return True


class LeadLostError(Exception):
    """Another process may lead: what was begun under the lead goes no further."""


class Lead:
    """The lead that a connection holds, until it is given up or the server has ended the connection."""

    def __init__(self, connection: Connection) -> None:
        self._socket: int = connection.connection.driver_connection.fileno()  # type: ignore[union-attr] # psycopg's
        self._given_up = threading.Event()

    def give_up(self) -> None:
        """Lead no more."""
        self._given_up.set()

    def is_held(self) -> bool:
        """Whether the lead is held; nothing is asked of the server, whose farewell waits where it was said."""
        if self._given_up.is_set():
            return False
        look = select.poll()
        look.register(self._socket, _FAREWELL)
        return not look.poll(0)


class Fence:
    """Keeps the threads of a leader's work from the database once it leads no more, though they have not ended.

    What stands open on the server has been given up by it (`OUTLIVES`); this lets nothing be opened anew.
    """

    def __init__(self, engine: Engine) -> None:
        self._own = threading.local()
        event.listen(engine, "checkout", self._refuse)

    @contextmanager
    def within(self, lead: Lead) -> Iterator[None]:
        """While inside, this thread gets a connection only as long as the lead is held: `LeadLostError`."""
        self._own.lead = lead
        try:
            yield
        finally:
            del self._own.lead

    def _refuse(self, *_connection: object) -> None:
        lead: Lead | None = getattr(self._own, "lead", None)
        if lead is not None and not lead.is_held():
            raise LeadLostError


def leaders(session: Session) -> Iterator[Leader]:
    """Who leads now."""
    processes = {key: process for process, key in LEADERS.items()}
    for row in session.execute(_HELD, {"keys": list(processes)}):
        _, _, signed = row.name.partition(f"xinjian {processes[row.key]} ")
        since, _, host = signed.partition(" ")
        yield Leader(processes[row.key], host, int(since) if since.isdecimal() else 0)
