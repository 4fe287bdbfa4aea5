"""Who was inspected in a year and who was not, by the tier of the day."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from scoring.edition.tiering import UNRATED
from service import editions, evidence, ratings, register
from service.inspections.plans import planning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from service.insight.scope import Asked
    from service.platform import Actor

UNVISITED_COLUMNS = ("entity", "name", "tier", "kinds", "authority", "region", "last_inspected_on")


class Supervised(NamedTuple):
    """An entity of the scope on the day. ``tier``: the worst of its kinds; ``visits``: counted ones of the year."""

    entity: str
    name: str
    tier: str
    kinds: tuple[str, ...]
    authority: str
    region: str
    visits: int
    last_inspected_on: date | None


class TierCoverage(NamedTuple):
    """Of the entities of a tier: how many were inspected in the year; ``never``: how many were never inspected."""

    tier: str
    entities: int
    inspected: int
    never: int


class Coverage(NamedTuple):
    """``out``: entities that the register takes out of every frame; ``explained``: whose tier no head could tell."""

    asked: Asked
    tiers: Sequence[TierCoverage]
    out: int
    explained: int


class _Scope(NamedTuple):
    entities: Sequence[Supervised]
    scale: Sequence[str]
    out: int
    explained: int


def coverage_of(session: Session, actor: Actor, asked: Asked) -> Coverage:
    """How many entities of each tier were inspected up to the day, by whomever."""
    found = _supervised(session, actor, asked)
    entities = Counter(one.tier for one in found.entities)
    inspected = Counter(one.tier for one in found.entities if one.visits)
    never = Counter(one.tier for one in found.entities if one.last_inspected_on is None)
    tiers = [
        TierCoverage(tier, entities[tier], inspected[tier], never[tier])
        for tier in (*found.scale, UNRATED)
        if entities[tier]
    ]
    return Coverage(asked, tiers, found.out, found.explained)


def unvisited(session: Session, actor: Actor, asked: Asked, *, tier: str, after: str = "") -> Iterator[Supervised]:
    """The entities of a tier without an inspection in the year, by key."""
    for one in _supervised(session, actor, asked).entities:
        if one.tier == tier and not one.visits and one.entity > after:
            yield one


def unvisited_row(one: Supervised) -> dict[str, object]:
    """An entity of the list, as JSON has it."""
    last = one.last_inspected_on
    told = {name: getattr(one, name) for name in UNVISITED_COLUMNS}
    return {**told, "kinds": list(one.kinds), "last_inspected_on": None if last is None else last.isoformat()}


def unvisited_cells(one: Supervised) -> list[object]:
    """An entity of the list, as CSV has it: kinds in one cell."""
    told = {**unvisited_row(one), "kinds": " ".join(one.kinds)}
    return [told[name] for name in UNVISITED_COLUMNS]


def _supervised(session: Session, actor: Actor, asked: Asked) -> _Scope:
    kinds = [row.code for row in register.kinds(session)]
    held = register.holders(
        session, kinds=kinds, authorities=asked.authorities, regions=actor.regions or None, on=asked.on
    )
    there = [one for one in held if one.status not in planning()["exclusions"]]
    ids = [one.id for one in there]
    tiers = ratings.tiers_on(session, ids, day=asked.on)
    seen = evidence.inspected(session, ids, since=asked.first_day, day=asked.on, uncounted=planning()["uncounted"])
    scale = _scale(session)
    entities = [
        Supervised(
            entity=one.key,
            name=one.name,
            tier=_worst(tiers.tiers.get(one.id), scale),
            kinds=one.kinds,
            authority=one.authority,
            region=one.region,
            visits=seen[one.id].visits if one.id in seen else 0,
            last_inspected_on=seen[one.id].last_on if one.id in seen else None,
        )
        for one in there
    ]
    return _Scope(entities, scale, len(held) - len(there), tiers.explained)


def _scale(session: Session) -> tuple[str, ...]:
    """The tiers from best to worst, as the edition with the most of them has them."""
    found = (rating.tiers for edition in editions.shelf(session).editions for rating in edition.ratings.values())
    return max(found, key=len, default=())


def _worst(said: ratings.KindTiers | None, scale: Sequence[str]) -> str:
    known: Mapping[str, int] = {tier: place for place, tier in enumerate(scale)}
    reached = [tier for tier in ({} if said is None else said.tiers).values() if tier in known]
    return max(reached, key=lambda tier: known[tier], default=UNRATED)
