"""Who sees what of a tier: the public what the authority publishes, partners the tier, the entity its own reasons."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import orjson

from service.platform import Problem, Role
from service.ratings.words import NO_TIER_PUBLISHED, unpublished_told
from service.register import masked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.editions import Shelf
    from service.platform import Actor
    from service.ratings.queries import Standing


INSIDE = frozenset({"status", "proposed", "due_on", "proposal", "suspended"})
"""Parts of a kind's summary that only those who supervise it, and the entity, are told."""


class Audience(StrEnum):
    """Whom an answer is made for."""

    STAFF = "staff"
    OWN = "own"
    PARTNER = "partner"
    PUBLIC = "public"


def is_outside(actor: Actor, key: str) -> bool:
    """Whether a caller is told of an entity what everybody is: anyone, and every other entity."""
    return actor.role is Role.PUBLIC or (actor.role is Role.ENTITY and actor.subject != key)


def audience_of(actor: Actor, *, key: str, authority: str, region: str) -> Audience:
    """The audience that a caller is in for one entity.

    An entity's token reaches its subject within the scope that it was issued for: whoever issues tokens for one region
    must not see by them what lies in another.

    Raises:
        Problem: ``out_of_scope``: staff, a partner, or the entity itself, by a token of another authority or region.
    """
    if is_outside(actor, key):
        return Audience.PUBLIC
    if not actor.may_see(authority, region):
        raise Problem("out_of_scope")
    if actor.is_staff:
        return Audience.STAFF
    return Audience.OWN if actor.role is Role.ENTITY else Audience.PARTNER


def published(summary: Mapping[str, Mapping[str, Any]], shelf: Shelf) -> dict[str, dict[str, Any]]:
    """The kinds whose edition lets the public see its tiers (不公开 where it does not).

    A tier that is only proposed is not told to the public: the entity hears of it first (Shenzhen art. 39).
    """
    public = {edition.id for edition in shelf.editions if edition.published_to_public}
    return {kind: _in_force(one) for kind, one in summary.items() if one["edition"] in public}


def answer(found: Standing, audience: Audience, shelf: Callable[[], Shelf], lang: str) -> bytes:
    """The answer for one audience as JSON, sentences in ``lang``.

    Explanations are passed on byte for byte, as their digests cover them.
    """
    if audience is Audience.PUBLIC:
        return orjson.dumps(to_the_public(found, shelf(), lang))
    veiled = found.natural_person and audience is Audience.PARTNER  # who asks knows whom he asks about
    told: dict[str, Any] = {
        "entity": found.key,
        "name": masked(found.name) if veiled else found.name,
        "as_of": found.as_of,
        "computed_at": found.computed_at,
        "position": found.position,
        "pending": found.pending,
        "disputed": found.disputed,
        "audience": audience,
    }
    told |= {"state": found.state, "reason": found.reason, "tier": found.tier, "domains": found.domains}
    if audience is Audience.PARTNER:
        told["kinds"] = {kind: bare(one) for kind, one in found.summary.items()}
        return orjson.dumps(told)
    told |= {
        "next_change_on": found.next_change_on,
        "quarantined": found.quarantined,
        "kinds": found.summary,
        "explanations": [orjson.Fragment(document) for document in found.documents],
    }
    return orjson.dumps(told)


def to_the_public(found: Standing, shelf: Shelf, lang: str) -> dict[str, Any]:
    """What anyone is told: the published kinds as of today, or of the day asked; where there are none, why.

    When it was computed, whether something waits and whether something is disputed tell of every kind together, so
    they are told only where every kind is published: else one who asks again and again would see that something was
    recorded of what the authority keeps to itself.
    """
    kinds = {kind: bare(one) for kind, one in published(found.summary, shelf).items()}
    told: dict[str, Any] = {
        "entity": found.key,
        "name": masked(found.name) if found.natural_person else found.name,
        "as_of": found.today or found.as_of,
        "position": found.position,
        "audience": Audience.PUBLIC,
        "kinds": kinds,
    }
    if kinds and kinds.keys() == found.summary.keys():
        marks = {"pending": found.pending, "disputed": found.disputed}
        told |= {"as_of": found.as_of, "computed_at": found.computed_at, **marks}
    if not kinds:
        told |= {"reason": NO_TIER_PUBLISHED, "reason_told": unpublished_told(found.key, lang)}
    return told


def bare(one: Mapping[str, Any]) -> dict[str, Any]:
    """What a partner is told of a kind, and the public of one that is published: the tier, without score or digest."""
    told = {name: one[name] for name in ("state", "reason", "grade", "tier")}
    return told | {name: one[name] for name in ("proposed", "due_on") if one["state"] == "provisional"}


def _in_force(one: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: said for name, said in one.items() if name not in INSIDE}
    return told if "status" not in one else told | {"state": "rated"}
