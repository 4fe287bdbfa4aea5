"""Objections after they were filed: forwarded to the source, answered, decided, looked at a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.accounts import is_partner
from service.platform import Problem
from service.repairs.opening import is_examined
from service.repairs.reading import FORWARD
from service.repairs.usecases import effects
from service.repairs.usecases.stepping import act_on, held_case, part_in, take

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.platform import UnitOfWork

OBJECTION = "objection"
CORRECTIONS = ("annulment", "correction")


def forward(uow: UnitOfWork, *, number: str, source: str, reason: str, partner: str | None = None) -> None:
    """Ask the source of a record to check it; its own clock runs, ours stands still where the edition says so.

    ``partner``: id of the token with which the source reads the case and answers by itself; None: a handler writes
    its answer down.

    Raises:
        Problem: ``repair_case_not_found``, ``repair_step_not_open``, ``repair_wrong_part``, ``repair_same_person``,
            ``repair_term_over``, ``objection_not_forwarded``, ``objection_partner_unknown``.
    """
    case = held_case(uow, OBJECTION, number)
    part_in(uow, case, FORWARD)
    section = case.law.edition.objection
    if section is None or not section.forwards:
        raise Problem("objection_not_forwarded", case=number, edition=case.row.edition_id)
    if partner is not None and not is_partner(uow.session, partner, uow.now):
        raise Problem("objection_partner_unknown", pointer="/partner", partner=partner[:80])
    named = {} if partner is None else {"partner": partner}
    act_on(uow, case, FORWARD, reason=reason, detail={"source": source, **named})


def answer(uow: UnitOfWork, *, number: str, right: bool, reason: str) -> None:
    """Write down what the source found: whether the record is right.

    Raises:
        Problem: as ``forward``.
    """
    act_on(uow, held_case(uow, OBJECTION, number), "answer", reason=reason, detail={"right": right})


def examine(uow: UnitOfWork, *, number: str, right: bool, reason: str) -> None:
    """Write down what a handler found by looking at the record again: whether it is right.

    Raises:
        Problem: as ``forward``.
    """
    act_on(uow, held_case(uow, OBJECTION, number), "examine", reason=reason, detail={"right": right})


def decide_objection(
    uow: UnitOfWork, *, number: str, decision: str, reason: str, acts: Sequence[Mapping[str, Any]] = ()
) -> None:
    """Uphold the record, or correct it; by another person than handled the objection, and the reason is told.

    A correction is nobody's alone: the source, a handler or who decided first has said before what he found.

    ``acts``: what is corrected, ``{"act": "annulment"}`` or ``{"act": "correction", "changes": {…}}``. They are
    recorded in this transaction, and every tier since is worked out anew.

    Raises:
        Problem: as ``forward``, ``objection_without_acts``, ``objection_unexamined``, and as
            ``evidence.record_own_act``.
    """
    case = held_case(uow, OBJECTION, number)
    _, part = part_in(uow, case, decision)
    if (decision == "correct") != bool(acts):
        raise Problem("objection_without_acts", pointer="/acts", decision=decision)
    if acts and not is_examined(case.steps):
        raise Problem("objection_unexamined", case=number)
    effects.lift_mark(uow, case, reason)
    effects.correct(uow, case, acts, reason)
    take(uow, case, decision, part, reason=reason, detail={"acts": [one["act"] for one in acts]})


def ask_review(uow: UnitOfWork, *, number: str, reason: str) -> None:
    """Ask that a decision be looked at again, by somebody else; the record is marked again meanwhile.

    Raises:
        Problem: as ``forward``, and ``objection_no_review``.
    """
    case = held_case(uow, OBJECTION, number)
    _, part = part_in(uow, case, "ask_review")
    section = case.law.edition.objection
    if section is None or not section.second_review:
        raise Problem("objection_no_review", case=number, edition=case.row.edition_id)
    effects.mark_disputed(uow, case, reason)
    take(uow, case, "ask_review", part, reason=reason)
