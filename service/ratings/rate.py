"""Rating whole entities: every kind they hold, the overall tier of each supervision domain, the next change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scoring.kernel.points import format_points
from scoring.rating.explain import explain
from scoring.rating.explanation import encode
from scoring.supervision import KindStanding, overall
from service.ratings.assemble import history

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.rating.history import EditionChain
    from scoring.rating.result import Result
    from service.editions import Shelf
    from service.ratings.assemble import Subject
    from service.register import EntityFacts


class KindRating(NamedTuple):
    """One rating with its document as stored: canonical JSON and its digest."""

    kind: str
    result: Result
    document: bytes
    digest: bytes


class EntityRating(NamedTuple):
    """What the head of an entity says: a rating for each kind, a tier for each domain, the worst tier of all.

    ``orders``: the tiers of each kind's edition, best first. ``state`` is ``rated`` when at least one kind is.
    ``parent_answers``: some edition rolls the evidence of branches up to their parent, so that a change here concerns
    the parent as well.
    """

    facts: EntityFacts
    as_of: date
    kinds: tuple[KindRating, ...]
    orders: Mapping[str, tuple[str, ...]]
    domains: Mapping[str, Mapping[str, object]]
    state: str
    tier: str | None
    next_change_on: date | None
    parent_answers: bool
    disputed: bool

    def summary(self) -> dict[str, dict[str, str | None]]:
        """What a list or a notice needs of each kind, without the explanation."""
        return {
            kind: {
                "state": result.state,
                "reason": result.reason,
                "edition": result.edition,
                "score": None if result.total is None else format_points(result.total),
                "grade": result.grade,
                "tier": result.tier,
                "digest": digest.hex(),
            }
            for kind, result, _, digest in self.kinds
        }

    def fell(self, kind: str, before: str | None) -> bool:
        """Whether a kind's tier is worse than the one before, in the order of its edition.

        A tier that the edition does not know, or none, is neither better nor worse.
        """
        order = self.orders.get(kind, ())
        now = next((one.result.tier for one in self.kinds if one.kind == kind), None)
        return now in order and before in order and order.index(now) > order.index(before)


def rate_entity(subject: Subject, *, shelf: Shelf, domains: Mapping[str, str], as_of: date) -> EntityRating:
    """Rate one entity on one day in every kind that it holds or held."""
    facts = subject.facts
    kinds: list[KindRating] = []
    orders: dict[str, tuple[str, ...]] = {}
    parent_answers = False
    for kind in sorted(facts.kinds):
        chain = shelf.chain(kind=kind, region=facts.region, as_of=as_of)
        to_parent = rolls_up(chain, kind, as_of)
        parent_answers |= to_parent
        result = explain(history(subject, kind, with_branches=to_parent), chain, as_of)
        document, digest = encode(result)
        kinds.append(KindRating(kind, result, document, bytes.fromhex(digest)))
        orders[kind] = _tiers(chain, kind, as_of)
    standings = [
        KindStanding(one.kind, domains[one.kind], one.result.state, one.result.reason, one.result.tier) for one in kinds
    ]
    tiers = max(orders.values(), key=len, default=())
    by_domain = overall(standings, tiers)
    reached = [tier for found in by_domain.values() if (tier := found.tier) is not None]
    changes = [one.result.next_change_on for one in kinds if one.result.next_change_on is not None]
    return EntityRating(
        facts=facts,
        as_of=as_of,
        kinds=tuple(kinds),
        orders=orders,
        domains={domain: found.as_dict() for domain, found in by_domain.items()},
        state="rated" if reached else "unrated",
        tier=max(reached, key=tiers.index) if reached else None,
        next_change_on=min(changes, default=None),
        parent_answers=parent_answers,
        disputed=any(disputed for _, _, _, disputed in subject.evidence.events),
    )


def rolls_up(chain: EditionChain, kind: str, as_of: date) -> bool:
    """Whether the edition in force lets the evidence of branches count for their parent."""
    position = chain.index_on(as_of)
    return position is not None and chain.editions[position].rating_for(kind).branches == "to_parent"


def _tiers(chain: EditionChain, kind: str, as_of: date) -> tuple[str, ...]:
    position = chain.index_on(as_of)
    return () if position is None else chain.editions[position].rating_for(kind).tiers
