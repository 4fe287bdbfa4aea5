"""Delivering again: messages that were given up, or all of a span of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
"""
_THESE = text(_AGAIN.format(which="d.outbox_id = ANY(CAST(:messages AS bigint[]))"))
_OF_SPAN = "o.recorded_at >= :since AND o.recorded_at < :until"
_SPAN = text(_AGAIN.format(which=f"{_OF_SPAN} AND (CAST(:state AS text) IS NULL OR d.state = :state)"))
_KNOWN = text("SELECT outbox_id FROM webhook_delivery WHERE partner = :code AND outbox_id = ANY(:messages)")


def redeliver(
    *,
    uow: UnitOfWork,
    code: str,
    reason: str,
    messages: Sequence[int] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    state: str | None = None,
) -> int:
    """Deliver messages again, those named or those recorded in [since, until); returns how many.

    ``state``: of a span only those in this state, as ``dead``. A message keeps its id, so that a receiver that has it
    knows it again.

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
        result = uow.session.execute(_THESE, {**asked, "messages": wanted})
    else:
        result = uow.session.execute(_SPAN, {**asked, "since": since, "until": until, "state": state})
    count: int = result.rowcount  # type: ignore[attr-defined] # of an UPDATE
    span = None if since is None or until is None else [since.isoformat(), until.isoformat()]
    told = {"reason": reason, "messages": list(messages), "span": span, "state": state, "count": count}
    found.audit_id = uow.audit("notices.redelivered", f"webhook:{code}", told)
    return count
