"""How a consumer reads the outbox: what it has not done yet, whatever the order of commits."""

from collections.abc import Iterable, Sequence

from sqlalchemy import insert, select
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
