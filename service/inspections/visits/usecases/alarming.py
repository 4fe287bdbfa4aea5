"""Alarms before a term lapses and once it has: results to publish, orders to correct, visits to make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from service import register
from service.inspections.visits.tables import VisitAlarm
from service.inspections.visits.vocabulary import alarms
from service.platform import local_day
from service.platform.metrics import ALARMS

if TYPE_CHECKING:
    from service.platform import UnitOfWork

_AT_ONCE = 1_000
_NEW = text("""
WITH today AS (
  SELECT * FROM unnest(CAST(:authorities AS text[]), CAST(:days AS date[])) AS today (authority, day)
), ahead AS (
  SELECT * FROM unnest(CAST(:kinds AS text[]), CAST(:ahead AS int[])) AS ahead (kind, days)
), term AS (
  SELECT 'publication' AS kind, v.number AS subject, v.id AS visit_id, v.authority, o.publish_by AS due_on
    FROM visit_outcome o JOIN visit v ON v.id = o.visit_id
   WHERE v.state = 'audited'
  UNION ALL
  SELECT 'order', r.number, v.id, v.authority, r.due_on
    FROM rectification_order r JOIN visit v ON v.id = r.visit_id
   WHERE r.outcome IS NULL
  UNION ALL
  SELECT 'visit', v.number, v.id, v.authority, v.last_day
    FROM visit v
   WHERE v.state IN ('dispatched', 'off_site', 'on_site')
), due AS (
  SELECT term.*, today.day, CASE WHEN today.day > term.due_on THEN 'overdue' ELSE 'due' END AS stage
    FROM term JOIN today USING (authority) JOIN ahead USING (kind)
   WHERE term.due_on - ahead.days <= today.day
)
SELECT due.* FROM due
 WHERE NOT EXISTS (
   SELECT FROM visit_alarm a
    WHERE a.kind = due.kind AND a.subject = due.subject AND a.stage = due.stage AND a.due_on = due.due_on)
 ORDER BY due.due_on, due.kind, due.subject LIMIT :limit
""")


def raise_alarms(uow: UnitOfWork) -> int:
    """Raise an alarm for every term that is near or over and of which none was raised yet; returns how many.

    Each is told once when its day comes near and once when it is over: as a row, in the outbox and in the metrics.
    """
    days = {row.code: local_day(uow.now, row.timezone) for row in register.authorities(uow.session)}
    asked = {
        "authorities": list(days),
        "days": list(days.values()),
        "kinds": list(alarms()),
        "ahead": [row.ahead_days for row in alarms().values()],
        "limit": _AT_ONCE,
    }
    found = uow.session.execute(_NEW, asked).all()
    if not found:
        return 0
    audit_id = uow.audit("inspections.alarms_raised", "visits", {"alarms": len(found)})
    for row in found:
        uow.session.add(
            VisitAlarm(
                kind=row.kind,
                stage=row.stage,
                subject=row.subject,
                visit_id=row.visit_id,
                due_on=row.due_on,
                raised_on=row.day,
                audit_id=audit_id,
            )
        )
        told = {"kind": row.kind, "stage": row.stage, "due_on": row.due_on.isoformat()}
        uow.publish("alarm.inspection", row.subject, told)
        uow.after_commit(ALARMS.labels(row.kind, row.stage).inc)
    uow.session.flush()
    return len(found)
