"""The audit of a signed record: sent back with a reason, or evidence, a publication clock and an order at once."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from service import evidence, register
from service.inspections.plans import person_of
from service.inspections.visits.allowance import hold_ledger
from service.inspections.visits.decisions import STATES_FOR
from service.inspections.visits.reading import acts_of, ever_of, record_of
from service.inspections.visits.tables import (
    UNDER_WAY,
    VisitOutcome,
    VisitRecord,
    VisitRegisterProposal,
    VisitRow,
)
from service.inspections.visits.usecases.acting import held_visit, note, today_of
from service.inspections.visits.usecases.rectifying import open_order, settle_by_recheck
from service.inspections.visits.vocabulary import (
    ATTEMPT,
    RECHECK,
    ResultCode,
    public_by,
    result_codes,
    visit_types,
)
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.platform import UnitOfWork

SOURCE = "visits"
"""Source of the occasions and events that audited results become; the reference is the visit's number."""


class Audited(NamedTuple):
    """What an audit caused. ``events``: by entry (item, entry), the event that its failure became."""

    visit: str
    occasion: int
    events: Mapping[tuple[str, str], int]
    publish_by: date
    order: str | None
    status: str | None


class _Case(NamedTuple):
    """A result while it is turned into evidence."""

    visit: VisitRow
    record: VisitRecord
    code: ResultCode
    today: date
    failed: tuple[Mapping[str, Any], ...]


def send_back(uow: UnitOfWork, *, number: str, reason: str) -> None:
    """Send a signed record back to its inspectors, who mend it and sign anew.

    Said again in the same words before anything else was done, it changes nothing.

    Raises:
        Problem: ``visit_not_found``, ``visit_wrong_state``, ``visit_own_work``.
    """
    visit = held_visit(uow, number, states=(*STATES_FOR["audit"], *UNDER_WAY))
    _refuse_own(uow, visit)
    last = acts_of(uow.session, visit)[-1]
    if (last.act, last.person, last.reason) == ("sent_back", person_of(uow), reason):
        uow.abandon()
        return
    if visit.state != "signed":
        raise Problem("visit_wrong_state", visit=number, state=visit.state, expected="signed")
    state = "on_site" if visit.method == "on_site" else "off_site"
    note(uow, visit, "sent_back", state=state, reason=reason)


def audit_visit(uow: UnitOfWork, *, number: str, reason: str, rectify_by: date | None = None) -> Audited:
    """Accept a signed record. Said again by the same person in the same words, it answers the same.

    In this one transaction the result becomes an occasion, with its events where something was found; its publication
    clock starts; an order to correct is opened; what the register should know is proposed.

    Args:
        uow: of a handler or approver who had no part in the visit.
        number: of the visit.
        reason: what the auditor says.
        rectify_by: by when what was found is corrected; None: the period of ``visits.toml``.

    Raises:
        Problem: ``visit_not_found``, ``visit_wrong_state``, ``visit_own_work``, ``visit_audited`` (by another person or
            in other words), ``rectify_by_past``, and as ``evidence.record``; then nothing is kept.
    """
    visit = held_visit(uow, number, states=(*STATES_FOR["audit"], "audited", "published"))
    _refuse_own(uow, visit)
    if visit.state != "signed":
        return _audited_before(uow, visit, reason=reason, rectify_by=rectify_by)
    # From under way to recorded while nobody counts, else who counts first one and then the other would miss it.
    hold_ledger(uow.session, [visit.entity_id], visit.year)
    record = record_of(uow.session, visit)
    assert record is not None  # noqa: S101 a signed visit has a record
    code, today = result_codes()[record.result], today_of(uow, visit)
    if rectify_by is not None and rectify_by < today:
        raise Problem("rectify_by_past", pointer="/rectify_by", day=rectify_by)
    said = json.loads(record.content)["findings"]
    failed = tuple(row for row in said if row["result"] == "fail")
    case = _Case(visit, record, code, today, failed)
    catalogue = evidence.read_catalogue(uow.session)
    occasion = evidence.record_body(uow=uow, body=_occasion(case), catalogue=catalogue, occasion=True).id
    events = _events(uow, case, catalogue)
    order = None
    if _orders(case):
        order = open_order(uow, visit, failed=failed, events=events, today=today, rectify_by=rectify_by)
    told = {"occasion": occasion, "events": [[*place, event] for place, event in events.items()], "order": order}
    asked = None if rectify_by is None else rectify_by.isoformat()
    due = _conclude(uow, case, reason=reason, told={**told, "status": code.status, "rectify_by": asked})
    if visit.order_id is not None and code.findings != "none":
        settle_by_recheck(uow, visit, performed=not failed, on=_held_on(case))
    uow.publish("inspections.visit_audited", number, {"result": code.code, "entity": visit.entity_key})
    uow.session.flush()
    return Audited(number, occasion, events, due, order, code.status)


