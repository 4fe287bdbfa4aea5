"""Rating whole entities: every kind they hold, the overall tier of each supervision domain, the next change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.kernel.points import format_points
from scoring.rating.explain import explain
from scoring.rating.explanation import encode
from scoring.supervision import KindStanding, overall
from service.ratings.assemble import history, left_aside, turns_ahead
from service.ratings.proposals.law import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from scoring.rating.history import EditionChain
    from scoring.rating.result import Result
    from service.editions import Shelf
    from service.ratings.assemble import Subject, Suspended
    from service.ratings.proposals.model import InForce
    from service.register import EntityFacts


class KindRating(NamedTuple):
    """One rating with its document as stored: canonical JSON and its digest.

    ``rule``: the edition that spoke. ``in_force``: what is in force in place of the result's tier; None where that is.
    ``suspended``: events of which the document says nothing, because they have no effect while they are disputed.
    """

    kind: str
    result: Result
    document: bytes
    digest: bytes
    rule: Rule | None
    in_force: InForce | None = None
    suspended: tuple[Suspended, ...] = ()

    @property
    def tier(self) -> str | None:
        """The tier in force."""
        return self.result.tier if self.in_force is None else self.in_force.before.tier

    def summary(self) -> dict[str, Any]:
        """What a list or a notice needs, without the explanation. The digest is that of the explanation."""
        result, shown = self.result, self.in_force
        told: dict[str, Any] = {
            "state": result.state,
            "reason": result.reason,
            "edition": result.edition,
            "score": None if result.total is None else format_points(result.total),
            "grade": result.grade,
            "tier": result.tier,
            "digest": self.digest.hex(),
        }
        if self.suspended:
            told["suspended"] = [one.as_dict() for one in self.suspended]
        if shown is None:
            return told
        score, grade, tier = shown.before
        return told | {
            "state": "provisional" if shown.status == "provisional" else "rated",
            "score": None if score is None else format_points(score),
            "grade": grade,
            "tier": tier,
            "status": shown.status,
            "proposed": shown.proposed,
            "due_on": shown.due_on.isoformat(),
            "proposal": shown.proposal,
        }


class EntityRating(NamedTuple):
    """What the head of an entity says: a rating for each kind, a tier for each domain, the worst tier of all.

    ``state`` is ``rated`` when at least one kind is. ``parent_answers``: some edition rolls the evidence of branches up
    to their parent, so that a change here concerns the parent as well. ``turns``: later days on which events begin to
    be without effect because they are disputed.
    """

    facts: EntityFacts
    as_of: date
    kinds: tuple[KindRating, ...]
    domains: Mapping[str, Mapping[str, object]]
    state: str
    tier: str | None
    next_change_on: date | None
    parent_answers: bool
    disputed: bool
    turns: tuple[date, ...] = ()

    def summary(self) -> dict[str, dict[str, Any]]:
        """The summary of each kind."""
        return {one.kind: one.summary() for one in self.kinds}

    def fell(self, kind: str, before: str | None) -> bool:
        """Whether a kind's tier is worse than the one before, in the order of its edition.

        A tier that the edition does not know, or none, is neither better nor worse.
        """
        return any(one.kind == kind and one.rule is not None and one.rule.falls(before, one.tier) for one in self.kinds)


def rate_entity(subject: Subject, *, shelf: Shelf, domains: Mapping[str, str], as_of: date) -> EntityRating:
    """Rate one entity on one day in every kind that it holds or held: what the evidence gives."""
    facts = subject.facts
    kinds: list[KindRating] = []
    parent_answers = False
    for kind in sorted(facts.kinds):
        chain = shelf.chain(kind=kind, region=facts.region, as_of=as_of)
        rule = rule_on(chain, kind, as_of)
        to_parent = rule is not None and rule.rating.branches == "to_parent"
        parent_answers |= to_parent
        result = explain(history(subject, kind, with_branches=to_parent, as_of=as_of), chain, as_of)
        document, digest = encode(result)
        suspended = left_aside(subject, kind, with_branches=to_parent, as_of=as_of)
        kinds.append(KindRating(kind, result, document, bytes.fromhex(digest), rule, suspended=suspended))
    rated = EntityRating(
        facts=facts,
        as_of=as_of,
        kinds=(),
        domains={},
        state="unrated",
        tier=None,
        next_change_on=None,
        parent_answers=parent_answers,
        disputed=any(disputed for _, _, _, disputed in subject.evidence.events),
        turns=tuple(turns_ahead(subject, as_of)),
    )
    return with_kinds(rated, kinds, domains)


def with_kinds(rated: EntityRating, kinds: Sequence[KindRating], domains: Mapping[str, str]) -> EntityRating:
    """The entity with these ratings in force: its domains, its tier and its next change follow from them."""
    tiers = max((one.rule.rating.tiers for one in kinds if one.rule is not None), key=len, default=())
    standings = [
        KindStanding(one.kind, domains[one.kind], one.result.state, one.result.reason, one.tier) for one in kinds
    ]
    by_domain = overall(standings, tiers)
    reached = [tier for found in by_domain.values() if (tier := found.tier) is not None]
    changes = [one.result.next_change_on for one in kinds] + [one.in_force.until for one in kinds if one.in_force]
    changes += rated.turns
    return rated._replace(
        kinds=tuple(kinds),
        domains={domain: found.as_dict() for domain, found in by_domain.items()},
        state="rated" if reached else "unrated",
        tier=max(reached, key=tiers.index) if reached else None,
        next_change_on=min((day for day in changes if day is not None), default=None),
    )


def rolls_up(chain: EditionChain, kind: str, as_of: date) -> bool:
    """Whether the edition in force lets the evidence of branches count for their parent."""
    rule = rule_on(chain, kind, as_of)
    return rule is not None and rule.rating.branches == "to_parent"


def rule_on(chain: EditionChain, kind: str, as_of: date) -> Rule | None:
    """The edition of a chain that is in force on a day, with what it says of a kind."""
    position = chain.index_on(as_of)
    if position is None:
        return None
    edition = chain.editions[position]
    return Rule(edition, edition.rating_for(kind))
