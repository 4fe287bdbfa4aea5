"""Entering: a code is scanned, by the entity or at its door, or a reason says why not; off-site work needs none."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from sqlalchemy import select

from service import register
from service.inspections.visits.reading import one_visit, team_of
from service.inspections.visits.tables import VisitEntryCode, VisitRow
from service.inspections.visits.usecases.acting import assigned, held_visit, note, zone_of
from service.inspections.visits.usecases.method import ON_SITE
from service.inspections.visits.vocabulary import visit_rules
from service.platform import Beyond, Problem, beyond_scope, local_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from typing import Unpack

    from service.platform import UnitOfWork

OFF_SITE_METHODS = ("off_site", "document")
_CODES = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{18}(?![0-9A-Za-z])")


class EntryCode(NamedTuple):
    """A code told once, and until when it is good."""

    code: str
    expires_at: datetime


class Noted(TypedDict, total=False):
    """What a device notes at the door: when, by its own clock (left out: now), and where, as ``VisitPlaceSchema``."""

    noted_at: datetime | None
    place: Mapping[str, int] | None


class Threshold(NamedTuple):
    """Who stands at the door, and what their device notes of it."""

    inspectors: Sequence[str]
    noted_at: datetime | None = None
    place: Mapping[str, int] | None = None


def ask_entry_code(uow: UnitOfWork, *, number: str, inspectors: Sequence[str]) -> EntryCode:
    """A random, short-lived code for one visit to one entity, naming who is about to enter.

    Raises:
        Problem: ``visit_not_found``, ``visit_wrong_state``, ``visit_inspector_not_assigned``,
            ``visit_too_few_present``, ``visit_certificate_invalid``, ``visit_day_outside``, ``visit_off_site``.
    """
    visit = held_visit(uow, number, states=("dispatched",))
    assigned(uow, visit)
    _on_site(visit)
    present = _present(uow, visit, inspectors, _day(uow, visit, uow.now))
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
    with beyond_scope(uow.session, Beyond.CODE):
        return _scanned(uow, code)


def _scanned(uow: UnitOfWork, code: str) -> VisitRow:
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
    _enter(uow, visit, Threshold(found.inspectors), scanned=True)
    return visit


def scan_at_door(
    uow: UnitOfWork, *, number: str, code: str, inspectors: Sequence[str], **noted: Unpack[Noted]
) -> VisitRow:
    """Inspectors scan the code of the entity, as the square on its licence bears it, and enter.

    Args:
        uow: of an inspector of the team.
        number: of the visit.
        code: what was scanned or typed: a key of the entity, or a text that holds its unified social credit code.
        inspectors: who enters.
        noted: what the device noted; an instant after now counts as now.

    Raises:
        Problem: as ``ask_entry_code``; ``visit_code_of_another``, ``visit_entered_before_dispatch``.
    """
    visit = held_visit(uow, number, states=("dispatched",))
    assigned(uow, visit)
    _on_site(visit)
    known = register.resolve(uow.session, keys_in(code))
    if visit.entity_id not in known.values():
        raise Problem("visit_code_of_another", pointer="/code", visit=number)
    _enter(uow, visit, _checked(uow, visit, Threshold(inspectors, **noted)), scanned=True, at_door=True)
    return visit


def keys_in(scanned: str) -> list[str]:
    """What may be an entity's key in a scanned text: all of it, and each unified social credit code (GB 32100-2015).

    The square of a licence bears an address that holds one.
    """
    return [scanned.strip(), *_CODES.findall(scanned)]


def enter_without_code(
    uow: UnitOfWork, *, number: str, inspectors: Sequence[str], reason: str, **noted: Unpack[Noted]
) -> VisitRow:
    """Enter where nobody could scan a code, with the reason why.

    Raises:
        Problem: as ``ask_entry_code``; ``visit_entered_before_dispatch``.
    """
    visit = held_visit(uow, number, states=("dispatched",))
    assigned(uow, visit)
    _on_site(visit)
    _enter(uow, visit, _checked(uow, visit, Threshold(inspectors, **noted)), reason=reason, scanned=False)
    return visit


def begin_off_site(uow: UnitOfWork, *, number: str, inspectors: Sequence[str], **noted: Unpack[Noted]) -> VisitRow:
    """Begin a visit that is made from afar or on papers.

    Raises:
        Problem: as ``ask_entry_code``; ``visit_on_site``, ``visit_entered_before_dispatch``.
    """
    visit = held_visit(uow, number, states=("dispatched",))
    assigned(uow, visit)
    if visit.method not in OFF_SITE_METHODS:
        raise Problem("visit_on_site", visit=number)
    checked = _checked(uow, visit, Threshold(inspectors, **noted))
    visit.present = tuple(checked.inspectors)
    visit.held_on = _day(uow, visit, checked.noted_at or uow.now)
    detail = {"inspectors": list(visit.present), **_noted(checked)}
    note(uow, visit, "begun_off_site", state="off_site", detail=detail)
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


def _enter(
    uow: UnitOfWork,
    visit: VisitRow,
    threshold: Threshold,
    *,
    scanned: bool,
    at_door: bool = False,
    reason: str | None = None,
) -> None:
    visit.present = tuple(threshold.inspectors)
    visit.held_on = _day(uow, visit, threshold.noted_at or uow.now)
    detail = {"inspectors": list(threshold.inspectors), "scanned": scanned, **_noted(threshold)}
    if at_door:
        detail["at_door"] = True
    note(uow, visit, "entered", state="on_site", reason=reason, detail=detail)


def _checked(uow: UnitOfWork, visit: VisitRow, said: Threshold) -> Threshold:
    """What was said of an entry, with who is there in order: on the day of the instant that the device noted.

    A device whose clock is ahead enters now; none enters before the visit was dispatched.
    """
    noted_at = None if said.noted_at is None else min(said.noted_at, uow.now)
    if noted_at is not None and noted_at < visit.opened_at:
        raise Problem("visit_entered_before_dispatch", pointer="/noted_at", visit=visit.number)
    day = _day(uow, visit, noted_at or uow.now)
    return Threshold(_present(uow, visit, said.inspectors, day), noted_at, said.place)


def _noted(threshold: Threshold) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if threshold.noted_at is not None:
        found["noted_at"] = threshold.noted_at.isoformat()
    if threshold.place is not None:
        found["place"] = dict(threshold.place)
    return found


def _on_site(visit: VisitRow) -> None:
    if visit.method in OFF_SITE_METHODS:
        raise Problem("visit_off_site", visit=visit.number)


def _day(uow: UnitOfWork, visit: VisitRow, at: datetime) -> date:
    """The day of an instant for the visit's authority, which lies within the days of the visit.

    Raises:
        Problem: ``visit_day_outside``.
    """
    day = local_day(at, zone_of(uow, visit))
    if not visit.first_day <= day <= visit.last_day:
        raise Problem("visit_day_outside", visit=visit.number, day=day, first=visit.first_day, last=visit.last_day)
    return day


def _present(uow: UnitOfWork, visit: VisitRow, inspectors: Sequence[str], day: date) -> tuple[str, ...]:
    """Who is there, in order: enough, all assigned, each with a certificate valid on the day."""
    team = team_of(uow.session, visit)
    codes = sorted(set(inspectors))
    for code in codes:
        if code not in team:
            raise Problem("visit_inspector_not_assigned", pointer="/inspectors", inspector=code, visit=visit.number)
    if len(codes) < visit_rules()["signatures"]:
        raise Problem("visit_too_few_present", pointer="/inspectors", least=visit_rules()["signatures"])
    roster = {row.code: row for row in register.inspectors(uow.session)}
    for code in codes:
        if code not in roster or not roster[code].may_visit_on(day):
            raise Problem("visit_certificate_invalid", pointer="/inspectors", inspector=code, first=day, last=day)
    return tuple(codes)


def _digest(code: str) -> bytes:
    return sha256(code.encode()).digest()
