"""Alarms before a duty of publicity lapses and once it has.

A sweep looks only at records for which something can have changed: their day has come, something was done to or about
them, or another edition is in force.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from sqlalchemy import select, text

from service import editions, evidence
from service.platform.metrics import ALARMS
from service.publicity.queries import AT_ONCE, open_duties
from service.publicity.reading import covered_kinds, published
from service.publicity.tables import PublicationAlarm
from service.publicity.vocabulary import alarm_terms, endings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from service.platform import UnitOfWork
    from service.publicity.queries import Owed
    from service.publicity.reading import Published

_ONE = timedelta(days=1)
_TO_LOOK_AT = text("""
SELECT e.id, t.acts, p.done
  FROM event e
  JOIN entity n ON n.id = e.entity_id
  JOIN authority a ON a.id = n.authority_id
  LEFT JOIN publication_watch w ON w.event_id = e.id
  CROSS JOIN LATERAL (
    SELECT count(*) AS acts,
           coalesce(bool_or(act = 'correction' AND detail -> 'changes' ? 'decision_kind'), false) AS moved
      FROM event_act WHERE event_id = e.id) t
  CROSS JOIN LATERAL (SELECT count(*) AS done FROM publication_act WHERE event_id = e.id) p
 WHERE e.id > :after
   AND (e.decision_kind = ANY(:kinds) OR t.moved)
   AND (w.event_id IS NULL OR w.generation <> :generation OR w.acts <> t.acts OR w.done <> p.done
        OR w.look_on <= (CAST(:now AS timestamptz) AT TIME ZONE a.timezone)::date
        OR e.decision_kind = ANY(:ending))
 ORDER BY e.id LIMIT :limit
""")

_NOTE = text("""
INSERT INTO publication_watch (event_id, look_on, generation, acts, done)
SELECT event_id, look_on, :generation, acts, done
  FROM unnest(CAST(:events AS bigint[]), CAST(:days AS date[]), CAST(:acts AS bigint[]), CAST(:done AS bigint[]))
    AS noted (event_id, look_on, acts, done)
ON CONFLICT (event_id) DO UPDATE
   SET look_on = excluded.look_on, generation = excluded.generation, acts = excluded.acts, done = excluded.done
""")

Key: TypeAlias = "tuple[int, str, int, str, str, date]"
"""Event, duty, stage, place, level and last day: by what an alarm is told once."""


class Seen(NamedTuple):
    """How many acts of evidence and of publication a record had when it was chosen."""

    acts: int
    done: int


def raise_publication_alarms(uow: UnitOfWork, *, after: int = 0, at_once: int = AT_ONCE) -> int | None:
    """Raise the alarms of the next ``at_once`` records after a number; returns the last one, None when all were seen.

    Each stage of a duty is told once when its day comes near and once when it is over: as a row, in the outbox and in
    the metrics.
    """
    generation = editions.shelf(uow.session).generation
    kinds = covered_kinds(uow.session)
    asked = {"kinds": kinds, "ending": list(endings()), "generation": generation, "now": uow.now}
    rows = uow.session.execute(_TO_LOOK_AT, asked | {"after": after, "limit": at_once}).all()
    if not rows:
        return None
    seen = {row.id: Seen(row.acts, row.done) for row in rows}
    found = published(uow.session, evidence.Wanted(kinds, events=list(seen)), now=uow.now, ahead=False)
    raised = _raise(uow, {_key(owed): owed for one in found for owed in _alarms(one)})
    uow.audit("publicity.looked", "publications", {"records": len(found), "alarms": raised})
    _watch(uow, found, seen, generation)
    return rows[-1].id if len(rows) == at_once else None


def _alarms(one: Published) -> Iterator[Owed]:
    """The duties of a record that are near or over, but for those that were over long ago."""
    earliest = one.as_of - timedelta(days=alarm_terms().longest_overdue_days)
    for owed in open_duties(one):
        if owed.alarm is not None and owed.due.due_on >= earliest:
            yield owed


def _key(owed: Owed) -> Key:
    due = owed.due
    return owed.of.decision.event, due.duty, due.stage, due.place or "", str(owed.alarm), due.due_on


def _raise(uow: UnitOfWork, alarms: dict[Key, Owed]) -> int:
    """Write those that were not raised yet; were two to run at once, the table refuses the second."""
    row = PublicationAlarm
    known = select(row.event_id, row.duty, row.stage, row.place, row.level, row.due_on)
    raised = {tuple(one) for one in uow.session.execute(known.where(row.event_id.in_({key[0] for key in alarms})))}
    new = {key: owed for key, owed in alarms.items() if key not in raised}
    if not new:
        return 0
    audit_id = uow.audit("publicity.alarms_raised", "publications", {"alarms": len(new)})
    for (event, duty, stage, place, level, due_on), owed in new.items():
        uow.session.add(
            PublicationAlarm(
                event_id=event,
                duty=duty,
                stage=stage,
                place=place,
                level=level,
                due_on=due_on,
                raised_on=owed.of.as_of,
                audit_id=audit_id,
            )
        )
        told = {"kind": duty, "stage": level, "due_on": due_on.isoformat(), "act": owed.due.act}
        uow.publish("alarm.publication", str(event), told | {"entity": owed.of.entity.key, "place": owed.due.place})
        uow.after_commit(ALARMS.labels("publication", level).inc)
    uow.session.flush()
    return len(new)


def _watch(uow: UnitOfWork, found: Collection[Published], seen: dict[int, Seen], generation: int) -> None:
    events = [one.decision.event for one in found]
    noted = {
        "events": events,
        "days": [_look_on(one) for one in found],
        "acts": [seen[event].acts for event in events],
        "done": [seen[event].done for event in events],
        "generation": generation,
    }
    uow.session.execute(_NOTE, noted)


def _look_on(one: Published) -> date:
    """The first day on which an alarm may come of the record as it is known now."""
    again = alarm_terms().look_again_days
    days = [one.as_of + timedelta(days=again + one.decision.event % again)]  # spread, so that no day has them all
    if one.standing.ends_on is not None:
        days.append(one.standing.ends_on + _ONE)
    for owed in open_duties(one):
        days += [day for day in (owed.due.alarm_on, owed.due.due_on + _ONE) if day is not None]
    return min(day for day in days if day > one.as_of)
