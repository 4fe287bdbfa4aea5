"""Answers of the room as plain documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.repair import Eligibility, Shown
    from service.repairs.queries import CaseView, Chance
    from service.repairs.tables import RepairCase


def brief(row: RepairCase) -> dict[str, Any]:
    """A case in a list."""
    return {
        "number": row.number,
        "procedure": row.procedure,
        "entity": row.entity_key,
        "record": row.event_id,
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
        "escalate_on": _day(row.escalate_on),
    }


def whole(view: CaseView, *, persons: bool) -> dict[str, Any]:
    """A case with its steps, papers and clocks. ``persons``: whether the reader may know who took each step."""
    return {
        **brief(view.row),
        "as_of": view.as_of.isoformat(),
        "next": list(view.law.workflow.events(view.row.state)),
        "reach": f"/v1/events/{view.row.event_id}/reach" if view.row.state == "corrected" else None,
        "clocks": [_clock(one, view) for one in view.clocks],
        "steps": [
            {
                "event": step.event,
                "state": step.state,
                "part": step.part,
                "person": step.person if persons else None,
                "on": step.taken_on.isoformat(),
                "reason": step.reason,
                "detail": step.detail,
            }
            for step in view.steps
        ],
        "papers": [
            {
                "key": one.key,
                "name": dict(one.name),
                "clause": one.clause or None,
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
            }
            for one in view.materials
        ],
    }


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
    texts = {one.key: one.text for one in found.edition.repair.conditions}
    if found.edition.repair.fraud is not None:
        texts["not_barred"] = found.edition.repair.fraud.text
    return {**told, **_eligibility(found.said, texts, language)}


def _eligibility(said: Eligibility, texts: Mapping[str, Mapping[str, str]], language: str) -> dict[str, Any]:
    return {
        "edition": said.edition,
        "digest": said.digest,
        "holds": said.holds,
        "from_day": _day(said.from_day),
        "waits_until": _day(said.waits_until),
        "missing": list(said.missing),
        "papers": list(said.papers),
        "conditions": [
            {
                "key": one.key,
                "text": texts[one.key].get(language, texts[one.key]["zh"]),
                "clause": one.clause,
                "verified": one.verified,
                "standing": one.how,
                "from_day": _day(one.from_day),
                "missing": one.missing,
                "provisional": one.provisional,
            }
            for one in said.standings
        ],
    }


def _clock(one: Shown, view: CaseView) -> dict[str, Any]:
    law = view.law.clocks[one.law]
    due = one.face.due
    edition = view.law.edition
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
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
