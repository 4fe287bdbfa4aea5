"""What time does with nobody acting: what is near is told, what is over brings about what the law says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, text

from service import evidence, publicity, register
from service.platform import local_day
from service.repairs.reading import clocks_of
from service.repairs.record import waits_for
from service.repairs.tables import RepairAlarm, RepairCase
from service.repairs.usecases import effects
from service.repairs.usecases.stepping import case_of, cases_held, refresh, take

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date

    from scoring.repair import Shown
    from service.platform import UnitOfWork
    from service.repairs.usecases.stepping import Case

_AT_ONCE = 200
_LOOKED_AT = 5_000
_LAPSED = "term over"
_DUE = text("""
WITH today AS (
  SELECT * FROM unnest(CAST(:authorities AS text[]), CAST(:days AS date[])) AS today (authority, day)
)
SELECT c.id FROM repair_case c JOIN today USING (authority)
 WHERE c.open AND (
   (c.due_on < today.day AND NOT EXISTS (
      SELECT FROM repair_alarm a WHERE a.case_id = c.id AND a.stage = 'over' AND a.due_on = c.due_on))
   OR (c.escalate_on <= today.day AND c.due_on >= today.day AND NOT EXISTS (
      SELECT FROM repair_alarm a WHERE a.case_id = c.id AND a.stage = 'near' AND a.due_on >= today.day)))
 ORDER BY c.due_on, c.id LIMIT :limit FOR UPDATE OF c SKIP LOCKED
""")
_OPEN = text(
    "SELECT id, event_id, due_provisional, state FROM repair_case WHERE open AND id > :after ORDER BY id LIMIT :limit"
)


def sweep(uow: UnitOfWork) -> int:
    """Do what is due by now for up to some hundred cases; returns how many moved or were told."""
    days = {row.code: local_day(uow.now, row.timezone) for row in register.authorities(uow.session)}
    asked = {"authorities": list(days), "days": list(days.values()), "limit": _AT_ONCE}
    ids = list(uow.session.scalars(_DUE, asked))
    if not ids:
        return 0
    rows = uow.session.scalars(select(RepairCase).where(RepairCase.id.in_(ids)).order_by(RepairCase.id)).all()
    told = _told(uow, ids)
    for case in cases_held(uow, rows):
        for clock in clocks_of(case.law, case.steps, case.today):
            if clock.stage in {"near", "over"}:
                _tell(uow, case, clock, told)
        _lapse(uow, case)
        refresh(case)
    uow.audit("repairs.swept", "repairs", {"cases": len(ids)})
    return len(ids)


def look_over(uow: UnitOfWork, *, after: int) -> int | None:
    """End open cases whose record is gone and granted ones whose record nobody has any more who must give it up.

    Days that rested on a calendar not known then are worked out anew.

    Returns the number to go on after; None at the end.
    """
    rows = uow.session.execute(_OPEN, {"after": after, "limit": _LOOKED_AT}).all()
    gone = evidence.struck(uow.session, [row.event_id for row in rows]) if rows else set()
    granted = [row.event_id for row in rows if row.state == "granted"]
    awaited: dict[int, list[publicity.Awaited]] = {event: [] for event in granted}
    for one in publicity.awaited(uow.session, granted) if granted else ():
        awaited[one.event].append(one)
    for row in rows:
        told = row.state == "granted" and _have_followed(uow, row.id, awaited[row.event_id])
        if row.event_id in gone or told or (row.due_provisional and _has_moved(uow, row.id)):
            _look_at(uow, row.id, gone=row.event_id in gone, told=told)
    return rows[-1].id if rows else None


def _have_followed(uow: UnitOfWork, number: int, awaited: Sequence[publicity.Awaited]) -> bool:
    """Whether nobody is left for whom the case waits by its edition."""
    if not awaited or not all(one.shared for one in awaited):
        return not awaited
    case = case_of(uow, uow.session.get_one(RepairCase, number))
    return not waits_for(case.law.edition, awaited)


def _has_moved(uow: UnitOfWork, number: int) -> bool:
    """Whether the day that a case was given is another one by the calendar as it is known now."""
    row = uow.session.get_one(RepairCase, number)
    case = case_of(uow, row)
    days = [one.face.due for one in clocks_of(case.law, case.steps, case.today)]
    due = days[0] if days else None
    return (None if due is None else due.day, due is not None and due.provisional) != (row.due_on, row.due_provisional)


def _look_at(uow: UnitOfWork, number: int, *, gone: bool, told: bool) -> None:
    row = uow.session.get_one(RepairCase, number, with_for_update=True, populate_existing=True)
    case = case_of(uow, row)
    uow.audit("repairs.looked_over", row.entity_key, {"case": row.number})
    if gone and "lose_object" in case.law.workflow.events(row.state):
        take(uow, case, "lose_object", "service", reason=None)
    elif told and "close" in case.law.workflow.events(row.state):
        take(uow, case, "close", "service", reason=None)
    elif row.open:
        refresh(case)


def _lapse(uow: UnitOfWork, case: Case) -> None:
    """Take the step that the end of a term brings about, and those that follow from it on the same day."""
    while case.row.open:
        clocks = clocks_of(case.law, case.steps, case.today)
        over = next((one for one in clocks if one.stage == "over" and one.lapse is not None), None)
        if over is None or over.lapse is None:
            return
        reason = f"{over.clock}: {_LAPSED}"
        done: list[str] = []
        if case.row.procedure == "repair" and over.lapse == "grant":
            done = effects.repair(uow, case, reason)
        if over.lapse == "end_lifting":
            effects.restore(uow, case, reason)
        if case.row.procedure == "objection" and over.lapse in {"lapse", "uphold"}:
            effects.lift_mark(uow, case, reason)
        take(uow, case, over.lapse, "clock", reason=reason, detail={"effects": done} if done else None)


def _told(uow: UnitOfWork, cases: Sequence[int]) -> set[tuple[int, str, str, date]]:
    """What was told of these cases: (case, clock, stage, last day)."""
    alarm = RepairAlarm
    wanted = select(alarm.case_id, alarm.clock, alarm.stage, alarm.due_on).where(alarm.case_id.in_(cases))
    return {(row.case_id, row.clock, row.stage, row.due_on) for row in uow.session.execute(wanted)}


def _tell(uow: UnitOfWork, case: Case, clock: Shown, told: AbstractSet[tuple[int, str, str, date]]) -> None:
    due = clock.face.due
    assert due is not None  # noqa: S101 a clock that is near or over has a last day
    if (case.row.id, clock.clock, clock.stage, due.day) in told:
        return
    said = {"case": case.row.number, "clock": clock.clock, "stage": clock.stage, "due_on": due.day.isoformat()}
    uow.session.add(
        RepairAlarm(
            case_id=case.row.id,
            clock=clock.clock,
            stage=clock.stage,
            due_on=due.day,
            raised_on=case.today,
            audit_id=uow.audit("repairs.alarm_raised", case.row.entity_key, said),
        )
    )
    uow.publish("alarm.repair", case.row.entity_key, said)
