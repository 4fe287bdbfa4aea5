"""The tiers of many entities on a day, whatever waits for the drain: what a draw freezes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from service import register
from service.ratings.law import law_of
from service.ratings.proposals.rows import proposals_of
from service.ratings.queries import KindTiers
from service.ratings.read import heads_before, read_subjects
from service.ratings.rerates.speaking import AWAITED, BY_DAY, said

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from service.ratings.rate import EntityRating

_HEADS = text(f"""
    SELECT told.entity_id, told.summary,
           coalesce(told.as_of <= :day AND (told.next_change_on IS NULL OR told.next_change_on > :day)
                    AND NOT EXISTS (SELECT FROM unnest(told.awaited) AS begins
                                     WHERE begins > told.as_of AND begins <= :day), false)
             AND NOT EXISTS (SELECT FROM rerate_mark WHERE subject = told.entity_id)
             AND NOT EXISTS (SELECT FROM rating_quarantine AS held WHERE held.entity_id = told.entity_id) AS holds,
           told.as_of > :day AS later
      FROM (SELECT head.entity_id, {said("summary", "as_of", "next_change_on")}, {AWAITED} AS awaited
              FROM {BY_DAY} WHERE head.entity_id = ANY(:ids)) AS told
""")  # noqa: S608 - text of this room
_BATCH = 500


class TiersOnDay(NamedTuple):
    """``tiers``: by entity. ``explained``: how many were explained anew because no head could say."""

    tiers: Mapping[int, KindTiers]
    explained: int


def tiers_on(session: Session, ids: Sequence[int], *, day: date) -> TiersOnDay:
    """The tiers of a day as the session's snapshot knows them.

    A head speaks where it was written for that day and nothing waits, or what is staged where another law begins until
    then; every other entity is explained now.
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
    law = law_of(session, position)
    found: dict[int, KindTiers] = {}
    for first in range(0, len(ids), _BATCH):
        there = register.facts(session, ids[first : first + _BATCH], position=position)
        known = proposals_of(session, there, position=position)
        for subject in read_subjects(session, sorted(there), position=position):
            number = subject.facts.id
            found[number] = _tiers(law.shown(subject, day, known.get(number, {}), {}).summary())
    return found


def _explained(session: Session, ids: Sequence[int], later: Collection[int], day: date) -> Iterator[EntityRating]:
    """The entities on the day. A head written for a ``later`` day says nothing of what was in force before."""
    law = law_of(session)
    for first in range(0, len(ids), _BATCH):
        batch = ids[first : first + _BATCH]
        before, known = heads_before(session, batch), proposals_of(session, batch, position=None)
        for subject in read_subjects(session, batch):
            number = subject.facts.id
            head = {} if number in later else before.get(number, {})
            yield law.shown(subject, day, known.get(number, {}), head)


def _tiers(summary: Mapping[str, Mapping[str, object]]) -> KindTiers:
    return KindTiers({kind: str(said["tier"]) for kind, said in summary.items() if said.get("tier")}, pending=False)
