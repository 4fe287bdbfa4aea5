"""What persons decided in place of the rule: how often, month by month, for everybody; who, when and why, for staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from service import register
from service.inspections.draws import refuse_unknown_register
from service.platform import local_day, override_kinds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from service.platform import Actor, web

# A month is that of the authority's own clock; the bounds of the year lie wide enough for every zone.
_COUNTS = text("""
SELECT o.authority, to_char(o.taken_at AT TIME ZONE a.timezone, 'YYYY-MM') AS month, o.kind, count(*) AS count
  FROM override o JOIN authority a ON a.code = o.authority
 WHERE o.taken_at >= make_timestamptz(:year, 1, 1, 0, 0, 0, 'UTC') - interval '1 day'
   AND o.taken_at < make_timestamptz(:year + 1, 1, 1, 0, 0, 0, 'UTC') + interval '1 day'
   AND extract(year FROM o.taken_at AT TIME ZONE a.timezone) = :year
   AND (CAST(:authority AS text) IS NULL OR o.authority = :authority)
 GROUP BY 1, 2, 3 ORDER BY 2, 1, 3
""")
_LISTED = """
SELECT o.id, o.kind, o.authority, o.subject, o.person, o.role, o.staff_code, o.proposed_by, o.reason, o.taken_at
  FROM override o JOIN authority a ON a.code = o.authority
 WHERE (CAST(:authorities AS text[]) IS NULL OR o.authority = ANY(:authorities))
   AND (CAST(:authority AS text) IS NULL OR o.authority = :authority)
   AND (CAST(:kind AS text) IS NULL OR o.kind = :kind)
   AND (CAST(:first AS date) IS NULL OR (o.taken_at AT TIME ZONE a.timezone)::date >= :first)
   AND (CAST(:last AS date) IS NULL OR (o.taken_at AT TIME ZONE a.timezone)::date <= :last)
   AND o.id {beyond} :after ORDER BY o.id {order} LIMIT :limit
"""
_OLDEST = text(_LISTED.format(beyond=">", order=""))
_NEWEST = text(_LISTED.format(beyond="<", order="DESC"))


class Listing(NamedTuple):
    """Which overrides to list; None: all. ``first`` and ``last``: days, both included."""

    authority: str | None = None
    kind: str | None = None
    first: date | None = None
    last: date | None = None


def this_year(session: Session, now: datetime) -> int:
    """The year that it is for the authority where it is latest."""
    return max((local_day(now, row.timezone) for row in register.authorities(session)), default=now.date()).year


def override_counts(session: Session, *, authority: str | None, year: int) -> list[dict[str, Any]]:
    """Counts by month (``YYYY-MM``), authority and kind, oldest first; what never happened has no row.

    Raises:
        Problem: ``draw_register_not_found``.
    """
    if authority is not None:
        refuse_unknown_register(session, authority)
    rows = session.execute(_COUNTS, {"authority": authority, "year": year}).mappings()
    return [{**row, "of": override_kinds()[row["kind"]].of} for row in rows]


def overrides(session: Session, actor: Actor, asked: Listing, page: web.Page) -> Sequence[Row[Any]]:
    """The overrides of the authorities that the caller reaches, one more than the page holds where there is more."""
    given = {**asked._asdict(), "authorities": actor.authorities}
    statement = _NEWEST if page.newest else _OLDEST
    return session.execute(statement, {**given, "after": page.after_number, "limit": page.limit + 1}).all()


def kinds_told() -> list[dict[str, str]]:
    """Every kind with its names."""
    return [one._asdict() for one in override_kinds().values()]


def override_row(row: Row[Any]) -> dict[str, Any]:
    """One override as JSON has it."""
    return {**row._asdict(), "of": override_kinds()[row.kind].of}
