"""Deciding on a repair, with all its effects in the same transaction; extensions, fraud, and the end of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service import publicity
from service.platform import Problem, note_override
from service.repairs.opening import is_proposed, may_be_extended
from service.repairs.record import adverse, eligible, waits_for
from service.repairs.usecases import effects
from service.repairs.usecases.filing import not_eligible
from service.repairs.usecases.handling import REPAIR
from service.repairs.usecases.stepping import act_on, held_case, part_in, take

if TYPE_CHECKING:
    from scoring.edition.sections.repair import Fraud
    from service.platform import UnitOfWork
    from service.repairs.usecases.stepping import Case


def decide(uow: UnitOfWork, *, number: str, decision: str, reason: str) -> None:
    """Grant or refuse a verified repair, lift its effects for a time, or end that; by a third person.

    Raises:
        Problem: ``repair_case_not_found``, ``repair_step_not_open``, ``repair_wrong_part``, ``repair_same_person``,
            ``repair_term_over``; for a grant also ``repair_not_verified``, ``repair_not_eligible``,
            ``repair_not_yet_eligible``; ``repair_no_lifting``.
    """
    case = held_case(uow, REPAIR, number)
    _, part = part_in(uow, case, decision)
    if decision in {"grant", "lift"}:
        _refuse_unfit(uow, case, decision)
    done = effects.repair(uow, case, reason) if decision == "grant" else []
    if decision == "end_lifting":
        effects.restore(uow, case, reason)
    take(uow, case, decision, part, reason=reason, detail={"effects": done} if done else None)
    if decision == "lift":
        effects.suspend(uow, case, reason)
        note_override(uow, "effects_lifted", number, authority=case.row.authority, reason=reason)


def extend(uow: UnitOfWork, *, procedure: str, number: str, reason: str) -> None:
    """Prolong the term that runs, as often as the edition allows, with the reason.

    Raises:
        Problem: as ``decide``, and ``repair_no_extension``.
    """
    case = held_case(uow, procedure, number)
    row, part = part_in(uow, case, "extend")
    (clock,) = (move.clock for move in row.clocks)
    if not may_be_extended(case.law, case.steps, clock):
        raise Problem("repair_no_extension", case=number, clock=clock)
    take(uow, case, "extend", part, reason=reason)
    note_override(uow, "term_extended", number, authority=case.row.authority, reason=reason)


def close(uow: UnitOfWork, *, number: str, reason: str) -> None:
    """Close a granted case: everyone who held the record has followed.

    Raises:
        Problem: as ``decide``, and ``repair_still_shown``.
    """
    case = held_case(uow, REPAIR, number)
    part_in(uow, case, "close")
    waited = waits_for(case.law.edition, publicity.awaited(uow.session, [case.row.event_id]))
    if waited:
        places = list(dict.fromkeys(one.place for one in waited))
        raise Problem("repair_still_shown", case=number, places=", ".join(places))
    act_on(uow, case, "close", reason=reason)


def propose_revocation(uow: UnitOfWork, *, number: str, reason: str) -> None:
    """Say that a repair was obtained by false papers; nothing happens to it until another person decides.

    Raises:
        Problem: as ``decide``, ``repair_no_fraud_rule``, ``repair_revocation_proposed``.
    """
    case = held_case(uow, REPAIR, number)
    _, part = part_in(uow, case, "propose_revocation")
    clause = _fraud_of(case).clause
    if is_proposed(case.steps):
        raise Problem("repair_revocation_proposed", case=number)
    take(uow, case, "propose_revocation", part, reason=reason, detail={"clause": clause})


def drop_revocation(uow: UnitOfWork, *, number: str, reason: str) -> None:
    """Decide that a repair stands which somebody proposed to revoke; by another person.

    Raises:
        Problem: as ``revoke_for_fraud``.
    """
    case = held_case(uow, REPAIR, number)
    _, part = part_in(uow, case, "drop_revocation")
    _refuse_unproposed(case)
    take(uow, case, "drop_revocation", part, reason=reason)


def revoke_for_fraud(uow: UnitOfWork, *, number: str, reason: str) -> None:
    """Take back a repair that another person found to be obtained by false papers.

    Points count again, the measures that it lifted hold again, and a bar begins as the edition says.

    Raises:
        Problem: as ``decide``, ``repair_no_fraud_rule``, ``repair_revocation_not_proposed``.
    """
    case = held_case(uow, REPAIR, number)
    _, part = part_in(uow, case, "revoke")
    clause = _fraud_of(case).clause
    _refuse_unproposed(case)
    effects.undo(uow, case, reason)
    take(uow, case, "revoke", part, reason=reason, detail={"clause": clause})


def _fraud_of(case: Case) -> Fraud:
    section = case.law.edition.repair
    if section is None or section.fraud is None:
        raise Problem("repair_no_fraud_rule", case=case.row.number, edition=case.row.edition_id)
    return section.fraud


def _refuse_unproposed(case: Case) -> None:
    if not is_proposed(case.steps):
        raise Problem("repair_revocation_not_proposed", case=case.row.number)


def _refuse_unfit(uow: UnitOfWork, case: Case, decision: str) -> None:
    """What was found must allow it, and every condition must still hold on the day of the decision."""
    section = case.law.edition.repair
    assert section is not None  # noqa: S101 the case is one of repair
    if decision == "lift" and section.lifting is None:
        raise Problem("repair_no_lifting", case=case.row.number, edition=case.row.edition_id)
    last = next((step for step in reversed(case.steps) if step.event == "verify"), None)
    if last is None or not last.detail["fit"]:
        raise Problem("repair_not_verified", case=case.row.number)
    found = adverse(uow.session, case.row.event_id, as_of=case.today)
    assert found is not None  # noqa: S101 evidence is never deleted
    if found.withdrawn or found.event.annulled_on is not None:
        raise Problem("repair_record_struck", record=case.row.event_id)
    if found.event.repaired_on is not None:
        raise Problem("repair_done_already", record=case.row.event_id, on=found.event.repaired_on)
    said = eligible(found, case.law.edition, case.today)
    if decision == "grant" and not said.holds:
        raise not_eligible(said, case.law.edition)
