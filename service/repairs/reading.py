"""One case as it stands: its row, its steps, its papers, its clocks, and who may look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import exists, literal, or_, select

from scoring.editions.shipped import calendar_or_weekdays
from scoring.repair import WORKFLOWS, Shown, Step, shown, ticking
from service import editions
from service.platform import Problem, Role, region_prefix
from service.repairs.tables import RepairCase, RepairMaterial, RepairStep
from service.repairs.vocabulary import papers_of_objections

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from scoring.edition.clocks import ClockLaw
    from scoring.edition.envelope import Edition
    from scoring.edition.sections.procedure import Material
    from scoring.repair import Workflow
    from service.platform import Actor

FORWARD: Final = "forward"
"""The step whose ``detail`` names the source of a record, and under ``partner`` the token that answers for it."""


class CaseLaw(NamedTuple):
    """What decides a case: the table of its procedure and the section of its edition; ``materials``: what it takes."""

    workflow: Workflow
    edition: Edition
    clocks: Mapping[str, ClockLaw]
    materials: tuple[Material, ...]


def one_case(session: Session, procedure: str, number: str, *, held: bool = False) -> RepairCase:
    """A case by its number; ``held``: nobody else acts on it until the transaction ends.

    Raises:
        Problem: ``repair_case_not_found``.
    """
    wanted = select(RepairCase).where(RepairCase.number == number, RepairCase.procedure == procedure)
    wanted = wanted.execution_options(populate_existing=True)
    row = session.scalars(wanted.with_for_update() if held else wanted).one_or_none()
    if row is None:
        raise Problem("repair_case_not_found", case=number[:80])
    return row


def may_see(session: Session, actor: Actor, case: RepairCase) -> bool:
    """Whether a caller may look at a case: the entity itself, or whoever reaches its authority and region.

    A partner looks at what was forwarded to it and at nothing else.
    """
    if actor.role is Role.ENTITY:
        return actor.subject == case.entity_key
    reached = actor.may_see(case.authority, case.region)
    if actor.role is not Role.PARTNER:
        return reached
    return reached and bool(session.scalar(select(_forwarded_to(actor, literal(case.id)))))


def readable_cases(session: Session, actor: Actor, numbers: Collection[str]) -> set[str]:
    """Those of some cases, by number, that the caller may look at."""
    if not numbers:
        return set()
    rows = session.scalars(select(RepairCase).where(RepairCase.number.in_(numbers)))
    return {row.number for row in rows if may_see(session, actor, row)}


def _forwarded_to(actor: Actor, case_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether the objection with this id was forwarded to the token that asks."""
    return exists().where(
        RepairStep.case_id == case_id,
        RepairStep.event == FORWARD,
        RepairStep.detail["partner"].as_string() == actor.id,
    )


def seen_by(wanted: Select[RepairCase], actor: Actor) -> Select[RepairCase]:
    """A query of cases narrowed to those that a caller may look at."""
    if actor.role is Role.ENTITY:
        return wanted.where(RepairCase.entity_key == (actor.subject or ""))
    if actor.role is Role.PARTNER:
        wanted = wanted.where(_forwarded_to(actor, RepairCase.id))
    if actor.authorities is not None:
        wanted = wanted.where(RepairCase.authority.in_(actor.authorities))
    if actor.regions:
        wanted = wanted.where(or_(*(RepairCase.region.startswith(region_prefix(one)) for one in actor.regions)))
    return wanted


def law_of_case(session: Session, case: RepairCase) -> CaseLaw:
    """The law of a case: the edition in force on the day on which it was filed, whatever is in force now."""
    return laws_of(session, [case])[case.edition_id, case.procedure]


def laws_of(session: Session, cases: Iterable[RepairCase]) -> dict[tuple[str, str], CaseLaw]:
    """The law of many cases, by edition and procedure."""
    known = {one.id: one for one in editions.shelf(session).editions}
    wanted = {(case.edition_id, case.procedure) for case in cases}
    return {(edition, procedure): _law(known[edition], procedure) for edition, procedure in wanted}


def _law(edition: Edition, procedure: str) -> CaseLaw:
    section = edition.repair if procedure == "repair" else edition.objection
    assert section is not None  # noqa: S101 a case is filed under an edition with its section
    named = {one.key for one in section.materials}
    beside = () if procedure == "repair" else tuple(one for one in papers_of_objections() if one.key not in named)
    return CaseLaw(WORKFLOWS[procedure], edition, section.clocks, section.materials + beside)


def steps_of(session: Session, case: RepairCase) -> Sequence[RepairStep]:
    """What was done in a case, in order."""
    return session.scalars(select(RepairStep).where(RepairStep.case_id == case.id).order_by(RepairStep.place)).all()


def cases_of(session: Session, event_id: int) -> Sequence[RepairCase]:
    """The cases of repair that a record has or had."""
    wanted = select(RepairCase).where(RepairCase.event_id == event_id, RepairCase.procedure == "repair")
    return session.scalars(wanted).all()


def materials_of(session: Session, case: RepairCase) -> Sequence[RepairMaterial]:
    """The papers of a case, in the order in which they came."""
    wanted = select(RepairMaterial).where(RepairMaterial.case_id == case.id).order_by(RepairMaterial.id)
    return session.scalars(wanted).all()


def clocks_of(law: CaseLaw, steps: Sequence[RepairStep], as_of: date) -> tuple[Shown, ...]:
    """What the clocks of a case show on a day."""
    taken = [Step(step.event, step.taken_on) for step in steps]
    found = ticking(law.workflow, taken, law.clocks)
    return shown(found, law.clocks, as_of, calendar_or_weekdays(law.edition.calendar))


def holders_of(steps: Sequence[RepairStep]) -> dict[str, set[str]]:
    """Who took which part of a case, by ``kind:id`` and by staff code."""
    found: dict[str, set[str]] = {}
    for step in steps:
        names = found.setdefault(step.part, set())
        names.add(step.person)
        if step.staff_code is not None:
            names.add(step.staff_code)
    return found
