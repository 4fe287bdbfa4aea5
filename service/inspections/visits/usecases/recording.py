"""The record of a visit: closed with a result code, signed by those who were there."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from scoring.kernel.canonical import canonical
from service.inspections.plans import person_of
from service.inspections.visits.checklist import complete, standing
from service.inspections.visits.reading import findings_of, record_of
from service.inspections.visits.tables import RECORDED, UNDER_WAY, VisitRecord, VisitRow, VisitSignature
from service.inspections.visits.usecases.acting import assigned, held_visit, note, refuse_not_entered
from service.inspections.visits.vocabulary import result_codes, visit_rules
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.inspections.visits.tables import VisitFinding
    from service.inspections.visits.vocabulary import ResultCode
    from service.platform import UnitOfWork


def record_visit(uow: UnitOfWork, *, number: str, result: str, remark: str | None) -> str:
    """Close the findings under a result code; returns the SHA-256 (hex) of the record that inspectors sign.

    Said again in the same words, by whomever of the team, it answers the same and changes nothing.

    Raises:
        Problem: ``visit_not_found``, ``visit_inspector_not_assigned``, ``visit_wrong_state``, ``visit_not_entered``,
            ``visit_recorded`` (in other words), ``visit_result_unknown``, ``visit_incomplete`` with every entry without
            a finding or in conflict, ``visit_result_contradicted``, ``visit_result_without_remark``.
    """
    visit = held_visit(uow, number, states=("dispatched", *UNDER_WAY, *RECORDED))
    assigned(uow, visit)
    refuse_not_entered(visit)
    if visit.state in RECORDED:
        return _recorded_before(uow, visit, result, remark)
    code = result_codes().get(result)
    if code is None:
        raise Problem("visit_result_unknown", pointer="/result", result=result[:40])
    if code.findings == "none" and not remark:
        raise Problem("visit_result_without_remark", pointer="/remark", result=code.code)
    pairs = complete(visit.checklist, standing(findings_of(uow.session, visit)), code)
    content = canonical(_content(visit, code, remark, [finding for _, finding in pairs]))
    digest = sha256(content).digest()
    audit_id = note(uow, visit, "recorded", state="recorded", detail={"result": code.code, "sha256": digest.hex()})
    uow.session.add(VisitRecord(visit_id=visit.id, result=code.code, content=content, sha256=digest, audit_id=audit_id))
    uow.session.flush()
    return digest.hex()


def _recorded_before(uow: UnitOfWork, visit: VisitRow, result: str, remark: str | None) -> str:
    """The digest of the record that there is, where it says the same.

    Raises:
        Problem: ``visit_recorded``.
    """
    record = record_of(uow.session, visit)
    assert record is not None  # noqa: S101 a recorded visit has a record
    if (record.result, json.loads(record.content)["remark"]) != (result, remark):
        raise Problem("visit_recorded", visit=visit.number, result=record.result)
    uow.abandon()
    return record.sha256.hex()


def sign_visit(uow: UnitOfWork, *, number: str, digest: str) -> VisitRow:
    """Sign the record, naming its digest. Signed by enough of those who were there, the visit waits for its audit.

    Raises:
        Problem: ``visit_not_found``, ``visit_inspector_not_assigned``, ``visit_wrong_state``, ``visit_not_present``,
            ``visit_digest_differs``.
    """
    visit = held_visit(uow, number, states=("recorded", "signed"))
    inspector = assigned(uow, visit)
    if inspector not in visit.present:
        raise Problem("visit_not_present", inspector=inspector, visit=number)
    record = record_of(uow.session, visit)
    if record is None or record.sha256.hex() != digest:
        raise Problem("visit_digest_differs", pointer="/sha256", visit=number)
    signed = signers(uow, record)
    if inspector in signed:
        uow.abandon()
        return visit
    whole = len(signed) + 1 >= visit_rules()["signatures"]
    audit_id = note(uow, visit, "signed", state="signed" if whole else None, detail={"sha256": digest})
    uow.session.add(
        VisitSignature(
            record_id=record.id, inspector=inspector, person=person_of(uow), signed_at=uow.now, audit_id=audit_id
        )
    )
    uow.session.flush()
    return visit


def signers(uow: UnitOfWork, record: VisitRecord) -> Sequence[str]:
    """Who signed a record, in order."""
    wanted = select(VisitSignature.inspector).where(VisitSignature.record_id == record.id)
    return uow.session.scalars(wanted.order_by(VisitSignature.signed_at, VisitSignature.inspector)).all()


def _content(visit: VisitRow, code: ResultCode, remark: str | None, findings: Sequence[VisitFinding]) -> dict[str, Any]:
    return {
        "visit": visit.number,
        "entity": visit.entity_key,
        "method": visit.method,
        "held_on": None if visit.held_on is None else visit.held_on.isoformat(),
        "present": list(visit.present),
        "result": code.code,
        "remark": remark,
        "findings": [
            {
                **{name: getattr(row, name) for name in ("item", "entry", "result", "severity", "note", "inspector")},
                "files": sorted(row.files),
                "noted_at": row.noted_at.isoformat(),
            }
            for row in findings
        ],
    }
