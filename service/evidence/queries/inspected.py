"""When entities were inspected last and how often this year: for caps, intervals and first inspections."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy.orm import Session

_INSPECTED = """
SELECT o.entity_id, max(o.held_on), count(*) FILTER (WHERE o.held_on >= :since),
       (array_agg(o.source || '/' || o.source_ref ORDER BY o.held_on DESC, o.id DESC))[1]
  FROM occasion o {sealed}
 WHERE o.held_on <= :day AND o.entity_id = ANY(:ids) AND NOT (o.type = ANY(:uncounted))
 GROUP BY o.entity_id
"""
_NOW = text(_INSPECTED.format(sealed=""))
_THEN = text(_INSPECTED.format(sealed="JOIN ledger_seal s ON s.audit_id = o.audit_id AND s.seq <= :position"))


class Inspected(NamedTuple):
    """``last_on``: day of the last inspection, ``last_ref`` its reference, ``visits`` those of the year so far."""

    last_on: date
    visits: int
    last_ref: str


def inspected(
    session: Session,
    ids: Collection[int],
    *,
    since: date,
    day: date,
    uncounted: Collection[str] = (),
    position: int | None = None,
) -> dict[int, Inspected]:
    """The inspections of entities up to a day, those since the first day of a year counted; none: left out.

    ``uncounted``: types of occasion that are no inspection in this sense. ``position``: as known at that sealed
    position; None: all that is committed.
    """
    asked = {"ids": list(ids), "since": since, "day": day, "uncounted": list(uncounted)}
    rows = session.execute(_NOW, asked) if position is None else session.execute(_THEN, asked | {"position": position})
    return {row[0]: Inspected(row[1], row[2], row[3]) for row in rows}
