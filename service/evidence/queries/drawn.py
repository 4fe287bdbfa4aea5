"""Inspections of random draws that were made elsewhere: what they found, and with which chance they came."""

from __future__ import annotations

from itertools import groupby, islice
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from service.evidence.queries.known import known_events

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

_AT_ONCE = 500
_DRAWN = text("""
SELECT o.id, o.entity_id, o.source, o.type, o.held_on, o.closed, o.probability, e.id AS event
  FROM occasion o JOIN ledger_seal s ON s.audit_id = o.audit_id AND s.seq <= :position
       LEFT JOIN event e ON e.occasion_id = o.id
 WHERE o.probability IS NOT NULL ORDER BY o.id
""")


class DrawnOccasion(NamedTuple):
    """An inspection of a random draw. ``probability``: in billionths; ``codes``: of what it found, final and standing.

    ``entity``: internal number.
    """

    entity: int
    source: str
    type: str
    held_on: date
    closed: bool
    probability: int
    codes: tuple[str, ...]


def drawn_occasions(session: Session, *, position: int) -> Iterator[DrawnOccasion]:
    """Every occasion that says with which probability it was drawn, as known at a sealed position, oldest first.

    What was annulled, or withdrawn by law, was not found. Memory does not grow with the occasions.
    """
    rows = session.execute(_DRAWN, {"position": position}, execution_options={"yield_per": _AT_ONCE})
    each = (list(found) for _, found in groupby(rows, key=lambda row: row.id))
    while some := list(islice(each, _AT_ONCE)):
        codes = _codes(session, some, position)
        for found in some:
            row, mine = found[0], (codes.get(one.event) for one in found)
            said = (row.entity_id, row.source, row.type, row.held_on, row.closed, row.probability)
            yield DrawnOccasion(*said, tuple(code for code in mine if code is not None))


def _codes(session: Session, occasions: Sequence[Sequence[Row[tuple[int]]]], position: int) -> dict[int | None, str]:
    """The code of each event that stands, by its number."""
    events = [row.event for rows in occasions for row in rows if row.event is not None]
    return {
        number: known.event.code
        for _, number, known in known_events(session, "id", events, position=position)
        if known.event.final and known.event.annulled_on is None and known.withdrawn_on is None
    }
