"""Handling an application: papers asked for once, accepted or refused, verified by another person, withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.repair import papers_missing
from service.platform import Problem
from service.repairs.reading import materials_of
from service.repairs.record import adverse
from service.repairs.usecases.effects import lift_mark
from service.repairs.usecases.stepping import act_on, held_case, part_in, take

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.platform import UnitOfWork
    from service.repairs.usecases.stepping import Case

REPAIR = "repair"


def ask_supplement(uow: UnitOfWork, *, number: str, papers: Sequence[str], reason: str) -> None:
    """Ask for what is missing, once and all of it; the term for acceptance stands still meanwhile.

    Raises:
        Problem: ``repair_case_not_found``, ``repair_step_not_open``, ``repair_wrong_part``, ``repair_same_person``,
            ``repair_term_over``, ``repair_asked_already``, ``repair_material_unknown``, ``repair_asked_too_little``:
            what else is missing could not be asked for later.
    """
    case = held_case(uow, REPAIR, number)
    part_in(uow, case, "ask_supplement")
    if any(step.event == "ask_supplement" for step in case.steps):
        raise Problem("repair_asked_already", case=number)
    known = {one.key for one in case.law.materials}
    for place, key in enumerate(papers):
        if key not in known:
            listed = ", ".join(sorted(known)) or "–"
            raise Problem("repair_material_unknown", pointer=f"/papers/{place}", key=key[:80], known=listed)
    if left_out := [key for key in _missing(uow, case) if key not in papers]:
        raise Problem("repair_asked_too_little", pointer="/papers", case=number, papers=", ".join(left_out))
    act_on(uow, case, "ask_supplement", reason=reason, detail={"papers": list(papers)})


def supply(uow: UnitOfWork, *, number: str, reason: str) -> None:
    """Say that what was asked for is there.

    Raises:
        Problem: as ``ask_supplement``, and ``repair_papers_missing``.
    """
    case = held_case(uow, REPAIR, number)
    part_in(uow, case, "supply")
    asked = next(step.detail["papers"] for step in reversed(case.steps) if step.event == "ask_supplement")
    _refuse_missing(uow, case, also=asked)
    act_on(uow, case, "supply", reason=reason)


def accept(uow: UnitOfWork, *, number: str, reason: str) -> None:
    """Accept a complete application; the term for the decision begins.

    Raises:
        Problem: as ``supply``.
    """
    case = held_case(uow, REPAIR, number)
    part_in(uow, case, "accept")
    _refuse_missing(uow, case)
    act_on(uow, case, "accept", reason=reason)


def refuse_acceptance(uow: UnitOfWork, *, number: str, reason: str) -> None:
    """Refuse to accept an application, with the reasons.

    Raises:
        Problem: as ``ask_supplement``.
    """
    act_on(uow, held_case(uow, REPAIR, number), "refuse_acceptance", reason=reason)


def verify(uow: UnitOfWork, *, number: str, fit: bool, reason: str) -> None:
    """Say what was found of an accepted application; by another person than handled it.

    Raises:
        Problem: as ``ask_supplement``.
    """
    act_on(uow, held_case(uow, REPAIR, number), "verify", reason=reason, detail={"fit": fit})


def withdraw(uow: UnitOfWork, *, procedure: str, number: str, reason: str) -> None:
    """Take an application or an objection back.

    Raises:
        Problem: as ``ask_supplement``.
    """
    case = held_case(uow, procedure, number)
    _, part = part_in(uow, case, "withdraw")
    if procedure != REPAIR:
        lift_mark(uow, case, reason)
    take(uow, case, "withdraw", part, reason=reason)


def _refuse_missing(uow: UnitOfWork, case: Case, also: Sequence[str] = ()) -> None:
    missing = _missing(uow, case, also)
    if missing:
        raise Problem("repair_papers_missing", case=case.row.number, papers=", ".join(missing))


def _missing(uow: UnitOfWork, case: Case, also: Sequence[str] = ()) -> list[str]:
    """The papers that the edition needs, or that are named here, and that are not there."""
    section = case.law.edition.repair
    assert section is not None  # noqa: S101 the case is one of repair
    there = {one.key for one in materials_of(uow.session, case.row)}
    found = adverse(uow.session, case.row.event_id, as_of=case.today, materials=there)
    assert found is not None  # noqa: S101 evidence is never deleted
    return list(dict.fromkeys([*papers_missing(section, found.facts), *(key for key in also if key not in there)]))
