"""Seats that inspectors were given outside of draws: with those of draws they are the load of a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from service.inspections.plans.tables import SeatTaken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from service.platform import UnitOfWork

_OF_YEAR = text("SELECT inspector, sum(seats)::int FROM inspection_seat WHERE year = :year GROUP BY inspector")
_OF_VISIT = text("""
SELECT inspector, year, sum(seats)::int FROM inspection_seat WHERE visit = :visit GROUP BY inspector, year
HAVING sum(seats) <> 0 ORDER BY inspector
""")


def take_seats(uow: UnitOfWork, *, visit: str, year: int, inspectors: Iterable[str], audit_id: int) -> None:
    """Count a seat of a visit for each of these; a seat that is left later stays counted, as those of draws do."""
    for inspector in inspectors:
        uow.session.add(SeatTaken(visit=visit, year=year, inspector=inspector, seats=1, audit_id=audit_id))
    uow.session.flush()


def take_seats_back(uow: UnitOfWork, *, visit: str, audit_id: int) -> None:
    """Count none of the seats of a visit any more: it was called off and nobody went."""
    for inspector, year, seats in uow.session.execute(_OF_VISIT, {"visit": visit}).all():
        uow.session.add(SeatTaken(visit=visit, year=year, inspector=inspector, seats=-seats, audit_id=audit_id))
    uow.session.flush()


def seats_taken(session: Session, year: int) -> dict[str, int]:
    """The seats of each inspector in a year at visits that no draw sent out."""
    return {row[0]: row[1] for row in session.execute(_OF_YEAR, {"year": year}) if row[1]}
