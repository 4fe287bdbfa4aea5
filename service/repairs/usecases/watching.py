"""What an operator watches of repairs: cases whose term is over, and repairs from outside that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from service import register
from service.platform import local_day
from service.platform.metrics import OVERDUE, UNALARMED, backlog
from service.repairs.usecases.outside import CONSUMER, REPAIRED, REVOKED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform.metrics import Figure

_PROCEDURES: Final = ("repair", "objection")
_OVER = text("""
SELECT c.procedure, count(*) AS over, count(*) FILTER (WHERE NOT EXISTS (
         SELECT FROM repair_alarm a WHERE a.case_id = c.id AND a.stage = 'over' AND a.due_on = c.due_on)) AS untold
  FROM repair_case c
  JOIN unnest(CAST(:authorities AS text[]), CAST(:days AS date[])) AS today (authority, day) USING (authority)
 WHERE c.open AND c.due_on < today.day GROUP BY c.procedure
""")


def figures(session: Session, now: datetime) -> Iterator[Figure]:
    """Open cases whose term is over, by procedure, and what of the outbox measures have not followed."""
    days = {row.code: local_day(now, row.timezone) for row in register.authorities(session)}
    found = session.execute(_OVER, {"authorities": list(days), "days": list(days.values())})
    counts = {row.procedure: (row.over, row.untold) for row in found}
    for procedure in _PROCEDURES:
        over, untold = counts.get(procedure, (0, 0))
        yield OVERDUE.of(over, kind=procedure)
        yield UNALARMED.of(untold, kind=procedure)
    yield from backlog(session, now, CONSUMER, (REPAIRED, REVOKED))
