"""What is public now, what is owed by when: answers from evidence and editions only."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from sqlalchemy import text

from service import evidence, register
from service.platform import Problem
from service.publicity.alike import Readings
from service.publicity.reading import Published, covered_kinds, published
from service.publicity.watching import owed_first, to_look_at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from scoring.publicity import Due
    from service.platform import Actor
    from service.register import EntityFacts

# A record is shown at a place where its last publication was not withdrawn. OFFSET 0: looked up for each record that
# is met, of which a page needs few; joined, all that were ever withdrawn would be read first.
_STANDING = """p.act = 'publish' AND NOT EXISTS (
       SELECT FROM publication_act w
        WHERE w.event_id = p.event_id AND w.place = p.place AND w.act = 'withdraw' AND w.id > p.id OFFSET 0)"""
_OF = f"""
  FROM publication_act p
  JOIN event e ON e.id = p.event_id
  JOIN entity n ON n.id = e.entity_id
  JOIN authority a ON a.id = n.authority_id
 WHERE {_STANDING}
   AND (CAST(:entity AS bigint) IS NULL OR e.entity_id = :entity)
   AND (CAST(:authority AS text) IS NULL OR a.code = :authority)
   AND {register.NAMED}
"""
_SHOWN = text(f"SELECT DISTINCT p.event_id {_OF} AND p.event_id > :after ORDER BY p.event_id LIMIT :limit")
_NEWER = _STANDING.replace("p.", "newer.")
_NEWEST = text(
    f"""
SELECT p.event_id, p.id AS act {_OF} AND p.id < :after AND NOT EXISTS (
       SELECT FROM publication_act newer WHERE newer.event_id = p.event_id AND newer.id > p.id AND {_NEWER} OFFSET 0)
 ORDER BY p.id DESC LIMIT :limit
"""  # noqa: S608 constants
)

_STILL_SHOWN = text("""
SELECT DISTINCT event_id FROM (
  SELECT DISTINCT ON (event_id, place) event_id, act FROM publication_act
   WHERE event_id = ANY(:events) AND act IN ('publish', 'withdraw')
   ORDER BY event_id, place, id DESC) last
 WHERE act = 'publish'
