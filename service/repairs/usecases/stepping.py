"""One step of a case: held against the table, its clocks and the persons before it, and written with its traces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from scoring.kernel.errors import LawError
from scoring.repair import MACHINES, Party, Row, refused_as
from service import register
from service.platform import Problem, local_day
from service.repairs.entering import entries_in, is_barred, issued_one
from service.repairs.reading import CaseLaw, clocks_of, holders_of, laws_of, may_see, one_case
from service.repairs.tables import RepairStep
from service.repairs.vocabulary import parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from service.platform import UnitOfWork
    from service.repairs.tables import RepairCase


class Case(NamedTuple):
    """A case that is held: nobody else acts on it. ``steps`` grows with each step taken."""

    row: RepairCase
    law: CaseLaw
    steps: list[RepairStep]
    today: date


def person_of(uow: UnitOfWork) -> str:
    """Who acts, as steps write it down."""
    return f"{uow.actor.kind}:{uow.actor.id}"


def held_case(uow: UnitOfWork, procedure: str, number: str) -> Case:
    """A case within the caller's scope, held until the transaction ends.

    Raises:
        Problem: ``repair_case_not_found``, also outside the caller's scope.
    """
    row = one_case(uow.session, procedure, number, held=True)
    if uow.actor.kind != "job" and not may_see(uow.session, uow.actor, row):
        raise Problem("repair_case_not_found", case=number[:80])
    return case_of(uow, row)


def case_of(uow: UnitOfWork, row: RepairCase) -> Case:
    """A row that is held already, with its law and its steps."""
    return cases_held(uow, [row])[0]


def cases_held(uow: UnitOfWork, rows: Sequence[RepairCase]) -> list[Case]:
    """Rows that are held already, each with its law and its steps: some statements for all of them."""
    session = uow.session
    zones = {row.code: row.timezone for row in register.authorities(session)}
    laws = laws_of(session, rows)
    taken: dict[int, list[RepairStep]] = {row.id: [] for row in rows}
    wanted = select(RepairStep).where(RepairStep.case_id.in_(taken)).order_by(RepairStep.case_id, RepairStep.place)
    for step in session.scalars(wanted):
        taken[step.case_id].append(step)
    return [
        Case(row, laws[row.edition_id, row.procedure], taken[row.id], local_day(uow.now, zones[row.authority]))
        for row in rows
    ]


def part_in(uow: UnitOfWork, case: Case, event: str) -> tuple[Row, Party]:
    """The row of an event in the case's state, and the part in which the caller may take it.

    Raises:
        Problem: ``repair_step_not_open``, ``repair_term_over``, ``repair_wrong_part``, ``repair_same_person``,
            ``repair_issued_code``: the caller issued a code with which somebody acted here for the entity.
    """
    row = _row(case, event)
    part = next((one for one in parts_of(uow.actor.role) if one in row.by), None)
    if part is None:
        raise Problem("repair_wrong_part", case=case.row.number, event=event, parts=", ".join(row.by))
    over = next((one for one in clocks_of(case.law, case.steps, case.today) if one.stage == "over" and one.lapse), None)
    if over is not None and over.face.due is not None:
        raise Problem("repair_term_over", case=case.row.number, clock=over.clock, due=over.face.due.day)
    holders = holders_of(case.steps)
    own = {*uow.actor.hands, *([] if uow.actor.person is None else [uow.actor.person])}
    if any(refused_as(row, part, name, holders) == "same_person" for name in own):
        raise Problem("repair_same_person", case=case.row.number, event=event, parts=", ".join(row.apart))
    if is_barred(row) and issued_one(uow.actor, entries_in(uow.session, case.row, case.steps)):
        raise Problem("repair_issued_code", case=case.row.number, event=event)
    return row, part


def take(
    uow: UnitOfWork, case: Case, event: str, part: Party, *, reason: str | None, detail: Mapping[str, Any] | None = None
) -> RepairStep:
    """Write a step that nothing speaks against; the case moves, its clocks are read anew, the outbox is told."""
    row = _row(case, event)
    if part not in row.by:
        raise Problem("repair_wrong_part", case=case.row.number, event=event, parts=", ".join(row.by))
    told = {"case": case.row.number, "event": event, "state": row.to, **(detail or {})}
    audit_id = uow.audit(f"repairs.{case.row.procedure}_{event}", case.row.entity_key, told)
    machine = part in MACHINES
    step = RepairStep(
        case_id=case.row.id,
        place=len(case.steps) + 1,
        event=event,
        state=row.to,
        part=part,
        person=part if machine else person_of(uow),
        staff_code=None if machine else uow.actor.person,
        taken_on=case.today,
        taken_at=uow.now,
        reason=reason,
        detail=dict(detail or {}),
        audit_id=audit_id,
    )
    uow.session.add(step)
    case.steps.append(step)
    refresh(case)
    subject = {"case": case.row.number, "record": case.row.event_id, "state": row.to, "edition": case.row.edition_id}
    uow.publish(f"{case.row.procedure}.{event}", case.row.entity_key, subject)
    return step  # what many cases did is sent together, when the transaction ends


def act_on(
    uow: UnitOfWork, case: Case, event: str, *, reason: str | None, detail: Mapping[str, Any] | None = None
) -> RepairStep:
    """Take a step as the caller; see `part_in` and `take`."""
    _, part = part_in(uow, case, event)
    return take(uow, case, event, part, reason=reason, detail=detail)


def _row(case: Case, event: str) -> Row:
    try:
        return case.law.workflow.step(case.row.state, event)
    except LawError:
        rows = (case.law.workflow.step(case.row.state, one) for one in case.law.workflow.events(case.row.state))
        may = ", ".join(row.event for row in rows if set(row.by) - MACHINES) or "–"
        raise Problem(
            "repair_step_not_open", case=case.row.number, state=case.row.state, event=event, events=may
        ) from None


def refresh(case: Case) -> None:
    """Write down on the case what its steps make of it, for those who look for cases."""
    case.row.state = case.steps[-1].state
    case.row.open = case.row.state not in case.law.workflow.final
    clocks = clocks_of(case.law, case.steps, case.today)
    first = clocks[0] if clocks and clocks[0].face.due is not None else None
    due = None if first is None else first.face.due
    case.row.clock = None if first is None else first.clock
    case.row.due_on = None if due is None else due.day
    case.row.due_provisional = due is not None and due.provisional
    known = [one.face.escalate_on for one in clocks if one.face.escalate_on is not None]
    case.row.escalate_on = min(known, default=None)
