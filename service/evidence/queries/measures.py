"""Measures as they stand: by record, by entity, by state."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from service.evidence.bulk.jobs import GREATEST
from service.evidence.documents import measure_document
from service.evidence.intake.single import prefix
from service.evidence.measures import statutory_kinds
from service.evidence.queries.records import entity_facts
from service.evidence.sql import sql
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Actor

_ONE = timedelta(days=1)
_BANS = text("""
SELECT e.entity_id, m.starts_on, m.ends_on, x.lifted_on
  FROM measure m JOIN event e ON e.id = m.event_id
       CROSS JOIN LATERAL (
         SELECT min(y.acted_on) AS lifted_on FROM measure_act y
          WHERE y.measure_id = m.id AND y.act = 'lifted') AS x
 WHERE e.entity_id = ANY(:ids) AND m.kind = ANY(:kinds)
   AND NOT EXISTS (SELECT FROM event_act y WHERE y.event_id = e.id AND y.act IN ('annulment', 'withdrawal'))
 ORDER BY m.id
""")
"""No repair lifts these, so that none of them is suspended or restored."""


class MeasureFilter(NamedTuple):
    """Which measures: of an entity, of a record (by number), in a state.

    ``as_of``: how they stood on that day, else today; ``position``: as known at that sealed position, else now.
    """

    entities: list[int] | None = None
    record: int | None = None
    state: str | None = None
    as_of: date | None = None
    position: int | None = None


class Ban(NamedTuple):
    """A statutory ban: from a day to the day before ``until``; None: until further notice."""

    since: date
    until: date | None


def measures(
    session: Session, actor: Actor, now: datetime, wanted: MeasureFilter, *, after: int = 0, limit: int | None = 100
) -> Sequence[Any]:
    """A page of the measures in a caller's scope, in order of their numbers: rows of measures.sql."""
    scope = {"authorities": actor.authorities, "regions": [prefix(region) for region in actor.regions] or None}
    return _read(session, now, wanted, **scope, id=None, after=after, limit=limit)


def entity_measures(
    session: Session, actor: Actor, key: str, *, now: datetime, as_of: date | None = None
) -> list[dict[str, Any]]:
    """All measures against an entity, as the interface shows them.

    Raises:
        Problem: ``entity_not_found``.
    """
    entity = entity_facts(session, key)
    if entity is None:
        raise Problem("entity_not_found", key=key[:80])
    wanted = MeasureFilter(entities=[entity.id], as_of=as_of)
    return [measure_document(row) for row in measures(session, actor, now, wanted, limit=None)]


def measure(session: Session, number: int, now: datetime) -> Any:  # noqa: ANN401 - a row of measures.sql
    """One measure whatever its scope; None where there is none, or its record was withdrawn by law."""
    if number > GREATEST:
        return None
    unscoped = {"authorities": None, "regions": None}
    found = _read(session, now, MeasureFilter(), **unscoped, id=number, after=0, limit=1)
    return found[0] if found else None


def measures_on(session: Session, record: int, now: datetime) -> Sequence[Any]:
    """All measures that rest upon a record, as they stand today: rows of measures.sql."""
    unscoped = {"authorities": None, "regions": None}
    return _read(session, now, MeasureFilter(record=record), **unscoped, id=None, after=0, limit=None)


def bans_of(session: Session, entity_ids: Collection[int]) -> dict[int, list[Ban]]:
    """The statutory bans of each entity that ran or run, without those whose record was struck. Every id has an entry.

    One that was lifted ends on the day of the act, else on the day after its last one.
    """
    found: dict[int, list[Ban]] = {number: [] for number in entity_ids}
    for row in session.execute(_BANS, {"ids": list(entity_ids), "kinds": statutory_kinds()}):
        ends = [day for day in (row.lifted_on, row.ends_on and row.ends_on + _ONE) if day is not None]
        found[row.entity_id].append(Ban(row.starts_on, min(ends, default=None)))
    return found


def _read(session: Session, now: datetime, wanted: MeasureFilter, **given: object) -> Sequence[Any]:
    asked = {**wanted._asdict(), "now": now, **given}
    return session.connection().exec_driver_sql(sql("measures"), asked).all()
