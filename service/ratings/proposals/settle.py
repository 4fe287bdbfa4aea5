"""Proposals in the course of rating: the drain writes what a rating means for them, a reader only shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from scoring.kernel.points import parse_points
from service.ratings.proposals.law import Before, judge
from service.ratings.proposals.model import Grounds, Resolution
from service.ratings.proposals.rows import proposals_of, write_proposal, write_resolution
from service.ratings.rate import with_kinds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.platform import UnitOfWork
    from service.ratings.proposals.law import Judgement
    from service.ratings.proposals.model import Proposal
    from service.ratings.rate import EntityRating

Known: TypeAlias = "Mapping[str, Sequence[Proposal]]"
"""The proposals of one entity by kind, oldest first."""
Summary: TypeAlias = "Mapping[str, Mapping[str, Any]]"
"""What a head said of each kind."""

REASONS = {"withdrawn": "evidence_changed", "in_force": "due_day_over", "dropped": "due_day_over"}


def shown(rated: EntityRating, known: Known, before: Summary, domains: Mapping[str, str]) -> EntityRating:
    """The entity with what is in force; nothing is written. ``before`` empty: only what was proposed is shown."""
    judgements = _judged(rated, known, before)
    if all(one.in_force is None for one in judgements):
        return rated
    kinds = [one._replace(in_force=said.in_force) for one, said in zip(rated.kinds, judgements, strict=True)]
    return with_kinds(rated, kinds, domains)


def settled(
    uow: UnitOfWork, rated: Sequence[EntityRating], before: Mapping[int, Summary], domains: Mapping[str, str]
) -> list[EntityRating]:
    """The entities with what is in force, in the transaction that holds their heads.

    New falls are raised, proposals that the evidence no longer bears out are withdrawn, and those whose due day is over
    end as their edition says. Rating the same again writes nothing.
    """
    known = proposals_of(uow.session, [one.facts.id for one in rated], position=None)
    return [_settled(uow, one, known.get(one.facts.id, {}), before.get(one.facts.id, {}), domains) for one in rated]


def _settled(
    uow: UnitOfWork, rated: EntityRating, known: Known, before: Summary, domains: Mapping[str, str]
) -> EntityRating:
    facts = rated.facts
    judgements = _judged(rated, known, before)
    kinds = []
    for one, said in zip(rated.kinds, judgements, strict=True):
        for ended in said.closing:
            _close(uow, facts.key, ended)
        in_force = said.in_force
        if said.raising is not None and in_force is not None:
            in_force = in_force._replace(proposal=write_proposal(uow, facts.id, facts.key, said.raising).id)
        kinds.append(one._replace(in_force=in_force))
    for proposal in (one for kind, ones in known.items() if kind not in facts.kinds for one in ones):
        if proposal.resolution is None:
            end = Resolution("withdrawn", rated.as_of, proposal.facts)
            _close(uow, facts.key, proposal._replace(resolution=end), "kind_not_held")
    return rated if all(one.in_force is None for one in kinds) else with_kinds(rated, kinds, domains)


def _judged(rated: EntityRating, known: Known, before: Summary) -> list[Judgement]:
    return [judge(one.result, one.rule, known.get(one.kind, ()), _before(before.get(one.kind))) for one in rated.kinds]


def _before(said: Mapping[str, Any] | None) -> Before | None:
    """What a head said to be in force in one kind; None where that was no tier."""
    if said is None or said["tier"] is None:
        return None
    score = said["score"]
    return Before(
        Grounds(None if score is None else parse_points(score), said["grade"], said["tier"]), said.get("proposal")
    )


def _close(uow: UnitOfWork, key: str, ended: Proposal, reason: str | None = None) -> None:
    """Another transaction may have ended it a moment ago: that one stands, and has left a mark."""
    assert ended.id is not None, "what ends was written"  # noqa: S101 - only a reader holds unwritten ones
    assert ended.resolution is not None, "what ends has an end"  # noqa: S101 - the caller gave it
    write_resolution(uow, key, ended.id, ended.resolution, reason=reason or REASONS[ended.resolution.outcome])
