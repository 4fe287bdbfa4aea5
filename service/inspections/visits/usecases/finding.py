"""Findings as devices send them, once or again: kept once, conflicts shown, settled by the lead."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from scoring.kernel.canonical import canonical
from service.inspections.visits.checklist import entry_at, standing
from service.inspections.visits.reading import findings_of, team_of
from service.inspections.visits.tables import RECORDED, UNDER_WAY, VisitFile, VisitFinding, VisitRow
from service.inspections.visits.usecases.acting import assigned, held_visit, note, refuse_not_entered
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.platform import UnitOfWork


class Sent(NamedTuple):
    """What became of one finding: ``stored`` or ``held`` before; whether its entry is in conflict now."""

    client_id: str
    outcome: str
    conflict: bool


def sync_findings(uow: UnitOfWork, *, number: str, findings: Sequence[Mapping[str, Any]]) -> list[Sent]:
    """Take a batch of findings, all or none. One sent before in the same words is held and changes nothing.

    Args:
        uow: of an inspector of the team.
        number: of the visit.
        findings: as ``VisitFindingSchema`` says: ``client_id``, ``item``, ``entry``, ``result``, ``severity``,
            ``note``, ``files``, ``noted_at``, ``settles``.

    Raises:
        Problem: ``visit_not_found``, ``visit_inspector_not_assigned``, ``visit_wrong_state``, ``visit_not_entered``
            (nobody has, or not since the team changed), ``finding_client_id_taken`` (the same id with other words),
            ``invalid_body`` with every fault.
    """
    visit = held_visit(uow, number, states=("dispatched", *UNDER_WAY, *RECORDED))
    inspector = assigned(uow, visit)
    bodies = [{**one, "noted_at": one["noted_at"].isoformat(), "inspector": inspector} for one in findings]
    known = {row.client_id: row for row in findings_of(uow.session, visit)}
    fresh: list[tuple[Mapping[str, Any], bytes]] = []
    digests: dict[str, bytes] = {}
    for place, (body, said) in enumerate(zip(bodies, findings, strict=True)):
        digest = sha256(canonical(body)).digest()
        held = known[body["client_id"]].body_sha256 if body["client_id"] in known else digests.get(body["client_id"])
        if held is None:
            fresh.append((said, digest))
        elif held != digest:
            at = f"/findings/{place}/client_id"
            raise Problem("finding_client_id_taken", pointer=at, client_id=body["client_id"])
        digests[body["client_id"]] = digest
    if fresh:
        _store(uow, visit, inspector, fresh)
    else:
        uow.abandon()
    now = standing(findings_of(uow.session, visit))
    stored = {said["client_id"] for said, _ in fresh}
    return [
        Sent(
            one["client_id"],
            "stored" if one["client_id"] in stored else "held",
            now[one["item"], one["entry"]].in_conflict,
        )
        for one in findings
    ]


def _store(uow: UnitOfWork, visit: VisitRow, inspector: str, fresh: Sequence[tuple[Mapping[str, Any], bytes]]) -> None:
    refuse_not_entered(visit)
    if visit.state not in UNDER_WAY:
        raise Problem("visit_wrong_state", visit=visit.number, state=visit.state, expected=", ".join(UNDER_WAY))
    faults = list(_faults(uow, visit, inspector, [said for said, _ in fresh]))
    if faults:
        raise Problem("invalid_body", errors=faults, count=len(faults))
    audit_id = note(uow, visit, "findings_taken", detail={"findings": len(fresh)})
    uow.session.add_all(
        VisitFinding(
            visit_id=visit.id,
            **{name: said[name] for name in ("client_id", "item", "entry", "result", "severity", "note", "settles")},
            files=tuple(said["files"]),
            inspector=inspector,
            noted_at=said["noted_at"],
            received_at=uow.now,
            body_sha256=digest,
            audit_id=audit_id,
        )
        for said, digest in fresh
    )
    uow.session.flush()


def _faults(
    uow: UnitOfWork, visit: VisitRow, inspector: str, findings: Sequence[Mapping[str, Any]]
) -> Iterator[Problem]:
    lead = team_of(uow.session, visit)[0]
    files = {
        digest.hex() for digest in uow.session.scalars(select(VisitFile.sha256).where(VisitFile.visit_id == visit.id))
    }
    for place, said in enumerate(findings):
        at = f"/findings/{place}"
        line = entry_at(visit.checklist, said["item"], said["entry"])
        if line is None:
            yield Problem("finding_entry_unknown", pointer=f"{at}/entry", item=said["item"], entry=said["entry"])
            continue
        if said["result"] == "fail" and said["severity"] not in line["severities"]:
            yield Problem("finding_severity", pointer=f"{at}/severity", severities=", ".join(line["severities"]))
        if said["result"] != "fail" and said["severity"] is not None:
            yield Problem("finding_severity_without_fail", pointer=f"{at}/severity")
        if said["result"] == "not_applicable" and not said["note"]:
            yield Problem("finding_without_reason", pointer=f"{at}/note")
        if said["settles"] and inspector != lead:
            yield Problem("finding_not_by_lead", pointer=f"{at}/settles", lead=lead)
        for index, digest in enumerate(said["files"]):
            if digest not in files:
                yield Problem("finding_file_unknown", pointer=f"{at}/files/{index}", sha256=digest)
