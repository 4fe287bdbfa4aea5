"""What is due, and what became of it: the statements of the delivering process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import structlog
from sqlalchemy import insert, text

from service.notices.webhooks.tables import WebhookAttempt
from service.notices.webhooks.terms import retry
from service.platform import Problem, decrypt, job_actor
from service.platform.metrics import ALARMS, DELIVERIES, MESSAGES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Database

log = structlog.get_logger(__name__)

# Of each entity one message has its time, the first; those behind it stand at infinity until it has ended. What is new
# has no time yet: it joins the line here, in the one process that delivers to its partner. Told are the lines in which
# what joined is older than what stood in front: a message that is to be delivered again.
_JOIN = text("""
WITH fresh AS (
  SELECT f.partner, f.outbox_id, f.subject,
         row_number() OVER (PARTITION BY f.partner, f.subject ORDER BY f.outbox_id) AS place
    FROM (SELECT partner, outbox_id, subject FROM webhook_delivery
           WHERE state = 'waiting' AND next_at IS NULL AND partner = ANY(CAST(:partners AS text[]))
           ORDER BY outbox_id LIMIT :most) AS f
), joined AS (
  UPDATE webhook_delivery d
     SET next_at = CASE WHEN fresh.place > 1 OR line.outbox_id IS NOT NULL THEN 'infinity' ELSE :now END
    FROM fresh LEFT JOIN LATERAL (
      SELECT outbox_id FROM webhook_delivery b
       WHERE b.partner = fresh.partner AND b.subject = fresh.subject AND b.state = 'waiting' AND b.next_at IS NOT NULL
       ORDER BY b.outbox_id LIMIT 1) AS line ON true
   WHERE d.partner = fresh.partner AND d.outbox_id = fresh.outbox_id
  RETURNING d.partner, d.subject, fresh.place = 1 AND line.outbox_id > fresh.outbox_id AS older
)
SELECT partner, subject FROM joined WHERE older
""")
_JOINING = 500
# The first of these lines gets its time, and what had one before it gives way, unless it is under way just now.
_IN_ORDER = text("""
WITH line AS (
  SELECT DISTINCT n.partner, n.subject, first.outbox_id AS first, ahead.outbox_id AS ahead
    FROM unnest(CAST(:partners AS text[]), CAST(:subjects AS text[])) AS n (partner, subject)
   CROSS JOIN LATERAL (
     SELECT outbox_id FROM webhook_delivery b
      WHERE b.partner = n.partner AND b.subject = n.subject AND b.state = 'waiting' AND b.next_at IS NOT NULL
      ORDER BY b.outbox_id LIMIT 1) AS first
   CROSS JOIN LATERAL (
     SELECT outbox_id FROM webhook_delivery b
      WHERE b.partner = n.partner AND b.subject = n.subject AND b.state = 'waiting' AND b.next_at < 'infinity'
      ORDER BY b.outbox_id LIMIT 1) AS ahead
   WHERE ahead.outbox_id > first.outbox_id
     AND NOT ((n.partner, ahead.outbox_id) IN (
           SELECT * FROM unnest(CAST(:flying_partners AS text[]), CAST(:flying_messages AS bigint[]))))
)
UPDATE webhook_delivery d SET next_at = CASE WHEN d.outbox_id = line.first THEN :now ELSE 'infinity' END
  FROM line WHERE d.partner = line.partner AND d.outbox_id IN (line.first, line.ahead)
""")
_FOLLOW = text("""
UPDATE webhook_delivery d SET next_at = :now
  FROM unnest(CAST(:partners AS text[]), CAST(:messages AS bigint[])) AS n (partner, message)
  JOIN webhook_delivery e ON e.partner = n.partner AND e.outbox_id = n.message AND e.state <> 'waiting'
 CROSS JOIN LATERAL (
    SELECT b.outbox_id FROM webhook_delivery b
     WHERE b.partner = e.partner AND b.subject = e.subject AND b.state = 'waiting' AND b.next_at IS NOT NULL
     ORDER BY b.outbox_id LIMIT 1) AS following
 WHERE d.partner = e.partner AND d.outbox_id = following.outbox_id AND d.next_at = 'infinity'
