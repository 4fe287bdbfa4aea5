"""Rows of evidence put straight into the tables: what reads are tested on, without the rooms above them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from service.evidence import tables
from service.platform import LedgerSeal

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_numbers = count(1)
DAY = date(2025, 3, 1)


def event(session: Session, entity: int, *, audit: int = 1, **given: object) -> int:
    """One event row; returns its number."""
    ref = f"e{next(_numbers)}"
    facts: dict[str, Any] = {
        "source": "cases",
        "source_ref": ref,
        "body_sha256": b"",
        "decision_kind": "penalty",
        "code": "fine",
        "severity": "general",
        "decided_on": DAY,
        "final": True,
    }
    row = tables.Event(entity_id=entity, audit_id=audit, **{**facts, **given})
    session.add(row)
    session.flush()
    return row.id


def act(session: Session, event_id: int, name: str, *, on: date = DAY, audit: int = 1, **detail: object) -> None:
    """One act on an event."""
    row = tables.EventAct(
        event_id=event_id,
        act=name,
        acted_on=on,
        detail=detail,
        source="cases",
        source_ref=f"a{next(_numbers)}",
        body_sha256=b"",
        audit_id=audit,
    )
    session.add(row)
    session.flush()


def occasion(session: Session, entity: int, *, audit: int = 1, held_on: date = DAY, **given: object) -> int:
    """One occasion row; returns its number."""
    row = tables.Occasion(
        entity_id=entity,
        audit_id=audit,
        source="checks",
        source_ref=f"o{next(_numbers)}",
        body_sha256=b"",
        type=given.pop("type", "daily"),
        held_on=held_on,
        closed=given.pop("closed", False),
        **given,
    )
    session.add(row)
    session.flush()
    return row.id


def seal(session: Session, *audits: int) -> None:
    """Seal audit numbers in this order, after those sealed before."""
    start: int = session.execute(text("SELECT coalesce(max(seq), 0) FROM ledger_seal")).scalar_one()
    for seq, audit in enumerate(audits, start + 1):
        session.add(LedgerSeal(seq=seq, audit_id=audit, hash=b"", sealed_at=datetime(2026, 1, 1, tzinfo=UTC)))
    session.flush()
