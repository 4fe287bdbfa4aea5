"""Who could have a record repaired now, or on which day, and with what missing: for those who go and tell them."""

from __future__ import annotations

from collections import Counter
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import text

from service import register, repairs
from service.inspections.plans import reached
from service.platform import Beyond, Problem, beyond_scope, local_day, region_prefix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from service.platform import Actor
    from service.register import EntityFacts
    from service.repairs import Chance

AT_ONCE: Final = 500
"""Entities read at a time: memory does not grow with their number."""
STANDINGS: Final = ("now", "waits", "to_do", "never", "no_law")
OVER: Final = frozenset({"ended", "withdrawn"})
"""States of publicity after which nobody has to be told of repair."""
OUTREACH_COLUMNS = (
    "entity", "name", "authority", "region", "record", "code", "decided_on", "class", "publicity", "standing",
    "from_day", "waits_until", "missing", "papers", "disputed", "case", "edition", "digest",
)  # fmt: skip

_ENTITIES = text("""
SELECT n.public_key, n.id FROM entity n JOIN authority a ON a.id = n.authority_id
 WHERE n.public_key >= :entity AND (n.public_key <> :entity OR :record > 0)
   AND (CAST(:authorities AS text[]) IS NULL OR a.code = ANY(:authorities))
   AND (CAST(:own AS text[]) IS NULL OR n.region LIKE ANY(:own))
   AND (CAST(:inside AS text[]) IS NULL OR n.region LIKE ANY(:inside))
   AND EXISTS (SELECT FROM event e
                WHERE e.entity_id = n.id
                  AND (e.decision_kind = ANY(:kinds)
                       OR e.id IN (SELECT event_id FROM event_act
                                    WHERE act = 'correction' AND detail -> 'changes' ? 'decision_kind')))
 ORDER BY n.public_key LIMIT :limit
""")
_CASES = text("""
SELECT event_id, number FROM repair_case WHERE procedure = 'repair' AND open AND event_id = ANY(:events)
""")


class Place(NamedTuple):
    """Where a page begins: after this record of this entity; the empty key: at the beginning."""

    entity: str = ""
    record: int = 0


BEGINNING: Final = Place()


class Outreach(NamedTuple):
    """Whom to list. ``authority``: with all below it; ``region``: with what it holds; ``on``: None is today there.

    ``by``: only who could apply by that day, once what is missing is done.
    """

    authority: str | None = None
    region: str | None = None
    standing: str | None = None
    on: date | None = None
    by: date | None = None


class Reachable(NamedTuple):
    """One record of an entity. ``standing``: of ``STANDINGS``; ``case``: the number of a repair that is under way."""

    entity: EntityFacts
    chance: Chance
    standing: str
    case: str | None


def outreach(
    session: Session, actor: Actor, asked: Outreach, *, now: datetime, after: Place = BEGINNING
) -> Iterator[Reachable]:
    """Every record that repair is for within the caller's scope, by key of the entity and number, as it is read.

    One pass; some statements for some hundred entities. What is asked for is checked at once, not when it is read.

    Raises:
        Problem: ``out_of_scope``, ``entity_authority_unknown``, ``entity_region_unknown``.
    """
    return _found(session, asked, _given(session, actor, asked), now, after)


def _found(
    session: Session, asked: Outreach, given: Mapping[str, object], now: datetime, place: Place
) -> Iterator[Reachable]:
    while True:
        rows = session.execute(_ENTITIES, {**given, **place._asdict(), "limit": AT_ONCE}).all()
        for one in _of(session, [row.id for row in rows], asked.on, now):
            passed = one.entity.key == place.entity and one.chance.record.event_id <= place.record
            if not passed and _is_asked(asked, one):
                yield one
        if len(rows) < AT_ONCE:
            return
        place = Place(rows[-1].public_key)


def by_district(found: Iterable[Reachable]) -> list[dict[str, object]]:
    """How many records of each standing there are in each region, by its code."""
    counts: dict[str, Counter[str]] = {}
    for one in found:
        counts.setdefault(one.entity.region, Counter())[one.standing] += 1
    return [
        {"region": region, **{name: counted[name] for name in STANDINGS}} for region, counted in sorted(counts.items())
    ]


