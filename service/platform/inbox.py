"""How a consumer reads the outbox: what it has not done yet, whatever the order of commits."""

import time
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.platform.tables import Outbox, OutboxDone

_NOTE = text("INSERT INTO outbox_done (consumer, outbox_id) SELECT :consumer, unnest(CAST(:numbers AS bigint[]))")
_PASS = text("""
WITH passed AS (
  INSERT INTO outbox_done (consumer, outbox_id)
  SELECT :consumer, o.id FROM outbox o
   WHERE o.topic = ANY(CAST(:topics AS text[])) AND o.id > :above AND o.id <= :upto
     AND NOT EXISTS (SELECT FROM outbox_done d WHERE d.consumer = :consumer AND d.outbox_id = o.id)
   ORDER BY o.id LIMIT :limit
  RETURNING outbox_id
)
SELECT count(*) FROM passed
""")
_REACH = text("""
SELECT coalesce((SELECT max(id) FROM outbox), 0) AS highest,
       CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) AS oldest_running,
       CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint) AS not_begun
""")
"""The last row that can be seen; the oldest transaction that is still running, and the first that has not begun. Every
row with a smaller number that cannot be seen yet is of a transaction that runs: it came by its number earlier."""


def undone(
    session: Session,
    consumer: str,
    topics: Sequence[str],
    *,
    but: Iterable[str] = (),
    limit: int = 500,
    above: int = 0,
    upto: int | None = None,
) -> Sequence[Outbox]:
    """The oldest rows of these topics without a note by `consumer`; `but`: leave those of some subjects out.

    `above` and `upto` bound the numbers that are looked at; `upto` itself is among them.

    Never "id greater than the last": a row whose transaction commits late would be skipped for ever. Who gives `above`
    to look at new rows often must look at all of them now and then.
    """
    noted = select(OutboxDone.outbox_id).where(OutboxDone.consumer == consumer, OutboxDone.outbox_id == Outbox.id)
    wanted = select(Outbox).where(
        Outbox.topic.in_(topics), Outbox.subject.not_in(list(but)), Outbox.id > above, ~noted.exists()
    )
    if upto is not None:
        wanted = wanted.where(Outbox.id <= upto)
    return session.scalars(wanted.order_by(Outbox.id).limit(limit)).all()


def note_done(session: Session, consumer: str, outbox_ids: Iterable[int]) -> None:
    """Note these rows as done; call it in the transaction of the effect."""
    numbers = list(outbox_ids)
    if numbers:
        session.execute(_NOTE, {"consumer": consumer, "numbers": numbers})


_PASS_LACKING = text("""
WITH passed AS (
  INSERT INTO outbox_done (consumer, outbox_id)
  SELECT :consumer, o.id FROM outbox o
   WHERE o.topic = :topic AND o.id > :above
     AND EXISTS (SELECT FROM unnest(CAST(:fields AS text[])) AS f (path)
                  WHERE o.payload #>> string_to_array(f.path, '.') IS NULL)
     AND NOT EXISTS (SELECT FROM outbox_done d WHERE d.consumer = :consumer AND d.outbox_id = o.id)
   ORDER BY o.id LIMIT :limit
  RETURNING outbox_id
)
SELECT count(*) FROM passed
""")


class Look(NamedTuple):
    """What a look found: the rows to work on, and how many were passed because nobody wants their topics."""

    rows: Sequence[Outbox]
    passed: int


class Inbox:
    """A consumer that looks often: at what is new each time, at everything now and then.

    Rows stay in the outbox for good. Without a place to begin at, every look would pass all that were ever done: after
    a city was rated, tens of thousands several times a second. The place moves on with the looks. A row that cannot be
    seen yet is never passed: the place goes no further than the rows that were there when all transactions that were
    running then have ended since.
    """

    WHOLE = 600.0  # seconds between two looks at everything, should a row have come by its number in another way
    LATE = timedelta(minutes=5)  # how old a row is that a look at everything begins behind, whatever runs for longer
    PASSED = 10_000  # rows that nobody wants, noted as done by one statement

    def __init__(self, consumer: str, topics: Sequence[str]) -> None:
        self.consumer = consumer
        self.topics = topics
        self._above = 0
        self._next_whole = 0.0
        self._pending: tuple[int, int] | None = None

    def look(self, session: Session, now: datetime, *, limit: int = 500) -> Sequence[Outbox]:
        """The oldest rows that are not done, as far as this look reaches."""
        return self.look_for(self.topics, session, now, limit=limit).rows

    def look_for(self, wanted: Collection[str], session: Session, now: datetime, *, limit: int = 500) -> Look:
        """The same for the topics wanted; rows of the consumer's other topics are noted as done without being read."""
        if whole := time.monotonic() >= self._next_whole:
            self._above, self._next_whole = 0, time.monotonic() + self.WHOLE
        highest, settled = self._reach(session)
        passed = self._pass(session, [one for one in self.topics if one not in wanted], highest)
        mine = [one for one in self.topics if one in wanted]
        rows = undone(session, self.consumer, mine, limit=limit, above=self._above, upto=highest)
        if passed < self.PASSED:
            if whole:
                settled = max(settled, _before(session, now - self.LATE))
            self._above = max(self._above, min(settled, rows[0].id - 1) if rows else settled)
        return Look(rows, passed)

    def pass_lacking(self, session: Session, topic: str, fields: Sequence[str]) -> int:
        """Note as done, unread, rows of a topic whose payload lacks one of these fields (``old.tier``); how many.

        Some thousand in one statement: while a whole stock is rated for the first time, nothing changes for anyone.
        """
        above = 0 if time.monotonic() >= self._next_whole else self._above
        asked = {"consumer": self.consumer, "topic": topic, "fields": list(fields), "above": above}
        passed: int = session.execute(_PASS_LACKING, {**asked, "limit": self.PASSED}).scalar_one()
        return passed

    def _reach(self, session: Session) -> tuple[int, int]:
        """How far this look reaches, and up to which number no row is to come any more; asked before the look."""
        highest, oldest_running, not_begun = session.execute(_REACH).one()
        settled = 0
        if self._pending is not None and self._pending[1] <= oldest_running:
            settled, self._pending = self._pending[0], None
        if self._pending is None:
            self._pending = highest, not_begun
        return highest, settled

    def _pass(self, session: Session, topics: Sequence[str], upto: int) -> int:
        if not topics:
            return 0
        asked = {"consumer": self.consumer, "topics": topics, "above": self._above, "upto": upto, "limit": self.PASSED}
        passed: int = session.execute(_PASS, asked).scalar_one()
        return passed


def _before(session: Session, moment: datetime) -> int:
    """The last row that was recorded before a moment."""
    number: int = session.execute(
        select(func.coalesce(func.max(Outbox.id), 0)).where(Outbox.recorded_at < moment)
    ).scalar_one()
    return number
