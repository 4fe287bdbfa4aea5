"""Records and duties as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.editions.shipped import calendar_or_weekdays
from scoring.publicity import shown_at
from service.register import masked

if TYPE_CHECKING:
    from datetime import date

    from scoring.edition.model import Edition
    from scoring.publicity import Due, Reason
    from service.publicity.queries import Owed
    from service.publicity.reading import ActRow, Published

PERIODS = ("starts_on", "earliest_end", "latest_end", "ends_on", "next_change_on")


def record_document(found: Published) -> dict[str, Any]:
    """One record with its reasons, duties and acts."""
    standing, event = found.standing, found.decision.known.event
    return {
        "event": found.decision.event,
        "source": event.source,
        "source_ref": event.ref,
        "decision_kind": found.record.decision_kind,
        "code": event.code,
        "severity": event.severity,
        "decided_on": event.decided_on.isoformat(),
        "as_of": found.as_of.isoformat(),
        "state": standing.state,
        "class": standing.record_class,
        "reasons": [_reason(one, found.edition) for one in standing.reasons],
        **{name: _day(getattr(standing, name)) for name in PERIODS},
        "shortened": standing.shortened,
        "provisional": standing.provisional,
        "edition": standing.edition,
        "digest": standing.digest,
        "disputed": found.decision.known.disputed,
        "duties": [due_document(one, found.as_of) for one in found.due],
        "acts": [_act(one) for one in found.acts],
    }


def public_document(found: Published) -> dict[str, Any]:
    """One record as anyone may read it: natural persons by their first character and without their key."""
    standing, event, person = found.standing, found.decision.known.event, found.entity.natural_person
    places = set(shown_at(found.record, found.as_of))
    last = {one.place: one for one in found.acts if one.act == "publish" and one.place in places}
    return {
        "event": found.decision.event,
        "entity": None if person else found.entity.key,
        "name": masked(found.entity.name) if person else found.entity.name,
        "authority": found.entity.authority,
        "decision_kind": found.record.decision_kind,
        "code": event.code,
        "decided_on": event.decided_on.isoformat(),
        "class": standing.record_class,
        "starts_on": _day(standing.starts_on),
        "ends_on": _day(standing.ends_on),
        "provisional": standing.provisional,
        "disputed": found.decision.known.disputed,
        "published": [
            {"place": one.place, "on": one.done_on.isoformat(), "reference": one.reference} for one in last.values()
        ],
        "edition": standing.edition,
        "digest": standing.digest,
    }


def owed_document(owed: Owed) -> dict[str, Any]:
    """What is owed about which record."""
    event, edition, entity = owed.of.decision.known.event, owed.of.edition, owed.of.entity
    calendar = calendar_or_weekdays(None if edition is None else edition.calendar)
    return {
        "event": owed.of.decision.event,
        "entity": entity.key,
        "name": masked(entity.name) if entity.natural_person else entity.name,
        "code": event.code,
        "source_ref": event.ref,
        "decided_on": event.decided_on.isoformat(),
        "ends_on": _day(owed.of.standing.ends_on),
        "authority": owed.of.entity.authority,
        "state": owed.of.standing.state,
        **due_document(owed.due, owed.of.as_of),
        "working_days_left": calendar.working_days_left(owed.of.as_of, owed.due.due_on),
        "alarm": owed.alarm,
    }


def due_document(due: Due, as_of: date) -> dict[str, Any]:
    """One stage of a duty."""
    return {
        "duty": due.duty,
        "stage": due.stage,
        "act": due.act,
        "place": due.place,
        "since": due.since.isoformat(),
        "due_on": due.due_on.isoformat(),
        "alarm_on": _day(due.alarm_on),
        "provisional": due.provisional,
        "done_on": _day(due.done_on),
        "overdue": due.is_over(as_of),
        "late": due.done_on is not None and due.done_on > due.due_on,
        "clause": due.clause,
        "verified": due.verified,
        "edition": due.edition,
    }


def _reason(reason: Reason, edition: Edition | None) -> dict[str, Any]:
    said = edition.clauses.get(reason.clause) if edition is not None else None
    return {
        "code": reason.code,
        "about": reason.about or None,
        "clause": reason.clause or None,
        "text": None if said is None else dict(said),
        "verified": reason.verified,
    }


def _act(row: ActRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "act": row.act,
        "place": row.place,
        "done_on": row.done_on.isoformat(),
        "reference": row.reference,
        "reason": row.reason,
        "person": row.person,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
