"""Alarms before a duty of publicity lapses and once it has.

A sweep looks only at records for which something can have changed: their day has come, something was done to or about
them, or another edition is in force.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import select, text

from service import editions, evidence
from service.platform.metrics import ALARMS
from service.publicity.queries import AT_ONCE, open_duties
from service.publicity.reading import covered_kinds, published
from service.publicity.tables import PublicationAlarm
from service.publicity.vocabulary import alarm_terms
from service.publicity.watching import to_look_at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from service.platform import UnitOfWork
    from service.publicity.queries import Owed
    from service.publicity.reading import Published
    from service.publicity.watching import Seen

_ONE = timedelta(days=1)
_NOTE = text("""
INSERT INTO publication_watch (event_id, look_on, generation, acts, done, owed_on)
SELECT event_id, look_on, :generation, acts, done, owed_on
  FROM unnest(CAST(:events AS bigint[]), CAST(:days AS date[]), CAST(:acts AS bigint[]), CAST(:done AS bigint[]),
              CAST(:owed AS date[])) AS noted (event_id, look_on, acts, done, owed_on)
ON CONFLICT (event_id) DO UPDATE
   SET look_on = excluded.look_on, generation = excluded.generation, acts = excluded.acts, done = excluded.done,
       owed_on = excluded.owed_on
""")

Key: TypeAlias = "tuple[int, str, int, str, str, date]"
"""Event, duty, stage, place, level and last day: by what an alarm is told once."""


def raise_publication_alarms(uow: UnitOfWork, *, after: int = 0, at_once: int = AT_ONCE) -> int | None:
    """Raise the alarms of the next ``at_once`` records after a number; returns the last one, None when all were seen.

    Each stage of a duty is told once when its day comes near and once when it is over: as a row, in the outbox and in
    the metrics.
    """
    seen = to_look_at(uow.session, now=uow.now, after=after, limit=at_once)
    if not seen:
        return None
    wanted = evidence.Wanted(covered_kinds(uow.session), events=list(seen))
    found = published(uow.session, wanted, now=uow.now, ahead=False)
    raised = _raise(uow, {_key(owed): owed for one in found for owed in _alarms(one)})
    uow.audit("publicity.looked", "publications", {"records": len(found), "alarms": raised})
    _watch(uow, found, seen)
    return max(seen) if len(seen) == at_once else None


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


def _watch(uow: UnitOfWork, found: Collection[Published], seen: Mapping[int, Seen]) -> None:
    events = [one.decision.event for one in found]
    noted = {
        "events": events,
        "days": [_look_on(one) for one in found],
        "acts": [seen[event].acts for event in events],
        "done": [seen[event].done for event in events],
        "owed": [min((owed.due.due_on for owed in open_duties(one)), default=None) for one in found],
        "generation": editions.shelf(uow.session).generation,
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
