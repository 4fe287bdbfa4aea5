"""From the outbox to deliveries: who is to be told of each row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select, text

from service import register
from service.notices.webhooks.tables import WebhookPartner
from service.notices.webhooks.topics import topics
from service.platform import Actor, Inbox, Role, note_done

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from service.platform import Database, Outbox
    from service.register import EntityFacts

CONSUMER = "notices.webhooks"
AT_ONCE = 500
_DELIVER = text("""
INSERT INTO webhook_delivery (partner, outbox_id, subject, state, attempts, since)
SELECT n.partner, n.message, n.subject, 'waiting', 0, :now
  FROM unnest(CAST(:partners AS text[]), CAST(:messages AS bigint[]), CAST(:subjects AS text[]))
    AS n (partner, message, subject)
""")
_TURN = text("SELECT pg_try_advisory_xact_lock(hashtextextended('notices.webhooks', 0))")


class Subscriber(NamedTuple):
    """A partner as rows of the outbox are held against it."""

    row: WebhookPartner
    actor: Actor

    def wants(self, message: Outbox, entity: EntityFacts | None) -> bool:
        """Whether the partner is to be told: it asked for it, and its scope reaches the entity."""
        row, topic = self.row, topics()[message.topic]
        payload: Mapping[str, Any] = message.payload
        if message.topic not in row.topics or message.id <= row.after_message:
            return False
        if topic.entity is not None and (entity is None or not self.actor.may_see(entity.authority, entity.region)):
            return False
        if topic.kind is not None and row.kinds and payload[topic.kind] not in row.kinds:
            return False
        return not (topic.tiers and row.tiers) or bool(topic.tiers_of(payload) & set(row.tiers))


def new_inbox() -> Inbox:
    """The outbox as webhooks read it."""
    return Inbox(CONSUMER, list(topics()))


def fan_out(database: Database, inbox: Inbox) -> int:
    """Make deliveries of the oldest rows that were not looked at yet, in one transaction; returns how many rows.

    Rows of topics that no partner asked for are passed unread, by one statement: while a whole stock is rated for the
    first time there are tens of thousands of them. Of several processes one does it at a time; the others return 0.
    """
    with database.bookkeeping() as session:
        if not session.execute(_TURN).scalar_one():
            return 0
        wanting = subscribers(session)
        wanted = {topic for one in wanting for topic in one.row.topics}
        rows, passed = inbox.look_for(wanted, session, database.clock.now(), limit=AT_ONCE)
        found = list(_deliveries(session, rows, wanting)) if rows else []
        if found:
            partners, messages, subjects = zip(*found, strict=True)
            now = database.clock.now()
            asked = {"partners": list(partners), "messages": list(messages), "subjects": list(subjects), "now": now}
            session.execute(_DELIVER, asked)
        note_done(session, CONSUMER, [row.id for row in rows])
        return len(rows) + passed


def _deliveries(
    session: Session, rows: Sequence[Outbox], wanting: Sequence[Subscriber]
) -> Iterable[tuple[str, int, str]]:
    """Partner, row and subject of every delivery."""
    about = {row.id: topics()[row.topic].entity_of(row.subject, row.payload) for row in rows}
    entities = _entities(session, {key for key in about.values() if key is not None})
    for row in rows:
        key = about[row.id]
        entity = None if key is None else entities.get(key)
        for one in wanting:
            if one.wants(row, entity):
                yield one.row.code, row.id, key or row.subject


def subscribers(session: Session) -> list[Subscriber]:
    """Every partner that has not ended; what a paused one is to be told waits for it."""
    rows = session.scalars(select(WebhookPartner).where(WebhookPartner.state != "ended")).all()
    below = {
        code: register.authorities_below(session, code)
        for code in {row.authority for row in rows if row.authority is not None}
    }
    return [
        Subscriber(
            row,
            Actor(
                "partner",
                row.code,
                Role.PARTNER,
                row.authority,
                tuple(row.regions),
                below=below.get(row.authority or "", frozenset()),
            ),
        )
        for row in rows
    ]


def _entities(session: Session, keys: Collection[str]) -> dict[str, EntityFacts]:
    numbers = register.resolve(session, sorted(keys))
    found = register.facts(session, numbers.values(), position=None)
    return {key: found[number] for key, number in numbers.items() if number in found}
