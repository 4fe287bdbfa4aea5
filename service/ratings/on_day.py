"""The tiers of many entities on a day, whatever waits for the drain: what a draw freezes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from service import editions, register
from service.ratings.proposals.rows import proposals_of
from service.ratings.proposals.settle import shown
from service.ratings.queries import KindTiers
from service.ratings.rate import rate_entity
from service.ratings.read import heads_before, read_subjects

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from service.ratings.rate import EntityRating

_HEADS = text("""
    SELECT head.entity_id, head.summary,
           coalesce(head.as_of <= :day AND (head.next_change_on IS NULL OR head.next_change_on > :day), false)
             AND NOT EXISTS (SELECT FROM rerate_mark WHERE subject = head.entity_id)
             AND NOT EXISTS (SELECT FROM rating_quarantine AS held WHERE held.entity_id = head.entity_id) AS holds,
           head.as_of > :day AS later
      FROM rating_head AS head WHERE head.entity_id = ANY(:ids)
""")
_BATCH = 500


class TiersOnDay(NamedTuple):
    """``tiers``: by entity. ``explained``: how many were explained anew because no head could say."""

    tiers: Mapping[int, KindTiers]
    explained: int


def tiers_on(session: Session, ids: Sequence[int], *, day: date) -> TiersOnDay:
    """The tiers of a day as the session's snapshot knows them.

    A head speaks where it was written for that day and nothing waits; every other entity is explained now.
    """
    found: dict[int, KindTiers] = {}
    later: set[int] = set()
    for number, summary, holds, moved_on in session.execute(_HEADS, {"ids": list(ids), "day": day}):
        if holds:
            found[number] = _tiers(summary)
        elif moved_on:
            later.add(number)
    rest = [number for number in ids if number not in found]
    for rated in _explained(session, rest, later, day):
        found[rated.facts.id] = _tiers(rated.summary())
    return TiersOnDay(found, len(rest))


def tiers_known(session: Session, ids: Sequence[int], *, day: date, position: int) -> dict[int, KindTiers]:
    """The tiers that the evidence known at a sealed position gives for a day; an entity not recorded then is left out.

    Proposals and decisions known at the position keep in force what they kept.
    """
    shelf, domains = editions.shelf(session), register.domains(session)
    found: dict[int, KindTiers] = {}
    for first in range(0, len(ids), _BATCH):
        there = register.facts(session, ids[first : first + _BATCH], position=position)
        known = proposals_of(session, there, position=position)
        for subject in read_subjects(session, sorted(there), position=position):
            rated = rate_entity(subject, shelf=shelf, domains=domains, as_of=day)
            found[subject.facts.id] = _tiers(shown(rated, known.get(subject.facts.id, {}), {}, domains).summary())
    return found


def _explained(session: Session, ids: Sequence[int], later: Collection[int], day: date) -> Iterator[EntityRating]:
    """The entities on the day. A head written for a ``later`` day says nothing of what was in force before."""
    shelf, domains = editions.shelf(session), register.domains(session)
    for first in range(0, len(ids), _BATCH):
        batch = ids[first : first + _BATCH]
        before, known = heads_before(session, batch), proposals_of(session, batch, position=None)
        for subject in read_subjects(session, batch):
            number = subject.facts.id
            rated = rate_entity(subject, shelf=shelf, domains=domains, as_of=day)
            head = {} if number in later else before.get(number, {})
            yield shown(rated, known.get(number, {}), head, domains)


def _tiers(summary: Mapping[str, Mapping[str, object]]) -> KindTiers:
    return KindTiers({kind: str(said["tier"]) for kind, said in summary.items() if said.get("tier")}, pending=False)
