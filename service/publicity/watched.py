"""What an operator watches of publicity: duties whose last day is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from service import register
from service.platform import local_day
from service.platform.metrics import OVERDUE, UNALARMED
from service.publicity.vocabulary import alarm_terms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform.metrics import Figure

_KIND: Final = "publicity"
_MOST: Final = 10_000
_OVER = text("""
SELECT count(*) AS over, count(*) FILTER (WHERE w.owed_on >= :told_from AND NOT EXISTS (
         SELECT FROM publication_alarm a
          WHERE a.event_id = w.event_id AND a.level = 'overdue' AND a.due_on = w.owed_on)) AS untold
  FROM (SELECT event_id, owed_on FROM publication_watch WHERE owed_on < :today
         ORDER BY owed_on DESC, event_id LIMIT :most) AS w
""")


def figures(session: Session, now: datetime) -> Iterator[Figure]:
    """Records of which something is owed whose day is over everywhere (10000 at most), and those nobody was told of.

    What has been over for so long that no alarm is raised of it any more counts as told.
    """
    days = [local_day(now, row.timezone) for row in register.authorities(session)]
    today = min(days, default=now.date())
    told_from = today - timedelta(days=alarm_terms().longest_overdue_days)
    row = session.execute(_OVER, {"today": today, "told_from": told_from, "most": _MOST}).one()
    yield OVERDUE.of(row.over, kind=_KIND)
    yield UNALARMED.of(row.untold, kind=_KIND)
