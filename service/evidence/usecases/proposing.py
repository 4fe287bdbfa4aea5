"""Acts for which it takes two: one person proposes, an approver who is another confirms or rejects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import insert, select, text

from service.evidence import tables
from service.evidence.intake.acts import ActDraft, act_draft
from service.evidence.intake.applying import apply, foreseen, target_of
from service.evidence.intake.draft import source_faults
from service.evidence.intake.refusing import problem_of
from service.platform import Problem, note_override, override_kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.evidence.catalogue import Catalogue
    from service.evidence.intake.applying import Target
    from service.evidence.intake.checker import Fault
    from service.platform import UnitOfWork

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('evidence.act_proposal', :id))")


class Proposed(NamedTuple):
    """A proposal and how it stands: ``open``, ``confirmed`` or ``rejected``. ``act``: what it became.

    ``warnings``: what is remarkable about a correction, which keeps nobody from proposing it.
    """

    id: int
    event_id: int
    state: str
    act: int | None = None
    held: bool = False
    warnings: tuple[Fault, ...] = ()


def propose_act(*, uow: UnitOfWork, event_id: int, body: Mapping[str, Any], catalogue: Catalogue) -> Proposed:
    """Propose an act on an event; nothing happens to it until another person decides.

    Raises:
        Problem: as ``record_act``: what could not be recorded is not proposed either.
    """
    draft = act_draft(body)
    faults = draft if isinstance(draft, list) else source_faults(draft.values["source"], uow.actor)
    if isinstance(draft, list) or faults:
        raise problem_of(faults)
    target = _target(uow, draft, event_id)
    held = _held(uow, draft, target)
    if held is not None:
        return held
    said = foreseen(uow.session, draft, target, catalogue, (uow.actor, uow.now))
    if said.faults:
        raise problem_of(said.faults)
    row = {
        "event_id": target.id,
        "body": dict(body),
        "source": draft.values["source"],
        "source_ref": draft.values["source_ref"],
        "body_sha256": draft.digest,
        "person": _person(uow),
        "audit_id": uow.next_audit_id(),
    }
    statement = insert(tables.EventActProposal).values(row).returning(tables.EventActProposal.id)
    number = uow.session.execute(statement).scalar_one()
    detail = {"event": target.id, "act": draft.values["act"], "proposal": number, "sha256": draft.digest.hex()}
    uow.audit("evidence.act_proposed", target.entity, detail, number=row["audit_id"])
    return Proposed(number, target.id, "open", warnings=said.warnings)


def decide_act(
    *,
    uow: UnitOfWork,
    proposal_id: int,
    outcome: Literal["confirmed", "rejected"],
    reason: str,
    catalogue: Catalogue,
) -> Proposed:
    """Confirm or reject a proposed act; confirmed, it is recorded and the entity marked, in this transaction.

    Raises:
        Problem: ``act_proposal_not_found``, ``out_of_scope``, ``act_proposal_closed``, ``act_proposal_same_person``,
            and as ``record_act`` for what speaks against the act by now.
    """
    uow.session.execute(_LOCK, {"id": proposal_id})
    row, draft, target = open_proposal(uow, proposal_id)
    if row.person in uow.actor.hands:
        raise Problem("act_proposal_same_person")
    number = uow.next_audit_id()
    act = _recorded(uow, draft, target, catalogue, number) if outcome == "confirmed" else None
    said = {"proposal_id": proposal_id, "outcome": outcome, "reason": reason, "person": _person(uow), "act_id": act}
    uow.session.execute(insert(tables.EventActDecision).values(**said, audit_id=number))
    action = "evidence.act_recorded" if outcome == "confirmed" else "evidence.act_rejected"
    detail = {"event": target.id, "act": draft.values["act"], "proposal": proposal_id, "sha256": draft.digest.hex()}
    uow.audit(action, target.entity, {**detail, "reason": reason}, number=number)
    kind = f"record_{draft.values['act']}"
    if outcome == "confirmed" and kind in override_kinds():  # a dispute is a right of the entity, no one's leave
        whose = {"authority": target.authority, "reason": reason, "proposed_by": row.person}
        note_override(uow, kind, f"{target.entity}/{target.id}", **whose)
    return Proposed(proposal_id, target.id, outcome, act)


def open_proposal(uow: UnitOfWork, proposal_id: int) -> tuple[tables.EventActProposal, ActDraft, Target]:
    """A proposal within the caller's scope that nobody has decided yet, its act, and what that is about.

    Raises:
        Problem: ``act_proposal_not_found``, ``out_of_scope``, ``act_proposal_closed``.
    """
    row = uow.session.get(tables.EventActProposal, proposal_id)
    if row is None:
        raise Problem("act_proposal_not_found", proposal=proposal_id)
    draft = act_draft(row.body)
    if isinstance(draft, list):
        raise TypeError(f"the body of act proposal {proposal_id} was right when it was kept: {draft}")
    target = _target(uow, draft, row.event_id)
    if not uow.actor.may_see(target.authority, target.region):
        raise Problem("out_of_scope")
    decided = uow.session.get(tables.EventActDecision, proposal_id)
    if decided is not None:
        raise Problem("act_proposal_closed", outcome=decided.outcome)
    return row, draft, target


def _recorded(uow: UnitOfWork, draft: ActDraft, target: Target, catalogue: Catalogue, number: int) -> int:
    receipt = apply(uow.session, draft, target, catalogue, (uow.actor, uow.now, number), confirmed=True)
    if isinstance(receipt, list):
        raise problem_of(receipt)
    uow.mark([target.entity_id], "event")
    return receipt.id


def _target(uow: UnitOfWork, draft: ActDraft, event_id: int) -> Target:
    target = target_of(uow.session, draft, event_id)
    if target is None:
        raise Problem("event_not_found", value=event_id)
    return target


def _held(uow: UnitOfWork, draft: ActDraft, target: Target) -> Proposed | None:
    """The same act as proposed before; a problem where another one has its reference."""
    values = draft.values
    uow.session.execute(_LOCK, {"id": target.id})
    row = uow.session.scalars(
        select(tables.EventActProposal).filter_by(source=values["source"], source_ref=values["source_ref"])
    ).one_or_none()
    if row is None:
        return None
    if (row.body_sha256, row.event_id) != (draft.digest, target.id):
        raise Problem("reference_taken", pointer="/source_ref", source=values["source"], value=values["source_ref"])
    decided = uow.session.get(tables.EventActDecision, row.id)
    state, act = ("open", None) if decided is None else (decided.outcome, decided.act_id)
    return Proposed(row.id, row.event_id, state, act, held=True)


def _person(uow: UnitOfWork) -> str:
    return f"{uow.actor.kind}:{uow.actor.id}"
