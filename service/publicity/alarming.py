"""Alarms before a duty of publicity lapses and once it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import select

from service import evidence
from service.platform.metrics import ALARMS
from service.publicity.queries import AT_ONCE, open_duties
from service.publicity.reading import covered_kinds, published
from service.publicity.tables import PublicationAlarm

if TYPE_CHECKING:
    from datetime import date

    from service.platform import UnitOfWork
    from service.publicity.queries import Owed


Key: TypeAlias = "tuple[int, str, int, str, str, date]"
"""Event, duty, stage, place, level and last day."""


def raise_publication_alarms(uow: UnitOfWork, *, after: int = 0, at_once: int = AT_ONCE) -> int | None:
    """Raise the alarms of ``at_once`` records after a number; returns the last number, None after the last record.

    Each stage of a duty is told once when its day comes near and once when it is over: as a row, in the outbox and in
    the metrics.
    """
    wanted = evidence.Wanted(kinds=covered_kinds(uow.session), after=after, limit=at_once)
    found = published(uow.session, wanted, now=uow.now, ahead=False)
    alarms = {key_of(owed): owed for one in found for owed in open_duties(one) if owed.alarm is not None}
    if alarms:
        _raise(uow, alarms)
    return found[-1].decision.event if len(found) == at_once else None


def key_of(owed: Owed) -> Key:
    """By what an alarm is told once."""
    due = owed.due
    return owed.of.decision.event, due.duty, due.stage, due.place or "", str(owed.alarm), due.due_on


def _raise(uow: UnitOfWork, alarms: dict[Key, Owed]) -> None:
    """Write those that were not raised yet; were two to run at once, the table refuses the second."""
    row = PublicationAlarm
    known = select(row.event_id, row.duty, row.stage, row.place, row.level, row.due_on)
    raised = {tuple(one) for one in uow.session.execute(known.where(row.event_id.in_({key[0] for key in alarms})))}
    new = {key: owed for key, owed in alarms.items() if key not in raised}
    if not new:
        return
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
