"""Delivering again: messages that were given up, or all of a span of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from service.notices.webhooks.partners import held_partner
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from service.platform import UnitOfWork

# Attempts go on being counted and kept; the days after which a message is given up begin anew.
_AGAIN = """
UPDATE webhook_delivery d
   SET state = 'waiting', since = :now, told_at = NULL, ended_at = NULL,
       next_at = CASE WHEN d.state <> 'waiting' THEN NULL WHEN d.next_at < 'infinity' THEN :now ELSE d.next_at END
  FROM outbox o
 WHERE o.id = d.outbox_id AND d.partner = :code AND d.state <> 'dropped' AND {which}
RETURNING d.outbox_id
"""
_THESE = text(_AGAIN.format(which="d.outbox_id = ANY(CAST(:messages AS bigint[]))"))
_OF_SPAN = "o.recorded_at >= :since AND o.recorded_at < :until"
_SPAN = text(_AGAIN.format(which=f"{_OF_SPAN} AND (CAST(:state AS text) IS NULL OR d.state = :state)"))
_HELD_BACK = text("""
SELECT d.outbox_id AS message, ahead.outbox_id AS waits_for, nullif(ahead.next_at, 'infinity') AS not_before
  FROM webhook_delivery d
 CROSS JOIN LATERAL (
   SELECT b.outbox_id, b.next_at FROM webhook_delivery b
    WHERE b.partner = d.partner AND b.subject = d.subject AND b.state = 'waiting' AND b.outbox_id < d.outbox_id
    ORDER BY b.outbox_id LIMIT 1) AS ahead
 WHERE d.partner = :code AND d.outbox_id = ANY(CAST(:messages AS bigint[])) AND ahead.outbox_id <> ALL(:messages)
 ORDER BY d.outbox_id LIMIT :most
""")
TOLD = 100
"""Messages that are told to wait for another, at most."""
_KNOWN = text("SELECT outbox_id FROM webhook_delivery WHERE partner = :code AND outbox_id = ANY(:messages)")


class HeldBack(NamedTuple):
    """A message that goes out after another of its entity; ``not_before``: when that one is tried, if known."""

    message: int
    waits_for: int
    not_before: datetime | None


@dataclass(frozen=True, slots=True)
class Redelivered:
    """How many messages are delivered again, and which of them wait for an older one."""

    count: int
    held_back: Sequence[HeldBack]


def redeliver(
    *,
    uow: UnitOfWork,
    code: str,
    reason: str,
    messages: Sequence[int] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    state: str | None = None,
) -> Redelivered:
    """Deliver messages again, those named or those recorded in [since, until).

    ``state``: of a span only those in this state, as ``dead``. A message keeps its id, so that a receiver that has it
    knows it again. It goes before what was recorded after it, even where that waits to be tried again, and after what
    was recorded before it and still waits; the answer tells which message that is.

    Raises:
        Problem: ``webhook_partner_unknown``, ``webhook_partner_ended``, ``webhook_message_unknown``,
            ``webhook_span_incomplete``.
    """
    if bool(messages) == (since is not None or until is not None) or (since is None) != (until is None):
        raise Problem("webhook_span_incomplete", pointer="/messages")
    found = held_partner(uow, code)
    asked = {"code": code, "now": uow.now}
    if messages:
        wanted = sorted(set(messages))
        known = set(uow.session.scalars(_KNOWN, {"code": code, "messages": wanted}))
        if missing := [one for one in wanted if one not in known]:
            raise Problem("webhook_message_unknown", pointer="/messages", message=missing[0], partner=code)
        again = list(uow.session.scalars(_THESE, {**asked, "messages": wanted}))
    else:
        again = list(uow.session.scalars(_SPAN, {**asked, "since": since, "until": until, "state": state}))
    held_back = uow.session.execute(_HELD_BACK, {"code": code, "messages": again, "most": TOLD})
    span = None if since is None or until is None else [since.isoformat(), until.isoformat()]
    told = {"reason": reason, "messages": list(messages), "span": span, "state": state, "count": len(again)}
    found.audit_id = uow.audit("notices.redelivered", f"webhook:{code}", told)
    return Redelivered(len(again), [HeldBack(*row) for row in held_back])
