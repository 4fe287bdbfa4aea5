"""What later acts make of a recorded event: pure functions over what is known (semantics §2's table).

Nothing is overwritten: the recorded row stays, acts are read over it in the order in which they were recorded.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from scoring.rating.history import Event


class Known(NamedTuple):
    """An event as it is known: ready for the engine, with what the engine need not know.

    ``kinds`` None: every kind held. ``withdrawn_on``: deleted by law, neither shown nor used from then on.
    ``suspended_on``: disputed under a law by which it has no effect meanwhile, from that day on; ``suspended_by``: the
    number of the objection.
    ``disputed_by``: number of the objection that put the mark, which alone takes it off.
    """

    event: Event
    decision_kind: str
    kinds: tuple[str, ...] | None
    disputed: bool = False
    withdrawn_on: date | None = None
    suspended_on: date | None = None
    suspended_by: str | None = None
    disputed_by: str | None = None


class Act(NamedTuple):
    """One recorded act; ``detail`` as stored, a correction's new values in ``detail["changes"]``.

    ``detail["suspends"]``: of a dispute under a law by which the event has no effect meanwhile, the objection's number.
    ``detail["case"]``: number of the objection by which it is disputed, or no longer is.
    """

    act: str
    acted_on: date
    detail: Mapping[str, Any]


def changed(known: Known, changes: Mapping[str, Any]) -> Known:
    """The event with stored values put in place of others; a null takes a value away."""
    values = dict(changes)
    outer: dict[str, Any] = {}
    if "kinds" in values:
        kinds = values.pop("kinds")
        outer["kinds"] = None if kinds is None else tuple(kinds)
    if "decision_kind" in values:
        outer["decision_kind"] = values.pop("decision_kind")
    if "decided_on" in values:
        values["decided_on"] = date.fromisoformat(values["decided_on"])
    if "attributes" in values:
        values["attributes"] = values["attributes"] or {}
    return known._replace(event=known.event._replace(**values), **outer)


def _sets(field: str) -> Callable[[Known, Act], Known]:
    """An act that sets one day of the event."""

    def effect(known: Known, act: Act) -> Known:
        values: dict[str, Any] = {field: act.acted_on}
        return known._replace(event=known.event._replace(**values))

    return effect


def _disputed(known: Known, act: Act) -> Known:
    """Marked, and without effect from that day on where the law of the dispute says so."""
    by = act.detail.get("suspends")
    known = known._replace(disputed=True, disputed_by=act.detail.get("case", known.disputed_by))
    return known._replace(suspended_on=act.acted_on, suspended_by=by) if by else known


EFFECTS: Mapping[str, Callable[[Known, Act], Known]] = {
    "rectified": _sets("corrected_on"),
    "performed": _sets("performed_on"),
    "publicity_end": _sets("publicity_ends_on"),
    "annulment": _sets("annulled_on"),
    "repair": _sets("repaired_on"),
    "repair_revocation": lambda known, _: known._replace(event=known.event._replace(repaired_on=None)),
    "correction": lambda known, act: changed(known, act.detail["changes"]),
    "dispute": _disputed,
    "dispute_closed": lambda known, _: known._replace(
        disputed=False, suspended_on=None, suspended_by=None, disputed_by=None
    ),
    "withdrawal": lambda known, act: known._replace(withdrawn_on=act.acted_on),
}
"""What each act does to what is known. Its keys are the acts that there are."""


def applied(known: Known, acts: Iterable[Act]) -> Known:
    """The event after acts, in the order in which they were recorded."""
    for act in acts:
        known = EFFECTS[act.act](known, act)
    return known


class Refusal(NamedTuple):
    """Why an act cannot be recorded: a code of the catalogue of problems and what it tells."""

    code: str
    pointer: str | None
    params: Mapping[str, object]


def refusal(known: Known, act: Act, today: date) -> Refusal | None:
    """Whether an act contradicts what is known: None, or why. ``today`` is the day at the entity's authority."""
    event = known.event
    if known.withdrawn_on is not None:
        return Refusal("event_withdrawn", None, {"on": known.withdrawn_on})
    if event.annulled_on is not None and act.act != "withdrawal":
        return Refusal("event_annulled", None, {"on": event.annulled_on})
    if act.act != "publicity_end" and act.acted_on > today:
        return Refusal("date_in_future", "/acted_on", {"value": act.acted_on, "today": today})
    if act.act != "rectified" and act.acted_on < event.decided_on:
        return Refusal("act_before_decision", "/acted_on", {"value": act.acted_on, "decided": event.decided_on})
    guard = _GUARDS.get(act.act)
    refused = guard(known, act) if guard else None
    if refused is None and EFFECTS[act.act](known, act) == known:
        return Refusal("correction_without_change" if act.act == "correction" else "act_without_change", None, {})
    return refused


def _repair(known: Known, _: Act) -> Refusal | None:
    if not known.event.final:
        return Refusal("repair_of_warning", "/act", {})
    if known.event.repaired_on is not None:
        return Refusal("already_repaired", "/act", {"on": known.event.repaired_on})
    return None


def _revocation(known: Known, act: Act) -> Refusal | None:
    repaired = known.event.repaired_on
    if repaired is None:
        return Refusal("no_repair_to_revoke", "/act", {})
    if act.acted_on < repaired:
        return Refusal("revocation_before_repair", "/acted_on", {"value": act.acted_on, "repaired": repaired})
    return None


def _dispute(known: Known, act: Act) -> Refusal | None:
    """A mark is not put twice, but the suspension, or the objection that keeps it, may come to one that is there."""
    suspends = bool(act.detail.get("suspends")) and known.suspended_on is None
    keeps = "case" in act.detail and known.disputed_by is None
    return Refusal("already_disputed", "/act", {}) if known.disputed and not (suspends or keeps) else None


def _dispute_closed(known: Known, act: Act) -> Refusal | None:
    """The mark of an objection stays until the objection ends: else whoever is objected to could hide it."""
    if not known.disputed:
        return Refusal("no_dispute_open", "/act", {})
    if known.disputed_by is not None and "case" not in act.detail:
        return Refusal("dispute_of_objection", "/act", {"case": known.disputed_by})
    return None


def _correction(known: Known, act: Act) -> Refusal | None:
    """A decision is not moved past what followed from it."""
    before, after = known.event, EFFECTS["correction"](known, act).event
    followed = (before.performed_on, before.repaired_on, before.publicity_ends_on)
    for day in followed:
        if day is not None and before.decided_on <= day < after.decided_on:
            params = {"value": day, "decided": after.decided_on}
            return Refusal("act_before_decision", "/changes/decided_on", params)
    return None


_GUARDS: Mapping[str, Callable[[Known, Act], Refusal | None]] = {
    "correction": _correction,
    "repair": _repair,
    "repair_revocation": _revocation,
    "dispute": _dispute,
    "dispute_closed": _dispute_closed,
}
