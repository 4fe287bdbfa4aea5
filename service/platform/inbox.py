"""How a consumer reads the outbox: what it has not done yet, whatever the order of commits."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from service.platform.tables import Outbox, OutboxDone


def undone(
    session: Session,
    consumer: str,
    topics: Sequence[str],
    *,
    but: Iterable[str] = (),
    limit: int = 500,
    above: int = 0,
) -> Sequence[Outbox]:
    """The oldest rows of these topics without a note by `consumer`; `but`: leave those of some subjects out.

    Never "id greater than the last": a row whose transaction commits late would be skipped for ever. Who gives `above`
    to look at new rows often must look at all of them now and then.
    """
    noted = select(OutboxDone.outbox_id).where(OutboxDone.consumer == consumer, OutboxDone.outbox_id == Outbox.id)
    wanted = select(Outbox).where(
        Outbox.topic.in_(topics), Outbox.subject.not_in(list(but)), Outbox.id > above, ~noted.exists()
    )
    return session.scalars(wanted.order_by(Outbox.id).limit(limit)).all()


def note_done(session: Session, consumer: str, outbox_ids: Iterable[int]) -> None:
    """Note these rows as done; call it in the transaction of the effect."""
    rows = [{"consumer": consumer, "outbox_id": outbox_id} for outbox_id in outbox_ids]
    if rows:
        session.execute(insert(OutboxDone), rows)


class Inbox:
    """A consumer that looks often: at what is new each time, at everything now and then.

    Rows stay in the outbox for good. Without a place to begin at, every look would pass all that were ever done.
    """

    WHOLE = 600.0  # seconds between two looks at everything, which find what was committed late
    LATE = timedelta(minutes=5)  # a row that is committed later than this waits for the look at everything

    def __init__(self, consumer: str, topics: Sequence[str]) -> None:
        self.consumer = consumer
        self.topics = topics
        self._above = 0
        self._next_whole = 0.0

    def look(self, session: Session, now: datetime, *, limit: int = 500) -> Sequence[Outbox]:
        """The oldest rows that are not done, as far as this look reaches."""
        whole = time.monotonic() >= self._next_whole
        rows = undone(session, self.consumer, self.topics, limit=limit, above=0 if whole else self._above)
        if whole and not rows:
            settled = select(func.coalesce(func.max(Outbox.id), 0)).where(Outbox.recorded_at < now - self.LATE)
            self._above = session.execute(settled).scalar_one()
            self._next_whole = time.monotonic() + self.WHOLE
        return rows