""")
_DUE = """
SELECT w.partner, d.outbox_id, d.subject, d.attempts, d.since, d.told_at
  FROM unnest(CAST(:partners AS text[]), CAST(:rooms AS int[])) AS w (partner, room)
 CROSS JOIN LATERAL (
   SELECT d.* FROM webhook_delivery d
    WHERE d.partner = w.partner AND d.state = 'waiting' AND d.next_at <= :now
      AND NOT ((d.partner, d.outbox_id) IN (
            SELECT * FROM unnest(CAST(:flying_partners AS text[]), CAST(:flying_messages AS bigint[]))))
    ORDER BY d.next_at, d.outbox_id LIMIT w.room) AS d
"""
# What is about to leave is noted as disclosed first: a crash may leave a note too many, never one too few.
_TAKE = text(
    """
WITH due AS ({due}), told AS (
  UPDATE webhook_delivery d SET told_at = :now FROM due
   WHERE d.partner = due.partner AND d.outbox_id = due.outbox_id AND due.told_at IS NULL
), noted AS (
  INSERT INTO query_log (asked_at, actor_kind, actor_id, purpose, subject, detail)
  SELECT :now, 'partner', due.partner, p.purpose, due.subject,
         jsonb_build_object('message', due.outbox_id, 'topic', o.topic)
    FROM due JOIN outbox o ON o.id = due.outbox_id JOIN webhook_partner p ON p.code = due.partner
   WHERE due.told_at IS NULL
)
SELECT due.partner, due.outbox_id, due.attempts, due.since, o.topic, o.subject, o.payload, o.recorded_at,
       due.subject AS line
  FROM due JOIN outbox o ON o.id = due.outbox_id
""".replace("{due}", _DUE)
)
_RECORD = text("""
UPDATE webhook_delivery d
   SET state = n.state, attempts = n.number, next_at = coalesce(n.next_at, d.next_at),
       ended_at = CASE WHEN n.state = 'waiting' THEN NULL ELSE CAST(:now AS timestamptz) END
  FROM unnest(CAST(:partners AS text[]), CAST(:messages AS bigint[]), CAST(:numbers AS int[]),
              CAST(:states AS text[]), CAST(:nexts AS timestamptz[])) AS n (partner, outbox_id, number, state, next_at)
 WHERE d.partner = n.partner AND d.outbox_id = n.outbox_id AND d.state = 'waiting'
""")
_COME_FORWARD = text("""
UPDATE webhook_delivery SET next_at = :now
 WHERE state = 'waiting' AND next_at > :now AND next_at < 'infinity' AND (:tried OR attempts = 0)
""")
_ACTIVE = text("""
SELECT p.code, p.url, array_agg(s.ciphertext ORDER BY s.id DESC) AS ciphertexts
  FROM webhook_partner p JOIN webhook_secret s ON s.partner = p.code
 WHERE p.state = 'active' AND (s.until IS NULL OR s.until > :now)
 GROUP BY p.code ORDER BY p.code
""")


class Target(NamedTuple):
    """Where a partner is told, and the secrets that sign now, the newest first."""

    code: str
    url: str
    secrets: tuple[bytes, ...]


class Due(NamedTuple):
    """A message whose time has come. ``line``: what its order is kept of, an entity or else the subject."""

    partner: str
    number: int
    attempts: int
    since: datetime
    topic: str
    subject: str
    payload: Mapping[str, Any]
    recorded_at: datetime
    line: str


class Ended(NamedTuple):
    """How an attempt ended. ``asked``: the seconds for which the partner asked to be left alone."""

    due: Due
    at: datetime
    outcome: str
    status: int | None
    milliseconds: int
    asked: float | None = None

    @property
    def delivered(self) -> bool:
        """Whether the partner took the message."""
        return self.outcome == "delivered"


def purpose_of(partner: str) -> str:
    """For which purpose a partner's secrets are encrypted."""
    return f"webhook secret of {partner}"


def targets(session: Session, now: datetime) -> list[Target]:
    """The partners that may be told now; one whose secret cannot be read is told nothing and keeps no other waiting."""
    found = []
    for row in session.execute(_ACTIVE, {"now": now}):
        try:
            secrets = tuple(decrypt(bytes(one), purpose_of(row.code)) for one in row.ciphertexts)
        except Problem as problem:
            log.warning("webhook_secret_unreadable", partner=row.code, code=problem.code)
            continue
        found.append(Target(row.code, row.url, secrets))
    return found