""")
AT_ONCE = 1_000
"""Records read at a time."""


class Owed(NamedTuple):
    """One stage of a duty that is not done. ``alarm``: due soon, overdue, or None: not yet near."""

    of: Published
    due: Due
    alarm: Literal["due", "overdue"] | None


def entity_of(session: Session, key: str) -> EntityFacts:
    """The entity of a key.

    Raises:
        Problem: ``entity_not_found``.
    """
    number = register.resolve(session, [key]).get(key)
    if number is None:
        raise Problem("entity_not_found", key=key[:80])
    return register.facts(session, [number], position=None)[number]


def records_of(session: Session, entity: EntityFacts, *, now: datetime, as_of: date | None) -> list[Published]:
    """Every record of an entity that some edition speaks of, by number."""
    wanted = evidence.Wanted(kinds=covered_kinds(session), entities=[entity.id])
    return published(session, wanted, now=now, as_of=as_of)


def records_of_each(
    session: Session, entities: Collection[int], *, now: datetime, as_of: date | None
) -> list[Published]:
    """The same for many entities, by their internal numbers, in a few statements; ask for some hundred."""
    wanted = evidence.Wanted(kinds=covered_kinds(session), entities=entities)
    readings: Readings = session.info.setdefault(Readings, Readings())  # one session asks about many entities
    return published(session, wanted, now=now, as_of=as_of, readings=readings)


def one_record(session: Session, event: int, *, now: datetime, as_of: date | None = None) -> Published | None:
    """One record on a day (None: today); None where no edition speaks of such a decision, or there is none."""
    found = published(session, evidence.Wanted(kinds=covered_kinds(session), events=[event]), now=now, as_of=as_of)
    return found[0] if found else None


def public_records(
    session: Session,
    *,
    entity: str | None,
    authority: str | None,
    name: str | None = None,
    now: datetime,
    after: int,
    limit: int,
) -> list[Published]:
    """Up to ``limit`` records that are shown somewhere and that the law shows today, by number, after ``after``.

    ``name``: a part of the entity's name.

    Raises:
        Problem: ``entity_search_too_short``.
    """
    named = register.name_asked(session, name)
    kinds = covered_kinds(session)
    only = None if entity is None else register.resolve(session, [entity]).get(entity, 0)
    found: list[Published] = []
    readings = Readings()
    while len(found) < limit:
        asked = {"after": after, "entity": only, "authority": authority, "limit": limit, **named}
        events = list(session.scalars(_SHOWN, asked))
        wanted = evidence.Wanted(kinds, events=events)
        shown = published(session, wanted, now=now, readings=readings)
        found += [one for one in shown if one.standing.state == "public"]
        if len(events) < limit:
            break
        after = events[-1]
    return found[:limit]


def newest_public_records(
    session: Session,
    *,
    entity: str | None,
    authority: str | None,
    name: str | None = None,
    now: datetime,
    after: int,
    limit: int,
) -> list[Published]:
    """The same, what was shown last first: before the act ``after`` (`last_shown`).

    Raises:
        Problem: ``entity_search_too_short``.
    """
    kinds, readings = covered_kinds(session), Readings()
    only = None if entity is None else register.resolve(session, [entity]).get(entity, 0)
    asked = {"entity": only, "authority": authority, "limit": limit, **register.name_asked(session, name)}
    found: list[Published] = []
    while len(found) < limit:
        rows = session.execute(_NEWEST, {**asked, "after": after}).all()
        turn = {row.event_id: place for place, row in enumerate(rows)}
        shown = published(session, evidence.Wanted(kinds, events=list(turn)), now=now, readings=readings)
        public = [one for one in shown if one.standing.state == "public"]
        found += sorted(public, key=lambda one: turn[one.decision.event])
        if len(rows) < limit:
            break
        after = rows[-1].act
    return found[:limit]


def last_shown(found: Published) -> tuple[int]:
    """The newest act by which a record that is public was shown where it still is."""
    last = {one.place: one for one in found.acts if one.act in {"publish", "withdraw"}}
    return (max(one.id for one in last.values() if one.act == "publish"),)


def public_among(session: Session, events: Collection[int], *, now: datetime) -> dict[int, int]:
    """Of these records those that are public today: by number, the entity."""
    wanted = evidence.Wanted(covered_kinds(session), events=list(events))
    found = published(session, wanted, now=now, readings=Readings()) if events else []
    return {one.decision.event: one.entity.id for one in found if one.standing.state == "public"}


def still_shown(session: Session, events: Collection[int]) -> set[int]:
    """Which of these records are shown somewhere: published there and not taken down since."""
    return set(session.scalars(_STILL_SHOWN, {"events": list(events)}))


def worklist(session: Session, actor: Actor, *, now: datetime, limit: int) -> list[Owed]:
    """What is owed in the caller's scope and not done: what is due first comes first.

    Looked at are the records of which the last look knows that something is owed, the first ``limit`` of them, and all
    that may have changed since.
    """
    changed = to_look_at(session, now=now, authorities=actor.authorities)
    numbers = sorted({*changed, *owed_first(session, actor, limit=limit)})
    kinds = covered_kinds(session)
    found: list[Owed] = []
    readings = Readings()
    for first in range(0, len(numbers), AT_ONCE):
        wanted = evidence.Wanted(kinds, events=numbers[first : first + AT_ONCE])
        for one in published(session, wanted, now=now, readings=readings):
            if actor.may_see(one.entity.authority, one.entity.region):
                found += open_duties(one)
    return sorted(found, key=lambda owed: (owed.due.due_on, owed.of.decision.event, owed.due.duty))[:limit]


def every_record(
    session: Session, *, now: datetime, authorities: list[str] | None, after: int = 0
) -> Iterator[Published]:
    """Every record of which some edition speaks, by number, some at a time: memory stays bounded."""
    kinds, readings = covered_kinds(session), Readings()
    while True:
        wanted = evidence.Wanted(kinds=kinds, authorities=authorities, after=after, limit=AT_ONCE)
        found = published(session, wanted, now=now, readings=readings)
        yield from found
        if len(found) < AT_ONCE:
            return
        after = found[-1].decision.event


def open_duties(one: Published) -> Iterator[Owed]:
    """The stages that are not done, each with its alarm."""
    for due in one.due:
        if due.done_on is None:
            near = due.alarm_on is not None and due.alarm_on <= one.as_of
            yield Owed(one, due, "overdue" if due.is_over(one.as_of) else "due" if near else None)


def over_since(one: Published) -> date | None:
    """The first day on which its longest publicity was over; None: it is not, or the record is struck or repaired."""
    standing, record = one.standing, one.record
    if standing.state != "ended" or standing.ends_on is None or standing.latest_end is None:
        return None
    if standing.ends_on < standing.latest_end or record.repaired_on is not None or not record.final:
        return None
    return standing.ends_on + timedelta(days=1)
