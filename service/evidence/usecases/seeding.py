"""Fill the catalogues with what ships; add what a newer version brings, change nothing that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from service.evidence import catalogue, tables

if TYPE_CHECKING:
    from service.platform import UnitOfWork


def seed(uow: UnitOfWork) -> int:
    """Add the shipped decision kinds and event codes that are missing; returns how many were."""
    uow.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('evidence.seed', 0))"))
    kinds = [{**kind._asdict(), "names": dict(kind.names)} for kind in catalogue.decision_kinds()]
    codes = [
        {"code": code.code, "names": dict(code.names), "kinds": list(code.kinds)} for code in catalogue.event_codes()
    ]
    added = 0
    for table, rows in ((tables.DecisionKind, kinds), (tables.EventCode, codes)):
        held = set(uow.session.scalars(select(table.code)))
        missing = [row for row in rows if row["code"] not in held]
        if missing:
            statement = insert(table).values(missing).on_conflict_do_nothing().returning(table.code)
            added += len(uow.session.execute(statement).all())
    if added:
        uow.audit("evidence.seeded", "evidence", {"rows": added})
    return added
