"""Recording what happens to a recorded event: corrected, annulled, repaired, disputed or withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.evidence.intake.acts import act_draft
from service.evidence.intake.applying import ActReceipt, apply, target_of
from service.evidence.intake.draft import source_faults
from service.evidence.intake.refusing import problem_of
from service.evidence.usecases.recording import refuse_open
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.evidence.catalogue import Catalogue
    from service.evidence.intake.acts import ActDraft
    from service.platform import UnitOfWork


def record_act(*, uow: UnitOfWork, event_id: int, body: Mapping[str, Any], catalogue: Catalogue) -> ActReceipt:
    """Record one act on an event.

    Raises:
        Problem: the body is wrong, the event is not there or out of scope, its source is not the caller's, the
            reference is taken, or the act contradicts what is known of the event; nothing is recorded.
    """
    draft = act_draft(body)
    faults = draft if isinstance(draft, list) else source_faults(draft.values["source"], uow.actor)
    if isinstance(draft, list) or faults:
        raise problem_of(faults)
    return _record(uow, event_id, draft, catalogue)


def record_own_act(*, uow: UnitOfWork, event_id: int, body: Mapping[str, Any], catalogue: Catalogue) -> ActReceipt:
    """Record one act that follows from what the service itself keeps, under a source that nobody else may use.

    Raises:
        Problem: as ``record_act``.
        ValueError: the source is not reserved.
    """
    draft = act_draft(body, own=True)
    if isinstance(draft, list):
        raise problem_of(draft)
    refuse_open(draft.values["source"])
    return _record(uow, event_id, draft, catalogue)


def _record(uow: UnitOfWork, event_id: int, draft: ActDraft, catalogue: Catalogue) -> ActReceipt:
    target = target_of(uow.session, draft, event_id)
    if target is None:
        raise Problem("event_not_found", value=event_id)
    number = uow.next_audit_id()
    receipt = apply(uow.session, draft, target, catalogue, (uow.actor, uow.now, number))
    if isinstance(receipt, list):
        raise problem_of(receipt)
    if not receipt.held:
        detail = {"event": target.id, "act": draft.values["act"], "sha256": draft.digest.hex()}
        uow.audit("evidence.act_recorded", target.entity, detail, number=number)
        uow.mark([target.entity_id], "event")
    return receipt
