"""Alarms before a duty of publicity lapses and once it has.

A sweep looks only at records for which something can have changed: their day has come, something was done to or about
them, or another edition is in force.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from sqlalchemy import select, text

from service import evidence
from service.platform.metrics import ALARMS
from service.publicity.queries import open_duties, over_since
from service.publicity.reading import covered_kinds, published
from service.publicity.tables import PublicationAlarm
from service.publicity.vocabulary import alarm_terms
from service.publicity.watching import Noted, last_of, note, to_look_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.platform import UnitOfWork
    from service.publicity.alike import Reading, Readings
    from service.publicity.queries import Owed
    from service.publicity.reading import Published

_ONE = timedelta(days=1)
LOOKED_AT: Final = 10_000
"""Numbers of records that one transaction goes through."""
_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('publication_watch', 0))")

Key: TypeAlias = "tuple[int, str, int, str, str, date]"
"""Event, duty, stage, place, level and last day: by what an alarm is told once."""


def raise_publication_alarms(
    uow: UnitOfWork, *, after: int = 0, at_once: int = LOOKED_AT, readings: Readings | None = None
) -> int | None:
    """Look at what may have changed among the next ``at_once`` numbers after a number, and raise the alarms.

    Returns the last of these numbers, None when all were gone through. Each stage of a duty is told once when its day
    comes near and once when it is over: as a row, in the outbox and in the metrics. ``readings``, which look ahead:
    what was read before, for who goes through all.
    """
    uow.session.execute(_ALONE)  # what another looks at now is not looked at twice
    upto = last_of(uow.session, after=after, at_once=at_once)
    if upto is None:
        return None
    seen = to_look_at(uow.session, now=uow.now, after=after, upto=upto)
    if seen:
        wanted = evidence.Wanted(covered_kinds(uow.session), events=list(seen))
        found = published(uow.session, wanted, now=uow.now, readings=readings)
        marks: dict[Reading, _Marks] = {}
        for one in found:
            if one.reading not in marks:
                marks[one.reading] = _marks(one)
        raised = _raise(uow, {_key(owed): owed for one in found for owed in _alarms(one, marks[one.reading])})
        uow.audit("publicity.looked", "publications", {"records": len(found), "alarms": raised})
        note(uow.session, [_noted(one, marks[one.reading]) for one in found], seen)
    return upto


class _Marks(NamedTuple):
    """What follows from a reading for every record that it is of.

    ``told``: whether something of it is near or over, but not over for long. ``change_on``: the next day on which the
    answer is another one or an alarm may come; None: none in sight.
    """

    told: bool
    change_on: date | None
    owed_on: date | None
    over_on: date | None


def _marks(one: Published) -> _Marks:
    owed = list(open_duties(one))
    days = [one.standing.next_change_on, *(day for each in owed for day in (each.due.alarm_on, each.due.due_on + _ONE))]
    return _Marks(
        told=any(_is_told(each) for each in owed),
        change_on=min((day for day in days if day is not None and day > one.as_of), default=None),
        owed_on=min((each.due.due_on for each in owed), default=None),
        over_on=over_since(one),
    )


def _alarms(one: Published, marks: _Marks) -> Iterator[Owed]:
    """The duties of a record that are near or over, but for those that were over long ago."""
    return filter(_is_told, open_duties(one)) if marks.told else iter(())


def _is_told(owed: Owed) -> bool:
    earliest = owed.of.as_of - timedelta(days=alarm_terms().longest_overdue_days)
    return owed.alarm is not None and owed.due.due_on >= earliest


def _noted(one: Published, marks: _Marks) -> Noted:
    """The note on a record: it is looked at again on the first day on which something may come of it as it is known."""
    again, event = alarm_terms().look_again_days, one.decision.event
    look_on = one.as_of + timedelta(days=again + event % again)  # spread, so that no day has them all
    return Noted(event, min(look_on, marks.change_on or look_on), marks.owed_on, marks.over_on)


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
