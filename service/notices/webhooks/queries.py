"""Reading partners, what is to be delivered to them, and every attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text

from service.notices.webhooks.fanning import CONSUMER
from service.notices.webhooks.partners import within
from service.notices.webhooks.tables import WebhookAttempt, WebhookDelivery, WebhookPartner, WebhookSecret
from service.notices.webhooks.topics import topics
from service.platform import Problem
from service.platform.metrics import backlog, gauge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Actor
    from service.platform.metrics import Figure

_COUNTS = text("""
SELECT partner, count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state = 'dead') AS dead
  FROM webhook_delivery WHERE state IN ('waiting', 'dead') AND (CAST(:code AS text) IS NULL OR partner = :code)
 GROUP BY partner
""")
_DELIVERIES = text("""
SELECT d.outbox_id AS message, o.topic, d.subject, o.recorded_at, d.state, d.attempts, d.ended_at,
       nullif(d.next_at, 'infinity') AS next_at, a.outcome, a.status, a.at AS tried_at,
       CASE WHEN d.state = 'waiting' THEN (
         SELECT b.outbox_id FROM webhook_delivery b
          WHERE b.partner = d.partner AND b.subject = d.subject AND b.state = 'waiting' AND b.outbox_id < d.outbox_id
          ORDER BY b.outbox_id LIMIT 1) END AS waits_for
  FROM webhook_delivery d JOIN outbox o ON o.id = d.outbox_id
  LEFT JOIN LATERAL (SELECT outcome, status, at FROM webhook_attempt
                      WHERE partner = d.partner AND outbox_id = d.outbox_id ORDER BY id DESC LIMIT 1) a ON true
 WHERE d.partner = :code AND d.outbox_id > :after AND (CAST(:state AS text) IS NULL OR d.state = :state)
 ORDER BY d.outbox_id LIMIT :limit
""")
_FIGURES = text("""
SELECT p.state, count(*) AS partners, coalesce(sum(waiting.deliveries), 0) AS waiting,
       coalesce(extract(epoch FROM CAST(:now AS timestamptz) - min(waiting.since)), 0)::float8 AS oldest,
       coalesce(sum(dead.deliveries), 0) AS dead
  FROM webhook_partner p
 CROSS JOIN LATERAL (
   SELECT count(*) AS deliveries, min(since) AS since FROM (
     SELECT since FROM webhook_delivery WHERE partner = p.code AND state = 'waiting' LIMIT :most) AS w) AS waiting
 CROSS JOIN LATERAL (
   SELECT count(*) AS deliveries FROM (
     SELECT FROM webhook_delivery WHERE partner = p.code AND state = 'dead' LIMIT :most) AS d) AS dead
 GROUP BY p.state
""")
_MOST = 10_000
_STATES = ("active", "paused", "ended")
_WAITING = gauge("webhook_deliveries_waiting", "Deliveries that wait for partners not paused, 10000 of each at most")
_OLDEST = gauge("webhook_oldest_seconds", "Age of the oldest of them")
_DEAD = gauge("webhook_deliveries_dead", "Deliveries that were given up, 10000 of each partner at most")
_PARTNERS = gauge("webhook_partners", "Partners", "state")


def partners(session: Session, actor: Actor, now: datetime, *, after: str, limit: int) -> list[dict[str, Any]]:
    """Partners within the caller's scope, by code."""
    rows = session.scalars(select(WebhookPartner).where(WebhookPartner.code > after).order_by(WebhookPartner.code))
    found = [row for row in rows if within(actor, row)][:limit]
    return _told(session, found, now, None)


def partner(session: Session, actor: Actor, now: datetime, code: str) -> dict[str, Any]:
    """One partner within the caller's scope.

    Raises:
        Problem: ``webhook_partner_unknown``.
    """
    return _told(session, [_within(session, actor, code)], now, code)[0]


def deliveries(
    session: Session, actor: Actor, code: str, *, state: str | None, after: int, limit: int
) -> list[dict[str, Any]]:
    """What a partner was or is to be told, oldest first, each with its newest attempt.

    Raises:
        Problem: ``webhook_partner_unknown``.
    """
    _within(session, actor, code)
    asked = {"code": code, "state": state, "after": after, "limit": limit}
    return [row._asdict() for row in session.execute(_DELIVERIES, asked)]


def attempts(session: Session, actor: Actor, code: str, message: int) -> Sequence[WebhookAttempt]:
    """Every attempt to deliver one message, oldest first.

    Raises:
        Problem: ``webhook_partner_unknown``, ``webhook_message_unknown``.
    """
    _within(session, actor, code)
    if session.get(WebhookDelivery, (code, message)) is None:
        raise Problem("webhook_message_unknown", message=message, partner=code)
    wanted = select(WebhookAttempt).where(WebhookAttempt.partner == code, WebhookAttempt.outbox_id == message)
    return session.scalars(wanted.order_by(WebhookAttempt.id)).all()


def figures(session: Session, now: datetime) -> Iterator[Figure]:
    """How many deliveries wait for partners that are not paused, how many were given up; how many partners."""
    rows = {row.state: row for row in session.execute(_FIGURES, {"now": now, "most": _MOST})}
    active = rows.get("active")
    yield _WAITING.of(active.waiting if active else 0)
    yield _OLDEST.of(max(0.0, active.oldest) if active else 0)
    yield _DEAD.of(sum(row.dead for row in rows.values()))
    yield from (_PARTNERS.of(rows[state].partners if state in rows else 0, state=state) for state in _STATES)
    yield from backlog(session, now, CONSUMER, list(topics()))


def _within(session: Session, actor: Actor, code: str) -> WebhookPartner:
    found = session.get(WebhookPartner, code)
    if found is None or not within(actor, found):
        raise Problem("webhook_partner_unknown", partner=code)
    return found


def _told(session: Session, rows: Sequence[WebhookPartner], now: datetime, code: str | None) -> list[dict[str, Any]]:
    counts = {row.partner: row for row in session.execute(_COUNTS, {"code": code})}
    signing = (
        select(WebhookSecret.partner, func.count(), func.min(WebhookSecret.until))
        .where((WebhookSecret.until.is_(None)) | (WebhookSecret.until > now))
        .group_by(WebhookSecret.partner)
    )
    secrets = {one: (count, until) for one, count, until in session.execute(signing)}
    return [
        {
            **{name: getattr(row, name) for name in ("code", "name", "url", "topics", "authority", "regions")},
            **{name: getattr(row, name) for name in ("kinds", "tiers", "purpose", "state", "since")},
            "secrets": secrets.get(row.code, (0, None))[0],
            "old_secret_until": secrets.get(row.code, (0, None))[1],
            "waiting": counts[row.code].waiting if row.code in counts else 0,
            "dead": counts[row.code].dead if row.code in counts else 0,
        }
        for row in rows
    ]
