"""How many visits an entity's tier permits in a year, and how many it has had, over all departments and types."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from scoring.edition.tiering import UNRATED
from service import editions, evidence, ratings
from service.inspections.plans import planning
from service.inspections.visits.vocabulary import visit_types
from service.platform import Beyond, beyond_scope

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy.orm import Session

    from scoring.edition.model import Edition, Frequency
    from service.register import EntityFacts

_LEDGER = text("""
INSERT INTO visit_ledger (entity_id, year, taken)
SELECT wanted.id, :year, 0 FROM unnest(CAST(:ids AS bigint[])) WITH ORDINALITY AS wanted (id, place) ORDER BY place
ON CONFLICT DO NOTHING
""")
_HELD = text("""
SELECT entity_id FROM visit_ledger WHERE year = :year AND entity_id = ANY(:ids) ORDER BY entity_id FOR UPDATE
""")
_TAKEN = text("""
UPDATE visit_ledger SET taken = counted.taken
  FROM unnest(CAST(:ids AS bigint[]), CAST(:counts AS bigint[])) AS counted (id, taken)
 WHERE visit_ledger.entity_id = counted.id AND visit_ledger.year = :year
""")
_UNDER_WAY = text("""
SELECT entity_id, count(*) FROM visit
 WHERE entity_id = ANY(:ids) AND year = :year AND type = ANY(:types)
   AND state IN ('dispatched', 'off_site', 'on_site', 'recorded', 'signed')
 GROUP BY entity_id
""")


class Supervised(NamedTuple):
    """Under which kind, tier and frequency an entity is visited; ``edition``: that says so. None where silent."""

    kind: str | None
    tier: str | None
    edition: str | None
    frequency: Frequency | None

    @property
    def cap(self) -> int | None:
        """The most visits a year; None where the edition lays down none."""
        return None if self.frequency is None else self.frequency.max_per_year


def hold_ledger(session: Session, ids: Iterable[int], year: int) -> None:
    """Hold the ledger rows of entities until the transaction ends: who else would visit them waits."""
    ordered = sorted(set(ids))
    session.execute(_LEDGER, {"ids": ordered, "year": year})
    session.execute(_HELD, {"ids": ordered, "year": year}).all()


def note_taken(session: Session, counts: Mapping[int, int], year: int) -> None:
    """Write into held ledger rows how many visits are now permitted."""
    session.execute(_TAKEN, {"ids": list(counts), "counts": list(counts.values()), "year": year})


def taken(session: Session, ids: Collection[int], year: int) -> dict[int, int]:
    """Visits that count against the cap of a year: those recorded, by whomever, and those still under way."""
    uncounted = planning()["uncounted"]
    first, last = date(year, 1, 1), date(year, 12, 31)
    recorded = evidence.inspected(session, ids, since=first, day=last, uncounted=uncounted)
    types = [row.code for row in visit_types().values() if row.occasion not in uncounted]
    with beyond_scope(session, Beyond.CAPS):
        rows = session.execute(_UNDER_WAY, {"ids": list(ids), "year": year, "types": types}).all()
    under_way = {row[0]: row[1] for row in rows}
    return {number: under_way.get(number, 0) + (recorded[number].visits if number in recorded else 0) for number in ids}


def supervised(
    session: Session, entities: Mapping[int, EntityFacts], *, kinds: Collection[str], day: date
) -> dict[int, Supervised]:
    """How each entity is supervised on a day: under the kind of its worst tier among those visited."""
    shelf = editions.shelf(session)
    known = ratings.tiers_of(session, list(entities))
    found: dict[int, Supervised] = {}
    for number, entity in entities.items():
        tiers = known[number].tiers if number in known else {}
        held = [kind for kind in held_kinds(entity, day) if kind in kinds] or held_kinds(entity, day)
        ways: list[tuple[int, str, Supervised]] = []
        for kind in held:
            chain = shelf.chain(kind=kind, region=entity.region, as_of=day)
            index = chain.index_on(day)
            if index is not None:
                edition, tier = chain.editions[index], tiers.get(kind)
                frequency = edition.frequency.get(tier or UNRATED)
                ways.append((_rank(edition, kind, tier), kind, Supervised(kind, tier, edition.id, frequency)))
        found[number] = max(ways)[2] if ways else Supervised(held[0] if held else None, None, None, None)
    return found


def held_kinds(entity: EntityFacts, day: date) -> list[str]:
    """The kinds of which an entity holds a licence on a day, in order."""
    return sorted(
        kind
        for kind, spans in entity.kinds.items()
        if any(first <= day and (end is None or day < end) for first, end in spans)
    )


def _rank(edition: Edition, kind: str, tier: str | None) -> int:
    """Unrated first, then the tiers from best to worst."""
    tiers = edition.rating_for(kind).tiers
    return -1 if tier is None or tier not in tiers else tiers.index(tier)
