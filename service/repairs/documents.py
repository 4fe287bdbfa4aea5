"""Answers of the room as plain documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.editions.shipped import calendar_or_weekdays
from service.repairs.clauses import conditions_told, law_told
from service.repairs.opening import takes_papers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.edition.envelope import Edition
    from scoring.repair import Eligibility, Shown
    from service.accounts import Entry
    from service.repairs.opening import Opening
    from service.repairs.queries import Beside, CaseView, Chance
    from service.repairs.tables import RepairCase, RepairStep


def brief(row: RepairCase, beside: Beside) -> dict[str, Any]:
    """A case in a list."""
    return {
        "number": row.number,
        "procedure": row.procedure,
        "entity": row.entity_key,
        "name": beside.name,
        "record": row.event_id,
        "code": beside.code,
        "decided_on": _day(beside.decided_on),
        "authority": row.authority,
        "state": row.state,
        "open": row.open,
        "edition": row.edition_id,
        "digest": row.edition_digest,
        "filed_on": row.filed_on.isoformat(),
        "separate": row.separate,
        "clock": row.clock,
        "due_on": _day(row.due_on),
        "due_provisional": row.due_provisional,
        "working_days_left": beside.days_left,
        "overdue": beside.overdue,
        "escalate_on": _day(row.escalate_on),
    }


def whole(view: CaseView, language: str, *, persons: bool) -> dict[str, Any]:
    """A case with its steps, papers and clocks. ``persons``: whether the reader may know who took each step."""
    needed, missing = ((), ()) if view.prospect is None else (view.prospect.needed, view.prospect.missing)
    return {
        **brief(view.row, view.beside),
        "as_of": view.as_of.isoformat(),
        "next": list(view.law.workflow.events(view.row.state)),
        "reach": f"/v1/events/{view.row.event_id}/reach" if view.row.state == "corrected" else None,
        "openings": [_opening(one, view.names, persons=persons) for one in view.openings],
        "law": law_told(view.law, language),
        "conditions_on": None if view.prospect is None else view.prospect.on.isoformat(),
        "conditions": [] if view.prospect is None else conditions_told(view.prospect.said, view.law.edition, language),
        "takes_papers": takes_papers(view.row),
        "missing_papers": list(missing),
        "awaited": list(view.awaited),
        "clocks": [_clock(one, view) for one in view.clocks],
        "steps": [_step(one, view, persons=persons) for one in view.steps],
        "papers": [
            {
                "key": one.key,
                "name": dict(one.name),
                "clause": one.clause or None,
                "needed": one.key in needed,
                "media_types": list(one.media_types),
                "most_bytes": one.most_bytes,
            }
            for one in view.law.materials
        ],
        "materials": [
            {
                "key": one.key,
                "name": one.name,
                "sha256": one.sha256.hex(),
                "size": one.size,
                "media_type": one.media_type,
                "sent_on": one.sent_on.isoformat(),
                "entered_by": _entered_by(view, one.person),
            }
            for one in view.materials
        ],
        "entries": [_entry(one, persons=persons) for one in view.entries.values()],
    }


def _step(step: RepairStep, view: CaseView, *, persons: bool) -> dict[str, Any]:
    return {
        "event": step.event,
        "state": step.state,
        "part": step.part,
        "person": step.person if persons else None,
        "person_name": view.names.get(step.person) if persons else None,
        "entered_by": _entered_by(view, step.person),
        "on": step.taken_on.isoformat(),
        "reason": step.reason,
        "detail": step.detail,
    }


def _entry(entry: Entry, *, persons: bool) -> dict[str, Any]:
    return {
        "code": entry.code,
        "issuer": entry.issuer,
        "person": entry.person,
        "issued_at": entry.issued_at.isoformat(),
        "used_at": entry.used_at.isoformat(),
        "notice": entry.notice,
        "identified": entry.identified,
        "same_address": entry.same_address if persons else None,
    }


def _entered_by(view: CaseView, hand: str) -> str | None:
    entry = view.entries.get(hand)
    return None if entry is None else entry.code


def chance(found: Chance, language: str) -> dict[str, Any]:
    """One record and whether it could be repaired."""
    event = found.record.event
    told: dict[str, Any] = {
        "record": found.record.event_id,
        "code": event.code,
        "decided_on": event.decided_on.isoformat(),
        "class": found.record.facts.class_,
        "minimum_ends_on": _day(found.record.facts.minimum_ends_on),
        "edition": None,
    }
    if found.said is None or found.edition is None or found.edition.repair is None:
        return told
    return {**told, **_eligibility(found.said, found.edition, language)}


def _eligibility(said: Eligibility, edition: Edition, language: str) -> dict[str, Any]:
    return {
        "edition": said.edition,
        "digest": said.digest,
        "holds": said.holds,
        "from_day": _day(said.from_day),
        "waits_until": _day(said.waits_until),
        "missing": list(said.missing),
        "papers": list(said.papers),
        "separate": edition.repair is not None and edition.repair.separate is not None,
        "conditions": conditions_told(said, edition, language),
    }


def _opening(one: Opening, names: Mapping[str, str], *, persons: bool) -> dict[str, Any]:
    apart = {part: [{"person": who, "name": names.get(who)} for who in took] for part, took in one.apart.items()}
    return {
        "event": one.event,
        "to": one.to,
        "by": list(one.by),
        "apart": apart if persons else {},
        "against": one.against,
    }


def _clock(one: Shown, view: CaseView) -> dict[str, Any]:
    law = view.law.clocks[one.law]
    due = one.face.due
    edition = view.law.edition
    calendar = calendar_or_weekdays(edition.calendar)
    return {
        "clock": one.clock,
        "law": one.law,
        "stage": one.stage,
        "due_on": None if due is None else due.day.isoformat(),
        "provisional": due is not None and due.provisional,
        "escalate_on": _day(one.face.escalate_on),
        "at_lapse": law.lapse,
        "clause": law.clause,
        "verified": edition.verified or law.clause not in edition.unverified_clauses,
        "working_days_left": None if due is None else calendar.working_days_left(view.as_of, due.day),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
