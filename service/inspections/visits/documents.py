"""Visits as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from service.inspections.visits.decisions import open_decisions
from service.inspections.visits.vocabulary import visit_rules

if TYPE_CHECKING:
    from service.inspections.visits.queries import ListedVisit, VisitView
    from service.inspections.visits.tables import VisitAct, VisitFinding, VisitRow
    from service.inspections.visits.usecases import Audited, Opened
    from service.register import EntityFacts


def listed(visit: VisitRow) -> dict[str, Any]:
    """A visit as lists tell it."""
    return {
        "number": visit.number,
        "entity": visit.entity_key,
        "state": visit.state,
        "type": visit.type,
        "task": visit.task,
        "method": visit.method,
        "first_day": visit.first_day.isoformat(),
        "last_day": visit.last_day.isoformat(),
        "deadline": visit.deadline.isoformat(),
        "held_on": None if visit.held_on is None else visit.held_on.isoformat(),
    }


def in_list(row: ListedVisit) -> dict[str, Any]:
    """A visit as a list tells it, with its entity's name, its team, and who signed."""
    return {**listed(row.visit), **_entity(row.entity), "team": list(row.team), "signed": list(row.signed)}


def _entity(known: EntityFacts) -> dict[str, Any]:
    return {"name": known.name, "address": known.address}


def whole(view: VisitView) -> dict[str, Any]:
    """A visit with all that belongs to it."""
    visit, record, outcome = view.visit, view.record, view.outcome
    return {
        **listed(visit),
        **_entity(view.entity),
        "source": visit.source,
        "authorities": list(visit.authorities),
        "tier": visit.tier,
        "part_of": view.part_of,
        "parts": list(view.parts),
        "team": list(view.team),
        "inspectors": _inspectors(view),
        "signatures": visit_rules()["signatures"],
        "present": list(visit.present),
        "checklist": visit.checklist["entries"],
        "findings": [
            {
                "item": place[0],
                "entry": place[1],
                "conflict": at.in_conflict,
                "stands": None if at.finding is None else _finding(at.finding),
                "said": [_finding(row) for row in at.others],
            }
            for place, at in view.found.items()
        ],
        "files": list(view.files),
        "record": None
        if record is None
        else {"sha256": record.sha256.hex(), "content": json.loads(record.content), "signed": list(view.signed)},
        "outcome": None
        if outcome is None
        else {
            "result": outcome.result,
            "problems": outcome.problems,
            "audited_on": outcome.audited_on.isoformat(),
            "publish_by": outcome.publish_by.isoformat(),
            "publish_by_provisional": outcome.publish_by_provisional,
        },
        "orders": list(view.orders),
        "register_proposal": None
        if view.register_proposal is None
        else {
            "status": view.register_proposal.status,
            "status_on": view.register_proposal.status_on.isoformat(),
            "accepted": view.register_proposal.accepted,
        },
        "merge_proposals": [{"proposal": number, "other": other} for number, other in view.merges],
        "decisions": open_decisions(view),
        "acts": [_act(act) for act in view.acts],
    }


def _act(act: VisitAct) -> dict[str, Any]:
    return {
        "act": act.act,
        "person": act.person,
        "inspector": act.inspector,
        "reason": act.reason,
        "detail": act.detail,
        "taken_at": act.taken_at.isoformat(),
    }


def opened(said: Opened, language: str) -> dict[str, Any]:
    """What became of each entity of a request."""
    return {
        "opened": dict(said.opened),
        "merged": dict(said.merged),
        "held": dict(said.held),
        "refused": [{"entity": key, **problem.member(language)} for key, problem in said.refused.items()],
    }


def audited(said: Audited) -> dict[str, Any]:
    """What an audit caused."""
    return {
        "visit": said.visit,
        "occasion": said.occasion,
        "events": [{"item": item, "entry": entry, "event": event} for (item, entry), event in said.events.items()],
        "publish_by": said.publish_by.isoformat(),
        "order": said.order,
        "status": said.status,
    }


def _inspectors(view: VisitView) -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "name": name,
            "leads": code == next(iter(view.team), None),
            "present": code in view.visit.present,
            "signed": code in view.signed,
        }
        for code, name in view.inspectors.items()
    ]


def _finding(row: VisitFinding) -> dict[str, Any]:
    return {
        "client_id": row.client_id,
        "result": row.result,
        "severity": row.severity,
        "note": row.note,
        "files": list(row.files),
        "inspector": row.inspector,
        "settles": row.settles,
        "noted_at": row.noted_at.isoformat(),
    }
