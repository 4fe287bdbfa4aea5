"""Files of a draw: what shows why an attempt failed, or why something is to happen after the draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service import register
from service.inspections.draws.parts import authorities_of
from service.inspections.draws.store import Draw, acts, add_act, held, newest
from service.platform import KeptFile, Problem, keep_file, keep_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.platform import UnitOfWork


def attach_evidence(uow: UnitOfWork, *, draw: str, content: bytes) -> KeptFile:
    """Keep a file with a draw; the same file again is kept once.

    Raises:
        Problem: ``draw_not_found``, ``out_of_scope``, ``stored_file_empty``, ``stored_file_kind``,
            ``stored_file_too_large``.
    """
    found = held(uow, draw, anyone=True)
    whose = {found.authority, *authorities_of(uow.session, found).values()}
    if not register.reaches_authority(uow.session, uow.actor, *whose):
        raise Problem("out_of_scope")
    kept = keep_file(uow, content)
    _attach(uow, found, kept)
    return kept


def attach_record(uow: UnitOfWork, found: Draw, record: Mapping[str, Any]) -> str:
    """Keep with a draw what the service writes down as evidence; returns its digest."""
    kept = keep_record(uow, record)
    _attach(uow, found, kept)
    return kept.sha256.hex()


def refuse_absent_evidence(uow: UnitOfWork, found: Draw, evidence: str) -> None:
    """Refuse evidence that is named by a digest under which no file is kept with the draw.

    What is kept for something else, auditors of the draw could not read under its name.

    Raises:
        Problem: ``draw_evidence_unknown``.
    """
    if evidence not in newest(acts(uow.session, found, "file"), "file"):
        raise Problem("draw_evidence_unknown", pointer="/evidence", evidence=evidence, draw=found.number)


def _attach(uow: UnitOfWork, found: Draw, kept: KeptFile) -> None:
    """The same file again is kept once."""
    digest = kept.sha256.hex()
    if digest not in newest(acts(uow.session, found, "file"), "file"):
        add_act(uow, found, "file", digest, {"size": kept.size, "media_type": kept.media_type})
