"""What a step does beyond the case: acts on the record in the evidence, and what partners are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from service import evidence
from service.repairs.reading import clocks_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from service.platform import UnitOfWork
    from service.repairs.usecases.stepping import Case

SOURCE: Final = "repairs"
"""Source of the acts that cases become; their reference is the case's number, the step's place and the act."""
LIFTS: Final = "lift_measures"
_MARKS: Final = frozenset({"dispute", "dispute_closed"})
"""Acts that name the objection to which the mark belongs."""


def repair(uow: UnitOfWork, case: Case, reason: str, *, on: date | None = None) -> list[str]:
    """Let a repair take effect in this transaction, from a day on (today); returns the effects that the edition names.

    The act in the evidence is what points, tier and grade, publicity and its withdrawal follow from. An edition that
    only ends publicity leaves the points alone. Measures that rest upon the record are lifted where it says so.
    """
    section = case.law.edition.repair
    effects = [] if section is None else [one.effect for one in section.effects]
    if "zero_points" in effects:
        _act(uow, case, "repair", reason, on=on)
    elif "stop_publication" in effects:
        _act(uow, case, "publicity_end", reason, on=on)
    since = on or case.today
    lifted = evidence.lift_measures(uow=uow, **_of(case, since, reason)) if LIFTS in effects else []
    told = {"case": case.row.number, "record": case.row.event_id, "effects": effects, "since": since.isoformat()}
    uow.publish("repair.effects", case.row.entity_key, {**told, "measures": lifted})
    return [str(effect) for effect in effects]


def undo(uow: UnitOfWork, case: Case, reason: str) -> date:
    """Take a repair back: its points count again from the day of the repair, its measures hold again from today.

    Returns today.
    """
    section = case.law.edition.repair
    if section is not None and section.fraud is not None and section.fraud.restores_points:
        _act(uow, case, "repair_revocation", reason)
    told = {"case": case.row.number, "record": case.row.event_id, "since": case.today.isoformat()}
    uow.publish("repair.effects_undone", case.row.entity_key, {**told, "measures": restore(uow, case, reason)})
    return case.today


def suspend(uow: UnitOfWork, case: Case, reason: str) -> None:
    """Lift for a time what the edition lets a repair lift: up to the last day of the term that now runs.

    Where that day is not settled yet, up to the step that ends the lifting.
    """
    section = case.law.edition.repair
    if section is None or LIFTS not in {one.effect for one in section.effects}:
        return
    running = (one.face.due for one in clocks_of(case.law, case.steps, case.today) if one.clock == "lifting")
    due = next(running, None)
    until = None if due is None or due.provisional else due.day
    evidence.suspend_measures(uow=uow, **_of(case, case.today, reason), until=until)


def restore(uow: UnitOfWork, case: Case, reason: str) -> list[int]:
    """Let the measures hold again that this case lifted, for a time or for good; returns their numbers."""
    return evidence.restore_measures(uow=uow, **_of(case, case.today, reason))


def mark_disputed(uow: UnitOfWork, case: Case, reason: str) -> None:
    """Mark the record as disputed by this case, also where somebody else marked it: no one but the case lifts that.

    It has no effect meanwhile where the edition of the case says so.
    """
    section = case.law.edition.objection
    suspends = section is not None and section.suspends
    found = _standing(uow, case)
    if found is not None and (found.disputed_by is None or (suspends and found.suspended_on is None)):
        _act(uow, case, "dispute", reason, suspends=suspends)


def lift_mark(uow: UnitOfWork, case: Case, reason: str) -> None:
    """Take the mark off, where it is there and the record still takes acts; a suspension ends with it."""
    found = _standing(uow, case)
    if found is not None and found.disputed:
        _act(uow, case, "dispute_closed", reason)


def correct(uow: UnitOfWork, case: Case, acts: Sequence[Mapping[str, Any]], reason: str) -> None:
    """Record what a decision on an objection corrects: fields put right, or the whole record struck."""
    for turn, said in enumerate(acts, start=1):
        _act(uow, case, said["act"], reason, changes=said.get("changes"), turn=turn)


def _of(case: Case, on: date, reason: str) -> dict[str, Any]:
    return {"record": case.row.event_id, "case": case.row.number, "on": on, "reason": reason}


def _standing(uow: UnitOfWork, case: Case) -> evidence.Known | None:
    """The record as it is known, where it still takes acts."""
    found = evidence.owned_record(uow.session, case.row.event_id)
    if found is None or found.known.withdrawn_on is not None or found.known.event.annulled_on is not None:
        return None
    return found.known


def _act(
    uow: UnitOfWork,
    case: Case,
    act: str,
    reason: str,
    *,
    changes: Mapping[str, Any] | None = None,
    turn: int = 0,
    on: date | None = None,
    suspends: bool = False,
) -> None:
    body: dict[str, Any] = {
        "source": SOURCE,
        "source_ref": f"{case.row.number}/{len(case.steps)}/{act}" + (f"/{turn}" if turn else ""),
        "act": act,
        "acted_on": (on or case.today).isoformat(),
        "reason": reason,
    }
    if changes is not None:
        body["changes"] = dict(changes)
    if act in _MARKS:
        body["case"] = case.row.number
    if suspends:
        body["suspends"] = case.row.number
    catalogue = evidence.read_catalogue(uow.session)
    evidence.record_own_act(uow=uow, event_id=case.row.event_id, body=body, catalogue=catalogue)
