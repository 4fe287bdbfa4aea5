"""The database: sessions, units of work, read-only readers."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from service.platform.actor import Actor
from service.platform.clock import Clock, SystemClock
from service.platform.unit_of_work import UnitOfWork

_BLOCK = 64  # audit numbers taken at once: an audit row then costs no round trip of its own


class Database:
    """One pool of connections to the system of record (PostgreSQL 15 or later)."""

    def __init__(self, url: str, *, clock: Clock | None = None, pool_size: int = 5) -> None:
        self.clock: Clock = clock or SystemClock()
        self.engine: Engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            connect_args={"application_name": "xinjian", "options": "-c timezone=UTC"},
        )
        self._reading = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._lock = threading.Lock()
        self._numbers: list[int] = []
        self._pid = os.getpid()

    @contextmanager
    def unit_of_work(self, actor: Actor, *, now: datetime | None = None) -> Iterator[UnitOfWork]:
        """One transaction of one actor: commits on clean exit, rolls back on an exception.

        `now` is the instant of the request; the clock tells it when it is not given.

        Raises:
            UnauditedWriteError: it wrote something and left no audit row; nothing is kept.
        """
        with Session(self.engine, expire_on_commit=False) as session:
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
            yield session

    @contextmanager
    def bookkeeping(self) -> Iterator[Session]:
        """A transaction for rows that are themselves records of what happened.

        Seals, consumers' notes in `outbox_done`, idempotency keys, the query log: no act of a person, hence no audit
        row of their own. Everything else goes through a unit of work.
        """
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def _next_audit_id(self, session: Session) -> int:
        with self._lock:
            if self._pid != os.getpid():  # a forked child must not spend its parent's numbers
                self._pid, self._numbers = os.getpid(), []
            if not self._numbers:
                block: int = session.execute(text("SELECT nextval('audit_block')")).scalar_one()
                self._numbers = list(range(block * _BLOCK + _BLOCK - 1, block * _BLOCK - 1, -1))
            return self._numbers.pop()
