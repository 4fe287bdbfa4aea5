"""Files of evidence as those who may see the visit get them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from service.inspections.visits.reading import may_see, one_visit
from service.inspections.visits.tables import VisitFile
from service.platform import Problem, read_file

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.platform import Actor


def visit_file(session: Session, actor: Actor, number: str, digest: str) -> bytes:
    """The bytes of a file attached to a visit, by its SHA-256 in hexadecimal.

    Raises:
        Problem: ``visit_not_found``, ``visit_file_not_found``.
    """
    visit = one_visit(session, number)
    if not may_see(session, actor, visit):
        raise Problem("visit_not_found", visit=number[:80])
    files = {one.hex(): one for one in session.scalars(select(VisitFile.sha256).where(VisitFile.visit_id == visit.id))}
    kept = read_file(session, files[digest]) if digest in files else None
    if kept is None:
        raise Problem("visit_file_not_found", visit=number, sha256=digest[:64])
    return kept[1]
