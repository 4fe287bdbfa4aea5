"""What an operator watches of visits: terms that are over, draws that stall, news of draws that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from service import register
from service.inspections.visits.usecases.following import CONSUMER, TOPICS
from service.inspections.visits.usecases.stalling import stalled_draws
from service.inspections.visits.vocabulary import alarms
from service.platform import local_day
from service.platform.metrics import OVERDUE, UNALARMED, backlog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform.metrics import Figure

# Each part goes through what is open alone, by an index: audited and not yet public, not yet corrected, not yet made.
_OVER = text("""
WITH today AS (
  SELECT * FROM unnest(CAST(:authorities AS text[]), CAST(:days AS date[])) AS today (authority, day)
), term AS (
  SELECT 'publication' AS kind, v.number AS subject, v.authority, o.publish_by AS due_on
    FROM visit v JOIN visit_outcome o ON o.visit_id = v.id WHERE v.state = 'audited'
  UNION ALL
  SELECT 'order', r.number, v.authority, r.due_on
    FROM rectification_order r JOIN visit v ON v.id = r.visit_id WHERE r.outcome IS NULL
  UNION ALL
  SELECT 'visit', v.number, v.authority, v.last_day
    FROM visit v WHERE v.state IN ('dispatched', 'off_site', 'on_site')
)
SELECT term.kind, count(*) AS over, count(*) FILTER (WHERE NOT EXISTS (
         SELECT FROM visit_alarm a
          WHERE a.kind = term.kind AND a.subject = term.subject AND a.stage = 'overdue' AND a.due_on = term.due_on
       )) AS untold
  FROM term JOIN today USING (authority) WHERE term.due_on < today.day GROUP BY term.kind
""")


def figures(session: Session, now: datetime) -> Iterator[Figure]:
    """Terms of visits that are over by kind, draws that stall, and what of the outbox visits have not followed."""
    days = {row.code: local_day(now, row.timezone) for row in register.authorities(session)}
    found = session.execute(_OVER, {"authorities": list(days), "days": list(days.values())})
    counts = {row.kind: (row.over, row.untold) for row in found}
    for kind in alarms():
        over, untold = counts.get(kind, (0, 0))
        yield OVERDUE.of(over, kind=kind)
        yield UNALARMED.of(untold, kind=kind)
    yield stalled_draws(session)
    yield from backlog(session, now, CONSUMER, TOPICS)
