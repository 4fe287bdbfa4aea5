"""Whose year is asked about: an authority with all below it, within the caller's scope."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from service import register
from service.inspections.plans import reached, zone_of
from service.platform import Problem, local_day, web

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Actor


class Asked(NamedTuple):
    """A year of some authorities, up to ``on``: the last day that is over or under way.

    ``authority``: the one that was named, None for all in scope. ``zone``: the time zone in which days are counted.
    """

    authority: str | None
    authorities: tuple[str, ...]
    year: int
    on: date
    zone: str

    @property
    def first_day(self) -> date:
        """The first day of the year."""
        return date(self.year, 1, 1)

    @property
    def end(self) -> date:
        """The first day of the year after."""
        return date(self.year + 1, 1, 1)


def asked(session: Session, actor: Actor, *, authority: str | None, year: int | None, now: datetime) -> Asked:
    """The year of an authority and those below it; none named: all that the caller reaches, this year.

    Raises:
        Problem: ``entity_authority_unknown``, ``out_of_scope``, ``statistics_year_to_come``, ``day_out_of_years``
            for a year of which no day is kept.
    """
    if year is not None and not web.FIRST_YEAR <= year <= web.LAST_YEAR:
        raise Problem("day_out_of_years", pointer="/year", value=year, first=web.FIRST_YEAR, last=web.LAST_YEAR)
    if authority is not None and not actor.reaches(authority):
        raise Problem("out_of_scope")
    rows = register.authorities(session)
    if authority is not None:
        codes, zones = reached(session, [authority]), [zone_of(session, authority)]
    else:
        codes, zones = tuple(row.code for row in rows), [row.timezone for row in rows if actor.reaches(row.code)]
    today, zone = max(((local_day(now, zone), zone) for zone in zones), default=(now.date(), "UTC"))
    chosen = today.year if year is None else year
    if chosen > today.year:
        raise Problem("statistics_year_to_come", pointer="/year", year=chosen, today=today.isoformat())
    within = tuple(code for code in codes if actor.reaches(code))
    return Asked(authority, within, chosen, min(today, date(chosen, 12, 31)), zone)