def come_forward(database: Database, *, tried: bool) -> None:
    """Let what waits for an hour ahead be sent now: a clock that has been set back since named that hour.

    What was never tried waits for none; what was tried, only where ``tried`` says that the clock was set back.
    """
    with database.bookkeeping() as session:
        session.execute(_COME_FORWARD, {"now": database.clock.now(), "tried": tried})


def turn(
    database: Database, ended: Sequence[Ended], rooms: Mapping[str, int], flying: Collection[tuple[str, int]]
) -> list[Due]:
    """Record what ended and take what is due, in one transaction; ``rooms``: how many each partner may be given.

    Messages that are given up leave an alarm. ``flying``: those under way.
    """
    now = database.clock.now()
    moved = {(one.due.partner, one.due.line) for one in ended if not one.delivered}
    given_up = _given_up(ended, now)
    if given_up:
        with database.unit_of_work(job_actor("deliver"), now=now) as uow:
            _record(uow.session, ended, now)
            for one in given_up:
                told = {"partner": one.due.partner, "message": one.due.number, "attempts": one.due.attempts + 1}
                uow.audit("notices.delivery_given_up", f"webhook:{one.due.partner}", told)
                uow.publish("alarm.webhook", one.due.partner, told)
                uow.after_commit(ALARMS.labels("webhook", "given_up").inc)
        ended = ()
    under_way = {"flying_partners": [one for one, _ in flying], "flying_messages": [number for _, number in flying]}
    with database.bookkeeping() as session:
        _record(session, ended, now)
        wanted = {partner: room for partner, room in rooms.items() if room > 0}
        if wanted:
            joined = session.execute(_JOIN, {"now": now, "partners": list(wanted), "most": _JOINING})
            moved |= {(row.partner, row.subject) for row in joined}
        _set_in_order(session, moved, now, under_way)
        if not wanted:
            return []
        asked = {"now": now, "partners": list(wanted), "rooms": list(wanted.values()), **under_way}
        return [Due(*row) for row in session.execute(_TAKE, asked)]


def _set_in_order(
    session: Session, lines: Collection[tuple[str, str]], now: datetime, under_way: Mapping[str, object]
) -> None:
    if lines:
        partners, subjects = zip(*sorted(lines), strict=True)
        asked = {"now": now, "partners": list(partners), "subjects": list(subjects), **under_way}
        session.execute(_IN_ORDER, asked)


def _given_up(ended: Sequence[Ended], now: datetime) -> list[Ended]:
    return [one for one in ended if not one.delivered and _next_at(one, now) is None]


def _next_at(one: Ended, now: datetime) -> datetime | None:
    return retry().next_at(now, one.due.since, one.due.attempts + 1, one.asked)


def _record(session: Session, ended: Sequence[Ended], now: datetime) -> None:
    if not ended:
        return
    nexts = [None if one.delivered else _next_at(one, now) for one in ended]
    states = [
        "delivered" if one.delivered else "dead" if at is None else "waiting"
        for one, at in zip(ended, nexts, strict=True)
    ]
    session.execute(
        _RECORD,
        {
            "now": now,
            "partners": [one.due.partner for one in ended],
            "messages": [one.due.number for one in ended],
            "numbers": [one.due.attempts + 1 for one in ended],
            "states": states,
            "nexts": nexts,
        },
    )
    over = [one.due for one, state in zip(ended, states, strict=True) if state != "waiting"]
    asked = {"now": now, "partners": [one.partner for one in over], "messages": [one.number for one in over]}
    session.execute(_FOLLOW, asked)
    session.execute(insert(WebhookAttempt), [_attempt(one) for one in ended])
    for one, state in zip(ended, states, strict=True):
        DELIVERIES.labels(one.outcome).inc()
        if state != "waiting":
            MESSAGES.labels("delivered" if one.delivered else "given_up").inc()


def _attempt(one: Ended) -> dict[str, object]:
    return {
        "partner": one.due.partner,
        "outbox_id": one.due.number,
        "number": one.due.attempts + 1,
        "at": one.at,
        "outcome": one.outcome,
        "status": one.status,
        "milliseconds": one.milliseconds,
    }
