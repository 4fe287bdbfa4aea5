"""Adding a code to the catalogue, which only grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.dialects.postgresql import insert

from service.evidence import tables
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from service.platform import UnitOfWork


def add_severities(*, uow: UnitOfWork, severities: Mapping[str, Collection[str]]) -> None:
    """Add the severities by which an edition that is put in force weighs event codes; those held already stay."""
    rows = [{"code": code, "severity": one} for code, known in severities.items() for one in known]
    if rows:
        uow.session.execute(insert(tables.EventSeverity).on_conflict_do_nothing(), rows)


def add_code(*, uow: UnitOfWork, code: str, names: Mapping[str, str], kinds: Sequence[str]) -> bool:
    """Add an event code; False where the same one is held already.

    Raises:
        Problem: ``unknown_decision_kind``; ``catalogue_code_taken`` where it is held with another meaning;
            ``out_of_scope`` for a caller whose own scope is narrower than the whole.
    """
    if uow.actor.authority is not None or uow.actor.regions:  # the catalogue is everybody's, and a code stays for good
        raise Problem("out_of_scope")
    session = uow.session
    for place, kind in enumerate(kinds):
        if session.get(tables.DecisionKind, kind) is None:
            raise Problem("unknown_decision_kind", pointer=f"/kinds/{place}", value=kind)
    row = {"code": code, "names": dict(names), "kinds": list(kinds)}
    added = insert(tables.EventCode).values(row).on_conflict_do_nothing().returning(tables.EventCode.code)
    if session.execute(added).one_or_none():
        uow.audit("evidence.code_added", code, {"kinds": list(kinds)})
        return True
    held = session.get_one(tables.EventCode, code)
    if (held.names, held.kinds) != (row["names"], row["kinds"]):
        raise Problem("catalogue_code_taken", pointer="/code", value=code)
    return False
