"""The database: sessions, units of work, read-only readers."""

import os
import select
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

import psycopg
from psycopg import Cursor
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session

from service.platform.actor import Actor
from service.platform.clock import Clock, SystemClock
from service.platform.connections import LENT_WITHIN, UNBOUNDED, Bounds, arguments
from service.platform.reach import EVERYTHING, NOTHING, SETTING, bind, reach_of
from service.platform.unit_of_work import UnitOfWork

_BLOCK = 64  # audit numbers taken at once: an audit row then costs no round trip of its own


class Database:
    """One pool of connections to the system of record (PostgreSQL 15 or later).

    `caller` tells who asks, None where it is the program itself: sessions reach no further (`service.platform.reach`).
    """

    def __init__(self, url: str, *, clock: Clock | None = None, pool_size: int = 5, bounds: Bounds = UNBOUNDED) -> None:
        self.clock: Clock = clock or SystemClock()
        self.caller: Callable[[], Actor | None] = lambda: None
        self.engine: Engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=LENT_WITHIN,
            hide_parameters=True,  # errors would quote them, to whoever reads them
            connect_args=arguments(bounds, **{SETTING: EVERYTHING}),
        )
        self._steady = self.engine.execution_options(isolation_level="REPEATABLE READ")
        self._reading = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        event.listen(self.engine, "checkout", _refuse_ended)
        self._glancing = _Waiting(url, bounds, most=2 * pool_size)
        self._lock = threading.Lock()
        self._numbers: list[int] = []
        self._pid = os.getpid()

    @contextmanager
    def unit_of_work(
        self, actor: Actor, *, now: datetime | None = None, one_snapshot: bool = False
    ) -> Iterator[UnitOfWork]:
        """One transaction of one actor: commits on clean exit, rolls back on an exception.

        `now` is the instant of the request; the clock tells it when it is not given. With `one_snapshot` every
        statement sees the database as the first of them does (REPEATABLE READ); LOCK TABLE does not count as one.

        Raises:
            UnauditedWriteError: it wrote something and left no audit row; nothing is kept.
        """
        with Session(self._steady if one_snapshot else self.engine, expire_on_commit=False) as session:
            bind(session, reach_of(actor))
            unit = UnitOfWork(session, actor, now or self.clock.now(), self._next_audit_id)
            try:
                yield unit
                unit.finish()
                session.commit()
            except BaseException:
                session.rollback()
                raise
        unit.run_after_commit()

    @contextmanager
    def reader(self) -> Iterator[Session]:
        """A read-only session that sees one snapshot throughout."""
        with Session(self._reading, expire_on_commit=False, autoflush=False) as session:
            bind(session, reach_of(self.caller()))
            yield session

    @contextmanager
    def glance(self) -> Iterator[Cursor[tuple[Any, ...]]]:
        """The driver's own cursor, read-only and without a transaction: one round trip and little else.

        For the busiest questions, those that one statement answers; each statement sees its own snapshot. Of tables
        with policies it sees nothing.
        """
        with self._glancing.lent() as connection, connection.cursor() as cursor:
            yield cursor

    @contextmanager
    def bookkeeping(self) -> Iterator[Session]:
        """A transaction for rows that are themselves records of what happened.

        Seals, consumers' notes in `outbox_done`, idempotency keys, the query log: no act of a person, hence no audit
        row of their own. Everything else goes through a unit of work.
        """
        with Session(self.engine, expire_on_commit=False) as session:
            bind(session, reach_of(self.caller()))
            with session.begin():
                yield session

    @contextmanager
    def at_once(self) -> Iterator[psycopg.Connection[Any]]:
        """A driver connection on which every statement is a transaction; each leaves its own ledger row (`at_once`)."""
        with _driver(self.engine) as connection:
            connection.autocommit = True
            try:
                yield connection
            finally:
                if not connection.closed:
                    connection.autocommit = False

    def next_audit_id(self, connection: psycopg.Connection[Any]) -> int:
        """An audit number for a statement that writes its own ledger row."""
        return self._take_number(lambda: connection.execute("SELECT nextval('audit_block')").fetchone()[0])  # type: ignore[index] # a sequence always answers

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
        self._glancing.close()

    def _next_audit_id(self, session: Session) -> int:
        return self._take_number(lambda: session.execute(text("SELECT nextval('audit_block')")).scalar_one())

    def _take_number(self, next_block: Callable[[], int]) -> int:
        with self._lock:
            if self._pid != os.getpid():  # a forked child must not spend its parent's numbers
                self._pid, self._numbers = os.getpid(), []
            if not self._numbers:
                block = next_block()
                self._numbers = list(range(block * _BLOCK + _BLOCK - 1, block * _BLOCK - 1, -1))
            return self._numbers.pop()


def _refuse_ended(connection: psycopg.Connection[Any], *_record_and_proxy: object) -> None:
    """Before a connection leaves its pool: let the pool replace one that the server has ended, as by a restart.

    Raises:
        DisconnectionError: to the pool, which connects anew.
    """
    if _has_ended(connection):
        raise DisconnectionError("the server ended this connection")


def _has_ended(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server has ended a connection that waits.

    Nothing is asked of the server, so it costs a microsecond and no round trip: PostgreSQL says nothing to a connection
    that waits, unless farewell. What ends between this look and the statement is told to the caller as before.
    """
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))


class _Waiting:
    """Driver connections for glances: read-only, without transactions; at most so many wait to be lent again.

    SQLAlchemy's pool takes longer to lend and take back a connection than a glance takes to be answered.
    """

    def __init__(self, url: str, bounds: Bounds, *, most: int) -> None:
        self._arguments = arguments(bounds, **{SETTING: NOTHING})
        self._address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._most = most
        self._by_process: dict[int, deque[psycopg.Connection[Any]]] = {}

    @contextmanager
    def lent(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection; one on which anything failed is not lent again."""
        connection = self._taken()
        try:
            yield connection
        except BaseException as error:
            connection.close()
            if isinstance(error, psycopg.OperationalError):
                self.close()  # the server went away: what else waits is as dead
            raise
        if len(self._idle) < self._most:
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close every connection that waits."""
        while (connection := self._next()) is not None:
            connection.close()

    @property
    def _idle(self) -> deque[psycopg.Connection[Any]]:
        """Those of this process: a forked child must not speak on its parent's lines, nor close them."""
        return self._by_process.setdefault(os.getpid(), deque())

    def _next(self) -> psycopg.Connection[Any] | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _taken(self) -> psycopg.Connection[Any]:
        while (connection := self._next()) is not None:
            if not _has_ended(connection):
                return connection
            connection.close()
        connected: psycopg.Connection[Any] = psycopg.connect(self._address, autocommit=True, **self._arguments)
        # Asked for at once, an address that wants the one of several servers that takes writes would find none.
        connected.execute("SET default_transaction_read_only = on")
        return connected


@contextmanager
def _driver(engine: Engine) -> Iterator[psycopg.Connection[Any]]:
    """The driver's connection out of a pool; one on which a statement failed never goes back to it."""
    pooled = engine.raw_connection()
    try:
        yield cast("psycopg.Connection[Any]", pooled.driver_connection)
    except psycopg.Error as error:
        pooled.invalidate(error)
        if isinstance(error, psycopg.OperationalError):
            engine.dispose()  # the server went away: what else waits in the pool is as dead
        raise
    except BaseException:
        pooled.close()
        raise
    pooled.close()
