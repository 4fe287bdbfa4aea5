"""When evidence became known: the position of the ledger at which each row was sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

_EVENTS = text("""
SELECT e.source, e.source_ref, s.seq FROM event e JOIN ledger_seal s ON s.audit_id = e.audit_id
 WHERE e.entity_id = ANY(:ids) AND s.seq <= :position
""")
_OCCASIONS = text("""
SELECT o.id::text, s.seq FROM occasion o JOIN ledger_seal s ON s.audit_id = o.audit_id
 WHERE o.entity_id = ANY(:ids) AND s.seq <= :position
""")
_ACTS = text("""
SELECT DISTINCT e.entity_id, s.seq
  FROM event_act a JOIN event e ON e.id = a.event_id JOIN ledger_seal s ON s.audit_id = a.audit_id
 WHERE s.seq > :after AND s.seq <= :upto
""")
_SHARE = text("""
SELECT count(*), count(*) FILTER (WHERE s.seq <= :position)
  FROM event e LEFT JOIN ledger_seal s ON s.audit_id = e.audit_id WHERE e.decided_on <= :day
""")


class Clocked(NamedTuple):
    """Positions at which events, by source and reference, and occasions, as the engine calls them, were sealed."""

    events: Mapping[tuple[str, str], int]
    occasions: Mapping[str, int]


def clocked(session: Session, ids: Collection[int], *, position: int) -> Clocked:
    """Of entities (by internal number) the evidence up to a sealed position, with its own positions."""
    asked = {"ids": list(ids), "position": position}
    return Clocked(
        {(source, ref): seq for source, ref, seq in session.execute(_EVENTS, asked)},
        {row[0]: row[1] for row in session.execute(_OCCASIONS, asked)},
    )


def acted_upon(session: Session, *, after: int, upto: int) -> Sequence[tuple[int, int]]:
    """The entities (by number) of whose events an act was sealed after one position up to another; and when."""
    return [(row[0], row[1]) for row in session.execute(_ACTS, {"after": after, "upto": upto})]


def share_recorded(session: Session, *, day: date, position: int) -> float | None:
    """Of the events decided by a day the part that was sealed by a position; None where there are none."""
    decided, recorded = session.execute(_SHARE, {"day": day, "position": position}).one()
    return recorded / decided if decided else None
