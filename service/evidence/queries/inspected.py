"""When entities were inspected last and how often this year: for caps, intervals and first inspections."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy.orm import Session

_INSPECTED = text("""
SELECT o.entity_id, max(o.held_on), count(*) FILTER (WHERE o.held_on >= :since),
       (array_agg(o.source || '/' || o.source_ref ORDER BY o.held_on DESC, o.id DESC))[1]
  FROM occasion o
 WHERE o.held_on <= :day AND o.entity_id = ANY(:ids) AND NOT (o.type = ANY(:uncounted))
 GROUP BY o.entity_id
""")


class Inspected(NamedTuple):
    """``last_on``: day of the last inspection, ``last_ref`` its reference, ``visits`` those of the year so far."""

    last_on: date
    visits: int
    last_ref: str


def inspected(
    session: Session, ids: Collection[int], *, since: date, day: date, uncounted: Collection[str] = ()
) -> dict[int, Inspected]:
    """The inspections of entities up to a day, those since the first day of a year counted; none: left out.

    ``uncounted``: types of occasion that are no inspection in this sense.
    """
    rows = session.execute(_INSPECTED, {"ids": list(ids), "since": since, "day": day, "uncounted": list(uncounted)})
    return {row[0]: Inspected(row[1], row[2], row[3]) for row in rows}
