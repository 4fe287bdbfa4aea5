"""Whom the rehearsed repairs are about: found by looking at the city's penalties, never named beforehand."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from service import editions, evidence, publicity, ratings, repairs
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from sqlalchemy.orm import Session

    from scoring.edition.envelope import Edition
    from service.cli.rehearsal.stage import Stage
    from service.evidence import Decision
    from service.platform import UnitOfWork
    from service.register import EntityFacts

MOST_PENALTIES = 5_000
LOOKED_AT = 40
"""Penalties of each tier that are looked at closely."""

ENOUGH = 2
"""Of each tier, penalties whose repair would move it: then it is left; after two such tiers no other is looked at."""

ROLES = ("granted", "revoked", "lapsed")


class Chosen(NamedTuple):
    """A penalty that may be repaired, and its owner.

    ``papers``: what must be sent; ``shown``: whether the law shows it to the public today; ``moves``: whether its
    repair would better the tier.
    """

    entity: EntityFacts
    record: int
    edition: Edition
    papers: tuple[str, ...]
    tier: str
    shown: bool
    moves: bool


def choose(stage: Stage, filed_on: date) -> dict[str, Chosen]:
    """One penalty for each part of the rehearsal, of as many entities; fewer in a city that has not as many.

    ``filed_on``: a day on which all of them could already be applied for.
    """
    with stage.running.database.reader() as session:
        by_tier = _penalties(session, stage)
    found: list[Chosen] = []
    for penalties in by_tier.values():
        own: list[Chosen] = []
        for one in _repairable(stage, islice(penalties, LOOKED_AT), filed_on):
            own.append(one)
            if sum(each.shown and each.moves for each in own) == ENOUGH:
                break
        found += own
        if sum(each.shown and each.moves for each in found) >= 2 * ENOUGH:
            break
    return cast(found)


def cast(found: Iterable[Chosen]) -> dict[str, Chosen]:
    """Who plays which part.

    The repair that is granted is of the worst tier. A fall into the last tier is proposed before it counts, so the one
    that falls back again is of a better tier where there is one.
    """
    best = sorted(found, key=lambda one: (one.shown, one.moves, one.tier), reverse=True)
    others = sorted(best[1:], key=lambda one: (not one.shown, not one.moves, one.tier))
    return dict(zip(ROLES, [*best[:1], *others], strict=False))


def _penalties(session: Session, stage: Stage) -> dict[str, list[Decision]]:
    """The last performed penalty of each entity by the tier of its owner, the worst tier first."""
    today = stage.this_day()
    catalogue = evidence.read_catalogue(session)
    kinds = [code for code, kind in catalogue.kinds.items() if kind.penalty]
    of: dict[int, Decision] = {}
    for one in evidence.decisions(session, evidence.Wanted(kinds=kinds, limit=MOST_PENALTIES)):
        event = one.known.event
        struck = event.annulled_on is not None or event.repaired_on is not None or one.known.withdrawn_on is not None
        before = of.get(one.entity)
        if struck or event.performed_on is None or (before and before.known.event.decided_on > event.decided_on):
            continue
        of[one.entity] = one
    tiers = ratings.tiers_of(session, list(of))
    grouped: dict[str, list[Decision]] = {}
    for entity, one in of.items():
        worst = max(tiers[entity].tiers.values(), default=None) if entity in tiers else None
        if worst is not None:
            grouped.setdefault(worst, []).append(one)
    for own in grouped.values():
        own.sort(key=lambda one: (_still_counts(one, today), one.known.event.decided_on), reverse=True)
    return dict(sorted(grouped.items(), reverse=True))


def _still_counts(one: Decision, today: date) -> bool:
    end = one.known.event.publicity_ends_on
    return end is not None and end > today


def _repairable(stage: Stage, penalties: Iterable[Decision], filed_on: date) -> Iterator[Chosen]:
    today = stage.this_day()
    for one in penalties:
        with stage.on(today, stage.approver) as uow:
            found = _looked_at(uow, one, filed_on, today)
            uow.abandon()
        if found is None or not stage.handler.may_see(found.entity.authority, found.entity.region):
            continue
        if all(_may_apply(stage, found, day) for day in (filed_on, today)):
            yield found


def _may_apply(stage: Stage, found: Chosen, day: date) -> bool:
    """Whether its owner may apply: tried in a transaction that nobody keeps.

    Of today too: an earlier demonstration over the same folder may have left a bar or an open case.
    """
    try:
        with stage.on(day, stage.party(found.entity.key)) as uow:
            repairs.apply(uow, entity=found.entity.key, record=found.record, reason="演示 · demonstration")
            uow.abandon()
    except Problem:
        return False
    return True


def _looked_at(uow: UnitOfWork, one: Decision, filed_on: date, today: date) -> Chosen | None:
    session = uow.session
    record = repairs.adverse(session, one.event, as_of=filed_on)
    if record is None:
        return None
    entity = record.entity
    edition = editions.law_for(session, matter="repair", kinds=record.kinds, region=entity.region, day=filed_on)
    if edition is None or not (said := repairs.eligible(record, edition, filed_on)).holds:
        return None
    standing = publicity.one_record(session, one.event, now=uow.now)
    shown = standing is not None and standing.standing.state in {"due", "public"}
    tier = max(ratings.tiers_of(session, [entity.id])[entity.id].tiers.values())
    return Chosen(entity, one.event, edition, said.papers, tier, shown, _tried(uow, entity, one.event, today) < tier)


def _tried(uow: UnitOfWork, entity: EntityFacts, record: int, today: date) -> str:
    """The tier that a repair of today would give: tried in a transaction that nobody keeps."""
    body = {
        "source": "repairs",
        "source_ref": f"trial/{record}",
        "act": "repair",
        "acted_on": today.isoformat(),
        "reason": "演示 · demonstration",
    }
    evidence.record_own_act(uow=uow, event_id=record, body=body, catalogue=evidence.read_catalogue(uow.session))
    found = ratings.recomputed(uow.session, entity.key, now=uow.now, as_of=None, position=None)
    tiers = [] if found is None else [str(said["tier"]) for said in found.summary.values() if said["tier"]]
    return max(tiers, default="")
