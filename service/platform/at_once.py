"""Statements that are a whole transaction by themselves: one round trip, with their own ledger row.

For the busiest writes only. Everything else goes through a unit of work, which costs some round trips more.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from psycopg.types.json import Jsonb

from service.platform.actor import Actor
from service.platform.request_id import current_request_id

LEDGER_CLAUSE: Final = """
ledger AS (
  INSERT INTO audit (id, recorded_at, actor_kind, actor_id, role, authority, action, subject, detail, request_id)
  SELECT %(audit_id)s, %(now)s, %(actor_kind)s, %(actor_id)s, %(role)s, %(actor_authority)s, %(action)s, %(subject)s,
         %(detail)s, %(request_id)s
    FROM stored)
"""
"""A clause of WITH that audits the rows of an earlier clause `stored` (at most one row)."""


def ledger_parameters(
    actor: Actor, now: datetime, *, audit_id: int, action: str, subject: str, detail: Mapping[str, Any]
) -> dict[str, Any]:
    """The parameters of `LEDGER_CLAUSE`; as for `UnitOfWork.audit`. `audit_id` is from `Database.next_audit_id`."""
    return {
        "audit_id": audit_id,
        "now": now,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "role": actor.role.value,
        "actor_authority": actor.authority,
        "action": action,
        "subject": subject,
        "detail": Jsonb(dict(detail)),
        "request_id": current_request_id(),
    }
