"""The catalogues as they stand in the database, remembered by each process."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias
from weakref import WeakKeyDictionary

from sqlalchemy import select, text

from service.evidence import tables
from service.evidence.catalogue import Catalogue, DecisionKind, EventCode
from service.platform import only_reads, told_once
from service.register import kind_names

if TYPE_CHECKING:
    from sqlalchemy import Pool
    from sqlalchemy.orm import Session

    from service.platform import Database

    Revision: TypeAlias = tuple[int, ...]
    """How many rows each catalogue has: the same number, the same rows."""

_ROWS = text("""
SELECT (SELECT count(*) FROM decision_kind), (SELECT count(*) FROM event_code), (SELECT count(*) FROM event_severity),
       (SELECT count(*) FROM entity_kind)
""")
_remembered: WeakKeyDictionary[Pool, tuple[Revision, Catalogue]] = WeakKeyDictionary()


def catalogue(database: Database, *, afresh: bool = False) -> Catalogue:
    """The catalogues; read once, and again when something was not found in them (``afresh``) and they have grown.

    Rows are never changed or deleted, so what is remembered can only be incomplete, never wrong.
    """
    known = _remembered.get(database.engine.pool)
    if known is not None and not afresh:
        return known[1]
    with database.reader() as session:
        return read_catalogue(session)


def read_catalogue(session: Session) -> Catalogue:
    """The catalogues as this session sees them: one that only reads is told what is remembered, while it is all."""
    if not only_reads(session):
        return _read(session)  # what it has written itself may yet be undone
    rows: Revision = told_once(session, _ROWS, lambda: tuple(session.execute(_ROWS).one()))
    pool = session.get_bind().engine.pool
    known = _remembered.get(pool)
    if known is None or known[0] != rows:
        known = _remembered[pool] = (rows, _read(session))
    return known[1]


def _read(session: Session) -> Catalogue:
    kinds = session.scalars(select(tables.DecisionKind))
    codes = session.scalars(select(tables.EventCode))
    severities: dict[str, list[str]] = {}
    for row in session.scalars(select(tables.EventSeverity).order_by(tables.EventSeverity.severity)):
        severities.setdefault(row.code, []).append(row.severity)
    return Catalogue(
        {
            row.code: DecisionKind(
                row.code,
                row.names,
                row.final,
                row.offence,
                row.penalty,
                "refuse" if row.before_establishment == "refuse" else "warn",
                "refuse" if row.after_deregistration == "refuse" else "warn",
            )
            for row in kinds
        },
        {
            row.code: EventCode(row.code, row.names, tuple(row.kinds), tuple(severities.get(row.code, ())))
            for row in codes
        },
        frozenset(kind_names(session)),
    )
