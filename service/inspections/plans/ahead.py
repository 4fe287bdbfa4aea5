"""Tasks whose frame is still to be frozen: what a change of the law may yet change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from service.inspections.plans.queries import task_of

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from service.inspections.plans.queries import Task

_AHEAD = text("""
SELECT t.number,
       coalesce((SELECT h.held FROM inspection_task_hold h WHERE h.number = t.number ORDER BY h.id DESC LIMIT 1), false)
  FROM (SELECT DISTINCT ON (number) number, body FROM inspection_task_version ORDER BY number, id DESC) t
 WHERE t.body ->> 'channel' = 'random' AND t.body ->> 'last_day' >= :day
 ORDER BY t.body ->> 'cut_off_day', t.number
""")


class Ahead(NamedTuple):
    """A task whose visits are not over. ``held``: a draw was frozen over it, so its frame stays as it is."""

    task: Task
    held: bool


def tasks_ahead(session: Session, day: date) -> list[Ahead]:
    """Random tasks of plans that were not withdrawn whose last day of visits is that day or later, by cut-off day."""
    rows = session.execute(_AHEAD, {"day": day.isoformat()})
    found = [Ahead(task_of(session, number), held) for number, held in rows]
    return [one for one in found if one.task.plan.state != "withdrawn"]
