"""An entity that cannot be found: reported, confirmed, reviewed by three different people; or dismissed by another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from sqlalchemy import select, text

from service.platform import Problem
from service.register.intake import check_entry
from service.register.queries import EntityFacts, authority_today, entity_number, facts
from service.register.tables import UnreachableStep
from service.register.usecases.entities import refuse, store_checked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from service.platform import UnitOfWork

Step: TypeAlias = Literal["reported", "confirmed", "reviewed", "dismissed"]

STATUS = "unreachable"
_ORDER = ("reported", "confirmed", "reviewed")
_LOCK = text("SELECT FROM entity WHERE id = :id FOR NO KEY UPDATE")


class UnreachableReport(NamedTuple):
    """How far a report has come. ``due``: the step that waits for another person, None when it is closed."""

    id: int
    key: str
    due: str | None


def report_unreachable(uow: UnitOfWork, *, key: str, found_on: date, evidence: str) -> UnreachableReport:
    """Report that an entity could not be found; nothing changes until two others agree.

    Raises:
        Problem: ``entity_not_found``, ``entity_out_of_scope``, ``entity_day_in_future``, ``unreachable_already``,
            ``unreachable_open``.
    """
    number = entity_number(uow.session, uow.actor, key)
    known = _locked(uow, number)
    if known.status == STATUS:
        raise Problem("unreachable_already")
    for report in {step.report_id for step in _steps(uow.session, entity_id=number)}:
        if _due(_steps(uow.session, report_id=report)) is not None:
            raise Problem("unreachable_open", report=report)
    report_id: int = uow.session.execute(text("SELECT nextval('unreachable_step_id_seq')")).scalar_one()
    _take(uow, known, report_id, "reported", (found_on, evidence))
    return UnreachableReport(report_id, known.key, _ORDER[1])


def take_unreachable_step(
    uow: UnitOfWork, *, report_id: int, step: Step, found_on: date, evidence: str
) -> UnreachableReport:
    """Confirm, review or dismiss a report. With the review the entity is unreachable since the day of the report.

    Raises:
        Problem: ``unreachable_not_found``, ``unreachable_closed``, ``unreachable_wrong_step``,
            ``unreachable_same_person``, ``entity_out_of_scope``, ``entity_day_in_future``.
    """
    first = next(iter(_steps(uow.session, report_id=report_id)), None)
    if first is None:
        raise Problem("unreachable_not_found", report=report_id)
    known = _locked(uow, first.entity_id)
    key = known.key
    entity_number(uow.session, uow.actor, key)
    taken = _steps(uow.session, report_id=report_id)
    due = _due(taken)
    if due is None:
        raise Problem("unreachable_closed")
    if step not in {due, "dismissed"}:
        raise Problem("unreachable_wrong_step", pointer="/step", expected=due)
    if not uow.actor.hands.isdisjoint(earlier.person for earlier in taken):
        raise Problem("unreachable_same_person")
    _take(uow, known, report_id, step, (found_on, evidence))
    if step == _ORDER[-1]:
        said = {"status": STATUS, "status_on": first.found_on.isoformat(), "status_evidence": f"report:{report_id}"}
        entry, flaws = check_entry({"key": key, "accept_unverified": True, **said})
        refuse(flaws)
        store_checked(uow, entry, "register.entity_unreachable", confirmed=True)
    following = None if step in {_ORDER[-1], "dismissed"} else _ORDER[_ORDER.index(step) + 1]
    return UnreachableReport(report_id, key, following)


def _take(uow: UnitOfWork, known: EntityFacts, report_id: int, step: Step, found: tuple[date, str]) -> None:
    found_on, evidence = found
    if found_on > authority_today(known, uow.now):
        raise Problem("entity_day_in_future", pointer="/found_on", day=found_on.isoformat())
    audit_id = uow.audit(f"register.unreachable_{step}", known.key, {"report": report_id, "evidence": evidence})
    uow.session.add(
        UnreachableStep(
            report_id=report_id,
            entity_id=known.id,
            step=step,
            person=_person(uow),
            found_on=found_on,
            evidence=evidence,
            taken_at=uow.now,
            audit_id=audit_id,
        )
    )
    uow.session.flush()


def _locked(uow: UnitOfWork, number: int) -> EntityFacts:
    """The entity, kept from other steps until this transaction ends."""
    uow.session.execute(_LOCK, {"id": number})
    return facts(uow.session, [number], position=None)[number]


def _steps(session: Session, **which: int) -> Sequence[UnreachableStep]:
    return session.scalars(select(UnreachableStep).filter_by(**which).order_by(UnreachableStep.id)).all()


def _due(taken: Sequence[UnreachableStep]) -> str | None:
    """The step that waits; None when the last one is taken, or it was dismissed."""
    names = [step.step for step in taken]
    return None if "dismissed" in names else next((step for step in _ORDER if step not in names), None)


def _person(uow: UnitOfWork) -> str:
    return f"{uow.actor.kind}:{uow.actor.id}"