def outreach_row(one: Reachable) -> dict[str, object]:
    """One record as JSON has it."""
    record, said = one.chance.record, one.chance.said
    return {
        "entity": one.entity.key,
        "name": one.entity.name,
        "authority": one.entity.authority,
        "region": one.entity.region,
        "record": record.event_id,
        "code": record.event.code,
        "decided_on": record.event.decided_on.isoformat(),
        "class": record.facts.class_,
        "publicity": record.publicity,
        "standing": one.standing,
        "from_day": _day(None if said is None else said.from_day),
        "waits_until": _day(None if said is None else said.waits_until),
        "missing": [] if said is None else list(said.missing),
        "papers": [] if said is None else list(said.papers),
        "disputed": record.disputed,
        "case": one.case,
        "edition": None if said is None else said.edition,
        "digest": None if said is None else said.digest,
    }


def outreach_cells(found: Iterator[Reachable]) -> Iterator[list[list[object]]]:
    """The records as CSV has them, some hundred at a time: lists in one cell."""
    while some := list(islice(found, AT_ONCE)):
        yield [_cells(one) for one in some]


def _cells(one: Reachable) -> list[object]:
    row = outreach_row(one)
    return [
        " ".join(map(str, cell)) if isinstance(cell, list) else cell for cell in map(row.__getitem__, OUTREACH_COLUMNS)
    ]


def _is_asked(asked: Outreach, one: Reachable) -> bool:
    if asked.by is not None:
        until = None if one.chance.said is None else one.chance.said.waits_until
        if until is None or until > asked.by:
            return False
    return asked.standing in {None, one.standing}


def standing_of(chance: Chance) -> str:
    """``now``, ``waits`` (for time alone), ``to_do`` (something is missing), ``never``, ``no_law``."""
    said = chance.said
    if said is None:
        return "no_law"
    if said.holds:
        return "now"
    if said.from_day is not None:
        return "waits"
    return "never" if said.waits_until is None else "to_do"


def _given(session: Session, actor: Actor, asked: Outreach) -> Mapping[str, object]:
    """What the statement is given for the scope of the caller and of the question."""
    authorities = actor.authorities
    if asked.authority is not None:
        if not actor.reaches(asked.authority):
            raise Problem("out_of_scope")
        if asked.authority not in {row.code for row in register.authorities(session)}:
            raise Problem("entity_authority_unknown", pointer="/authority", authority=asked.authority)
        authorities = [one for one in reached(session, [asked.authority]) if actor.reaches(one)]
    inside: list[str] | None = None
    if asked.region is not None:
        if asked.region not in {row.code for row in register.regions(session)}:
            raise Problem("entity_region_unknown", pointer="/region", region=asked.region)
        inside = [f"{one}%" for one in register.region_prefixes(session, asked.region)]
    return {
        "authorities": authorities,
        "own": [f"{region_prefix(one)}%" for one in actor.regions] or None,
        "inside": inside,
        "kinds": sorted(repairs.repairable_kinds(session)),
    }


def _of(session: Session, ids: Sequence[int], on: date | None, now: datetime) -> Iterator[Reachable]:
    """The records of some entities, in their order."""
    facts = register.facts(session, ids, position=None)
    entities = [facts[number] for number in ids]
    found = [
        (entity, chance)
        for day, some in groupby(entities, key=lambda one: on or local_day(now, one.timezone))
        for entity, chances in repairs.chances_of_each(session, list(some), as_of=day)
        for chance in chances
        if chance.record.publicity not in OVER
    ]
    asked = {"events": [chance.record.event_id for _, chance in found]}
    with beyond_scope(session, Beyond.ONCE):
        under_way = {row.event_id: row.number for row in session.execute(_CASES, asked)}
    for entity, chance in found:
        yield Reachable(entity, chance, standing_of(chance), under_way.get(chance.record.event_id))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
