"""Entering: a code that the entity scans, or a stated reason why there was none; off-site work begins without one."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from service import register
from service.inspections.visits.reading import one_visit, team_of
from service.inspections.visits.tables import VisitEntryCode, VisitRow
from service.inspections.visits.usecases.acting import assigned, held_visit, note, today_of
from service.inspections.visits.usecases.method import ON_SITE
from service.inspections.visits.vocabulary import visit_rules
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from service.platform import UnitOfWork

OFF_SITE_METHODS = ("off_site", "document")


class EntryCode(NamedTuple):
    """A code told once, and until when it is good."""

    code: str
    expires_at: datetime


def ask_entry_code(uow: UnitOfWork, *, number: str, inspectors: Sequence[str]) -> EntryCode:
    """A random, short-lived code for one visit to one entity, naming who is about to enter.

    Raises:
        Problem: ``visit_not_found``, ``visit_wrong_state``, ``visit_inspector_not_assigned``,
            ``visit_too_few_present``, ``visit_certificate_invalid``, ``visit_day_outside``, ``visit_off_site``.
    """
    visit = held_visit(uow, number, states=("dispatched",))
    assigned(uow, visit)
    _on_site(visit)
    present = _present(uow, visit, inspectors)
    code = secrets.token_urlsafe(16)
    expires_at = uow.now + timedelta(minutes=visit_rules()["code_minutes"])
    audit_id = note(uow, visit, "entry_code_asked", detail={"inspectors": list(present)})
    uow.session.add(
        VisitEntryCode(
            sha256=_digest(code), visit_id=visit.id, inspectors=present, expires_at=expires_at, audit_id=audit_id
        )
    )
    uow.session.flush()
    return EntryCode(code, expires_at)


def scan_entry_code(uow: UnitOfWork, *, code: str) -> VisitRow:
    """The entity scans the code: the hour of entry and who entered are written down. Scanned again, nothing changes.

    Raises:
        Problem: ``visit_code_unknown``, ``visit_code_expired``, ``visit_day_outside``, ``visit_wrong_state``.
    """
    found = uow.session.get(VisitEntryCode, _digest(code))
    if found is None:
        raise Problem("visit_code_unknown")
    number = uow.session.scalars(select(VisitRow.number).where(VisitRow.id == found.visit_id)).one()
    visit = one_visit(uow.session, number, held=True)
    if visit.state == "on_site":
        uow.abandon()
        return visit
    if visit.state != "dispatched":
        raise Problem("visit_wrong_state", visit=number, state=visit.state, expected="dispatched")
    if found.expires_at <= uow.now:
        raise Problem("visit_code_expired")
    _enter(uow, visit, found.inspectors, reason=None, scanned=True)
    return visit


def enter_without_code(uow: UnitOfWork, *, number: str, inspectors: Sequence[str], reason: str) -> VisitRow:
    """Enter where nobody could scan a code, with the reason why.

    Raises:
        Problem: as ``ask_entry_code``.
    """
    visit = held_visit(uow, number, states=("dispatched",))
    assigned(uow, visit)
    _on_site(visit)
    _enter(uow, visit, _present(uow, visit, inspectors), reason=reason, scanned=False)
    return visit


def begin_off_site(uow: UnitOfWork, *, number: str, inspectors: Sequence[str]) -> VisitRow:
    """Begin a visit that is made from afar or on papers.

    Raises:
        Problem: as ``ask_entry_code``; ``visit_on_site``.
    """
    visit = held_visit(uow, number, states=("dispatched",))
    assigned(uow, visit)
    if visit.method not in OFF_SITE_METHODS:
        raise Problem("visit_on_site", visit=number)
    visit.present = _present(uow, visit, inspectors)
    visit.held_on = today_of(uow, visit)
    note(uow, visit, "begun_off_site", state="off_site", detail={"inspectors": list(visit.present)})
    return visit


def go_on_site(uow: UnitOfWork, *, number: str, reason: str) -> VisitRow:
    """Turn an off-site visit into one on site, for a reason; the entity then scans a code like any other.

    Raises:
        Problem: ``visit_not_found``, ``visit_wrong_state``, ``visit_inspector_not_assigned``, ``visit_on_site``.
    """
    visit = held_visit(uow, number, states=("dispatched", "off_site"))
    assigned(uow, visit)
    if visit.method not in OFF_SITE_METHODS:
        raise Problem("visit_on_site", visit=number)
    visit.method = ON_SITE
    if visit.own is not None:
        visit.own = {**visit.own, "method": ON_SITE}
    visit.held_on = None
    note(uow, visit, "gone_on_site", state="dispatched", reason=reason)
    return visit


def _enter(uow: UnitOfWork, visit: VisitRow, present: Sequence[str], *, reason: str | None, scanned: bool) -> None:
    visit.present = tuple(present)
    visit.held_on = _day(uow, visit)
    detail = {"inspectors": list(present), "scanned": scanned}
    note(uow, visit, "entered", state="on_site", reason=reason, detail=detail)


def _on_site(visit: VisitRow) -> None:
    if visit.method in OFF_SITE_METHODS:
        raise Problem("visit_off_site", visit=visit.number)


def _day(uow: UnitOfWork, visit: VisitRow) -> date:
    """Today, which lies within the days of the visit.

    Raises:
        Problem: ``visit_day_outside``.
    """
    today = today_of(uow, visit)
    if not visit.first_day <= today <= visit.last_day:
        raise Problem("visit_day_outside", visit=visit.number, day=today, first=visit.first_day, last=visit.last_day)
    return today


def _present(uow: UnitOfWork, visit: VisitRow, inspectors: Sequence[str]) -> tuple[str, ...]:
    """Who is there, in order: enough, all assigned, each with a certificate valid today."""
    team, today = team_of(uow.session, visit), _day(uow, visit)
    codes = sorted(set(inspectors))
    for code in codes:
        if code not in team:
            raise Problem("visit_inspector_not_assigned", pointer="/inspectors", inspector=code, visit=visit.number)
    if len(codes) < visit_rules()["signatures"]:
        raise Problem("visit_too_few_present", pointer="/inspectors", least=visit_rules()["signatures"])
    roster = {row.code: row for row in register.inspectors(uow.session)}
    for code in codes:
        if code not in roster or not roster[code].may_visit_on(today):
            raise Problem("visit_certificate_invalid", pointer="/inspectors", inspector=code, first=today, last=today)
    return tuple(codes)


def _digest(code: str) -> bytes:
    return sha256(code.encode()).digest()
