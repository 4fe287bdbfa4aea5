"""What recording would do, for those who tell it before it is done: recorded in a unit of work that keeps nothing.

So what is foreseen is held against the same conditions, and is read by the same statements, as what is recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from service.evidence.intake.acts import act_draft
from service.evidence.intake.applying import apply, target_of
from service.evidence.intake.draft import event_draft, source_faults
from service.evidence.intake.refusing import problem_of
from service.evidence.intake.two_persons import takes_two
from service.evidence.queries.catalogue import read_catalogue
from service.evidence.usecases.proposing import open_proposal
from service.evidence.usecases.recording import record
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from service.evidence.intake.acts import ActDraft
    from service.evidence.intake.applying import ActReceipt, Target
    from service.evidence.intake.checker import Fault
    from service.platform import UnitOfWork

_ONLY_BY_TWO = "act_takes_two"


class Supposed(NamedTuple):
    """What recording would answer. ``held``: recorded before; ``takes_two``: first another person would confirm it."""

    entity: str
    held: bool
    takes_two: bool
    warnings: Sequence[Fault]


def suppose_event(*, uow: UnitOfWork, body: Mapping[str, Any]) -> Supposed:
    """Have one event stand as recorded until this unit of work ends, which keeps nothing.

    Raises:
        Problem: as recording it would.
    """
    uow.abandon()
    draft = event_draft(body, read_catalogue(uow.session))
    faults = draft if isinstance(draft, list) else source_faults(draft.values["source"], uow.actor)
    if isinstance(draft, list) or faults:
        raise problem_of(faults)
    receipt = record(uow=uow, draft=draft)
    uow.flush()
    return Supposed(draft.values["entity"], receipt.held, takes_two=False, warnings=receipt.warnings)


def suppose_act(*, uow: UnitOfWork, event_id: int, body: Mapping[str, Any]) -> Supposed:
    """Have one act on an event stand as recorded, confirmed where it takes two, until this unit of work ends.

    The unit of work keeps nothing.

    Raises:
        Problem: as recording or proposing it would.
    """
    uow.abandon()
    draft = act_draft(body)
    faults = draft if isinstance(draft, list) else source_faults(draft.values["source"], uow.actor)
    if isinstance(draft, list) or faults:
        raise problem_of(faults)
    target = target_of(uow.session, draft, event_id)
    if target is None:
        raise Problem("event_not_found", value=event_id)
    receipt, by_two = _applied(uow, draft, target)
    uow.mark([target.entity_id], "event")
    uow.flush()
    return Supposed(target.entity, receipt.held, by_two, receipt.warnings)


def suppose_proposed(*, uow: UnitOfWork, proposal_id: int) -> tuple[str, Callable[[], Supposed]]:
    """Whose proposed act it is, and what has it stand as confirmed until this unit of work ends, which keeps nothing.

    Raises:
        Problem: ``act_proposal_not_found``, ``out_of_scope``, ``act_proposal_closed``; what is returned, as confirming
            it would.
    """
    uow.abandon()
    _, draft, target = open_proposal(uow, proposal_id)

    def stand() -> Supposed:
        by = (uow.actor, uow.now, uow.next_audit_id())
        receipt = apply(uow.session, draft, target, read_catalogue(uow.session), by, confirmed=True)
        if isinstance(receipt, list):
            raise problem_of(receipt)
        uow.mark([target.entity_id], "event")
        uow.flush()
        return Supposed(target.entity, receipt.held, takes_two=True, warnings=receipt.warnings)

    return target.entity, stand


def _applied(uow: UnitOfWork, draft: ActDraft, target: Target) -> tuple[ActReceipt, bool]:
    """The act as inserted, and whether it takes two: by what it is, or in the light of what is known of its event."""
    known, by = read_catalogue(uow.session), (uow.actor, uow.now, uow.next_audit_id())
    if not takes_two(draft.values["act"], uow.actor):
        receipt = apply(uow.session, draft, target, known, by)
        if not isinstance(receipt, list):
            return receipt, False
        if [fault.code for fault in receipt] != [_ONLY_BY_TWO]:
            raise problem_of(receipt)
    receipt = apply(uow.session, draft, target, known, by, confirmed=True)
    if isinstance(receipt, list):
        raise problem_of(receipt)
    return receipt, True
