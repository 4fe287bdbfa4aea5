"""An approver confirms or rejects a rating that is only proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from service import evidence, register
from service.platform import LANGUAGES, Problem, local_day, note_override
from service.ratings.law import law_of
from service.ratings.proposals.law import facts_of, references
from service.ratings.proposals.model import Resolution
from service.ratings.proposals.rows import proposals_of, write_resolution
from service.ratings.proposals.worklist import place_of
from service.ratings.read import read_subjects

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from service.platform import UnitOfWork
    from service.ratings.proposals.model import Proposal


class Decided(NamedTuple):
    """A decision: the tier that is in force by it from ``on``."""

    id: int
    entity: str
    kind: str
    outcome: str
    tier: str
    on: date


def decide_proposal(
    *, uow: UnitOfWork, proposal_id: int, outcome: Literal["confirmed", "rejected"], reason: str
) -> Decided:
    """Confirm or reject a proposal; the entity is marked, so that its head moves with the next round of the drain.

    Whoever recorded a fact that the proposal rests on may not decide it. A decision made before its due day is over
    counts, however late that day; after that what the edition says has happened.

    Raises:
        Problem: ``proposal_not_found``, ``out_of_scope``, ``proposal_closed``, ``proposal_overdue``,
            ``proposal_same_person``.
    """
    place = place_of(uow.session, proposal_id)
    if place is None:
        raise Problem("proposal_not_found", proposal=proposal_id)
    if not uow.actor.may_see(place.authority, place.region):
        raise Problem("out_of_scope")
    known = proposals_of(uow.session, [place.entity_id], position=None)[place.entity_id]
    found = next(one for ones in known.values() for one in ones if one.id == proposal_id)
    today = local_day(uow.now, place.time_zone)
    _refuse_closed(found, today)
    facts = _facts_now(uow, place.entity_id, found, today)
    person = f"{uow.actor.kind}:{uow.actor.id}"
    if not uow.actor.hands.isdisjoint(evidence.recorders(uow.session, references(found.facts) | references(facts))):
        raise Problem("proposal_same_person")
    end = Resolution(outcome, today, facts)
    if not write_resolution(uow, place.key, proposal_id, end, reason=reason, person=person):
        raise Problem("proposal_closed", outcome="")
    uow.mark([place.entity_id], "decision")
    if outcome == "rejected":
        note_override(uow, "tier_fall_rejected", place.key, authority=place.authority, reason=reason)
        _have_it_told(uow, place.key, found, today, reason)
    tier = found.proposed if outcome == "confirmed" else found.before.tier
    return Decided(proposal_id, place.key, found.kind, outcome, tier, today)


def _have_it_told(uow: UnitOfWork, key: str, found: Proposal, today: date, reason: str) -> None:
    """The entity was told of the proposal and, no tier changing, would hear nothing of its end."""
    names = register.kind_names(uow.session).get(found.kind, {})
    facts = {
        "kind": found.kind,
        **{f"kind_{lang}": names.get(lang) or names.get("zh") or found.kind for lang in LANGUAGES},
        "tier": found.before.tier,
        "proposed": found.proposed,
        "decided_on": today.isoformat(),
        "reason": " ".join(reason.split()),
    }
    asked = {"kind": "proposal_rejected", "facts": facts, "about": found.kind}
    uow.publish("notice.asked", key, asked)


def _refuse_closed(found: Proposal, today: date) -> None:
    if found.resolution is not None:
        raise Problem("proposal_closed", outcome=found.resolution.outcome)
    if today > found.due_on:
        raise Problem("proposal_overdue", due_on=found.due_on.isoformat())


def _facts_now(uow: UnitOfWork, entity_id: int, found: Proposal, today: date) -> Mapping[str, int]:
    """What counts against the entity at the moment of the decision: more may have come since the proposal."""
    law = law_of(uow.session)
    for subject in read_subjects(uow.session, [entity_id]):
        for one in law.rated(subject, today).kinds:
            if one.kind == found.kind:
                return facts_of(one.result)
    return found.facts
