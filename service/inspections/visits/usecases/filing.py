"""Files of evidence: kept by digest, attached to a visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from service.inspections.visits.tables import UNDER_WAY, VisitFile
from service.inspections.visits.usecases.acting import assigned, held_visit, note
from service.platform import KeptFile, keep_file

if TYPE_CHECKING:
    from service.platform import UnitOfWork


def attach_file(uow: UnitOfWork, *, number: str, content: bytes) -> KeptFile:
    """Keep a file and attach it to a visit; the same file again is attached once.

    Raises:
        Problem: ``visit_not_found``, ``visit_inspector_not_assigned``, ``visit_wrong_state``, ``stored_file_empty``,
            ``stored_file_kind``, ``stored_file_too_large``.
    """
    visit = held_visit(uow, number, states=UNDER_WAY)
    inspector = assigned(uow, visit)
    kept = keep_file(uow, content)
    there = select(VisitFile).where(VisitFile.visit_id == visit.id, VisitFile.sha256 == kept.sha256)
    if uow.session.scalars(there).one_or_none() is not None:
        uow.abandon()
        return kept
    audit_id = note(uow, visit, "file_attached", detail={"sha256": kept.sha256.hex(), "size": kept.size})
    uow.session.add(VisitFile(visit_id=visit.id, sha256=kept.sha256, inspector=inspector, audit_id=audit_id))
    uow.session.flush()
    return kept