def _audited_before(uow: UnitOfWork, visit: VisitRow, *, reason: str, rectify_by: date | None) -> Audited:
    """What an audit answered, for the same person who says the same.

    Raises:
        Problem: ``visit_audited``.
    """
    act = next(act for act in reversed(acts_of(uow.session, visit)) if act.act == "audited")
    said = act.detail
    asked = None if rectify_by is None else rectify_by.isoformat()
    if (act.person, act.reason, said.get("rectify_by", "")) != (person_of(uow), reason, asked):
        raise Problem("visit_audited", visit=visit.number, result=said["result"])
    uow.abandon()
    events = {(item, entry): event for item, entry, event in said["events"]}
    due = date.fromisoformat(said["publish_by"])
    return Audited(visit.number, said["occasion"], events, due, said["order"], said["status"])


def _conclude(uow: UnitOfWork, case: _Case, *, reason: str, told: Mapping[str, Any]) -> date:
    """Write the outcome and what it proposes to the register; returns the day by which it is public."""
    visit, code = case.visit, case.code
    due = public_by(_region(uow, visit), case.today)
    detail = {"result": code.code, "problems": len(case.failed), "publish_by": due.day.isoformat(), **told}
    audit_id = note(uow, visit, "audited", state="audited", reason=reason, detail=detail)
    uow.session.add(
        VisitOutcome(
            visit_id=visit.id,
            record_id=case.record.id,
            result=code.code,
            problems=len(case.failed),
            audited_on=case.today,
            audited_by=person_of(uow),
            occasion_id=told["occasion"],
            publish_by=due.day,
            publish_by_provisional=due.provisional,
            audit_id=audit_id,
        )
    )
    if code.status is not None:
        uow.session.add(
            VisitRegisterProposal(visit_id=visit.id, status=code.status, status_on=_held_on(case), audit_id=audit_id)
        )
    return due.day


def _refuse_own(uow: UnitOfWork, visit: VisitRow) -> None:
    """Neither a member of the team nor anyone who acted as an inspector on the visit audits it."""
    hands = {act.person for act in acts_of(uow.session, visit) if act.inspector is not None and act.act != "sent_back"}
    if uow.actor.person in ever_of(uow.session, visit) or person_of(uow) in hands:
        raise Problem("visit_own_work", visit=visit.number)


def _orders(case: _Case) -> bool:
    return case.code.rectification and bool(case.failed) and case.visit.type != RECHECK


def _held_on(case: _Case) -> date:
    held_on = case.visit.held_on
    assert held_on is not None  # noqa: S101 a recorded visit was held
    return held_on


def _occasion(case: _Case) -> dict[str, Any]:
    kinds = sorted({kind for row in case.visit.checklist["entries"] for kind in row["kinds"]})
    return {
        "source": SOURCE,
        "source_ref": case.visit.number,
        "entity": case.visit.entity_key,
        "type": ATTEMPT if case.code.attempt else visit_types()[case.visit.type].occasion,
        "held_on": _held_on(case).isoformat(),
        "kinds": kinds,
    }


def _events(uow: UnitOfWork, case: _Case, catalogue: evidence.Catalogue) -> dict[tuple[str, str], int]:
    """Record what the result itself and each failed entry become. A re-check finds no new facts: its order ends."""
    found: dict[tuple[str, str], int] = {}
    if case.visit.type == RECHECK:
        return found
    for place, code in enumerate(case.code.events, 1):
        body = _body(case, f"{case.visit.number}/{place}", code)
        evidence.record_body(uow=uow, body=body, catalogue=catalogue)
    if not case.code.score_findings:
        return found
    lines = {(row["item"], row["entry"]): row for row in case.visit.checklist["entries"]}
    for row in case.failed:
        place_ = (row["item"], row["entry"])
        body = _body(case, f"{case.visit.number}/{row['item']}/{row['entry']}", lines[place_]["event_code"])
        body |= {"severity": row["severity"], "kinds": lines[place_]["kinds"]}
        found[place_] = evidence.record_body(uow=uow, body=body, catalogue=catalogue).id
    return found


def _body(case: _Case, ref: str, code: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "source": SOURCE,
        "source_ref": ref,
        "entity": case.visit.entity_key,
        "code": code,
        "decided_on": case.today.isoformat(),
        "occasion": case.visit.number,
        "case_ref": case.visit.number,
    }
    if case.code.corrected:
        body["corrected_on"] = _held_on(case).isoformat()
    return body


def _region(uow: UnitOfWork, visit: VisitRow) -> str:
    return next(row.region for row in register.authorities(uow.session) if row.code == visit.authority)
