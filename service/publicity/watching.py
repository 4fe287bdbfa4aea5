"""Which records are to be looked at: those for which something can have changed since the last look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from zlib import crc32

from sqlalchemy import text

from scoring.editions import shipped
from service import editions
from service.platform import region_prefix
from service.publicity.reading import confirming_places, covered_kinds
from service.publicity.vocabulary import endings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from service.platform import Actor

GREATEST: Final = 2**63 - 1
"""No record has a greater number."""
_BITS: Final = 32
_TO_LOOK_AT = text("""
SELECT e.id, coalesce(t.acts, 0), coalesce(p.done, 0), v.version
  FROM event e
  JOIN entity n ON n.id = e.entity_id
  JOIN authority a ON a.id = n.authority_id
  LEFT JOIN publication_watch w ON w.event_id = e.id AND w.event_id > :after AND w.event_id <= :upto
  LEFT JOIN (SELECT event_id, count(*) AS acts,
                    bool_or(act = 'correction' AND detail -> 'changes' ? 'decision_kind') AS moved
               FROM event_act WHERE event_id > :after AND event_id <= :upto GROUP BY event_id) t ON t.event_id = e.id
  LEFT JOIN (SELECT event_id, count(*) AS done
               FROM publication_act WHERE event_id > :after AND event_id <= :upto GROUP BY event_id) p
       ON p.event_id = e.id
  CROSS JOIN LATERAL (SELECT coalesce(max(id), 0) AS version FROM entity_version WHERE entity_id = e.entity_id) v
 WHERE e.id > :after AND e.id <= :upto
   AND (CAST(:authorities AS text[]) IS NULL OR a.code = ANY(:authorities))
   AND (e.decision_kind = ANY(:kinds) OR t.moved)
   AND (w.event_id IS NULL OR w.law <> :law OR w.acts <> coalesce(t.acts, 0) OR w.done <> coalesce(p.done, 0)
        OR w.version <> v.version
        OR w.look_on <= (CAST(:now AS timestamptz) AT TIME ZONE a.timezone)::date
        OR e.decision_kind = ANY(:ending))
 ORDER BY e.id
""")
_LAST = text("SELECT min(id) + :at_once - 1 FROM event WHERE id > :after")
_NOTE = text("""
INSERT INTO publication_watch (event_id, look_on, law, acts, done, version, owed_on, over_on)
SELECT event_id, look_on, :law, acts, done, version, owed_on, over_on
  FROM unnest(CAST(:events AS bigint[]), CAST(:days AS date[]), CAST(:acts AS bigint[]), CAST(:done AS bigint[]),
              CAST(:versions AS bigint[]), CAST(:owed AS date[]), CAST(:over AS date[]))
       AS noted (event_id, look_on, acts, done, version, owed_on, over_on)
ON CONFLICT (event_id) DO UPDATE
   SET look_on = excluded.look_on, law = excluded.law, acts = excluded.acts, done = excluded.done,
       version = excluded.version, owed_on = excluded.owed_on, over_on = excluded.over_on
""")
_OVER = text("""
SELECT w.event_id, e.entity_id, w.over_on
  FROM publication_watch w JOIN event e ON e.id = w.event_id
 WHERE w.over_on IS NOT NULL AND w.event_id > :after
 ORDER BY w.event_id LIMIT :limit
""")
_SETTLE = text("UPDATE publication_watch SET over_on = NULL WHERE event_id = ANY(:events) AND over_on IS NOT NULL")

_OWED = text("""
SELECT w.event_id
  FROM publication_watch w
  JOIN event e ON e.id = w.event_id
  JOIN entity n ON n.id = e.entity_id
  JOIN authority a ON a.id = n.authority_id
 WHERE w.owed_on IS NOT NULL
   AND (CAST(:authorities AS text[]) IS NULL OR a.code = ANY(:authorities))
   AND (CAST(:regions AS text[]) IS NULL OR n.region ^@ ANY(CAST(:regions AS text[])))
 ORDER BY w.owed_on, w.event_id LIMIT :limit
""")


class Seen(NamedTuple):
    """What there was when a record was chosen: how many acts of evidence and of publication, which of its entity."""

    acts: int
    done: int
    version: int


class Noted(NamedTuple):
    """What a look at a record found; see `PublicationWatch`."""

    event: int
    look_on: date
    owed_on: date | None
    over_on: date | None


class Over(NamedTuple):
    """A record whose longest publicity is over, its entity by number, and the first day on which it was over."""

    event: int
    entity: int
    since: date


def last_of(session: Session, *, after: int, at_once: int) -> int | None:
    """The last number of a stretch of so many that begins with the first record after a number; None: no record."""
    last: int | None = session.execute(_LAST, {"after": after, "at_once": at_once}).scalar_one()
    return last


def to_look_at(
    session: Session, *, now: datetime, after: int = 0, upto: int = GREATEST, authorities: list[str] | None = None
) -> Mapping[int, Seen]:
    """Records of a stretch of numbers (``after`` excluded) for which something can have changed since the last look.

    Their day has come, something was done, their entity is registered otherwise, or another law is in force.
    """
    asked = {
        "kinds": covered_kinds(session),
        "ending": list(endings()),
        "law": law_number(session),
        "now": now,
        "after": after,
        "upto": upto,
        "authorities": authorities,
    }
    return {row[0]: Seen(*row[1:]) for row in session.execute(_TO_LOOK_AT, asked)}


def note(session: Session, noted: Sequence[Noted], seen: Mapping[int, Seen]) -> None:
    """Write down what a look found, in one statement."""
    chosen = [seen[one.event] for one in noted]
    rows = {
        "events": _array(one.event for one in noted),
        "days": _array(one.look_on for one in noted),
        "owed": _array(one.owed_on for one in noted),
        "over": _array(one.over_on for one in noted),
        "acts": _array(one.acts for one in chosen),
        "done": _array(one.done for one in chosen),
        "versions": _array(one.version for one in chosen),
        "law": law_number(session),
    }
    session.execute(_NOTE, rows)


def _array(values: Iterable[int | date | None]) -> str:
    """Numbers or days as PostgreSQL writes an array: the driver takes several times as long for each value."""
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"


def law_number(session: Session) -> int:
    """A number that is another one as soon as something that all records are read by is another.

    An edition was put in force, a table of days off was added, or partners speak for other places.
    """
    tables = [(one.jurisdiction, one.extends, sorted(one.off), sorted(one.work)) for one in shipped.calendar_tables()]
    places = sorted(confirming_places(session))
    return editions.shelf(session).generation << _BITS | crc32(repr((tables, places)).encode())


def over_records(session: Session, *, after: int, limit: int) -> list[Over]:
    """Records whose longest publicity is over and which nobody has settled, by number, after ``after``.

    As the last look has it: `raise_publication_alarms` looks.
    """
    return [Over(*row) for row in session.execute(_OVER, {"after": after, "limit": limit})]


def settle(session: Session, events: Collection[int]) -> None:
    """Nothing is left to do about the end of these records, until something about them changes."""
    session.execute(_SETTLE, {"events": list(events)})


def owed_first(session: Session, actor: Actor, *, limit: int) -> list[int]:
    """The records in scope of which something was owed at the last look, what is due first first."""
    regions = [region_prefix(region) for region in actor.regions] or None
    asked = {"authorities": actor.authorities, "regions": regions, "limit": limit}
    return list(session.scalars(_OWED, asked))
