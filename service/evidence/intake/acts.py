"""The body of an act on a recorded event: corrected, annulled, repaired or disputed."""

from __future__ import annotations

from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from service.evidence.intake import shapes
from service.evidence.intake.bodies import CHANGES, digest
from service.evidence.intake.checker import Checked, Fault, Field, Refused, compiled, day, pattern, text
from service.evidence.lifecycle import EFFECTS, Act, Known
from service.evidence.penalties import unknown_penalties

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.evidence.catalogue import Catalogue

NOT_AN_OBJECT: Final = Refused(Fault("", "not_an_object"))
NO_REASON: Final = Refused(Fault("", "act_without_reason"))
_text: Final = text(shapes.VALUE_LENGTH)
_CLEARABLE: Final = frozenset({"severity", "value", "case_ref", "kinds", "attributes"})


def _act(value: object) -> object:
    if type(value) is not str:
        return Refused(Fault("", "not_a_string"))
    return value if value in EFFECTS else Refused(Fault("", "unknown_act", {"value": value[:64]}))


def _reason(value: object) -> object:
    return NO_REASON if type(value) is str and not value.strip() else _text(value)


def _changes(value: object) -> object:
    if type(value) is not dict:
        return NOT_AN_OBJECT
    cleared = {name: None for name, item in value.items() if item is None and name in _CLEARABLE}
    checked = _check_changes({name: item for name, item in value.items() if name not in cleared})
    faults = checked.faults + [
        Fault("/" + name, "field_null")
        for name, item in value.items()
        if item is None and name in _NAMES and name not in _CLEARABLE
    ]
    return Refused(*faults) if faults else {**checked.values, **cleared}


def _reference(value: object) -> object:
    if type(value) is not dict:
        return NOT_AN_OBJECT
    checked = _check_reference(value)
    return Refused(*checked.faults) if checked.faults else checked.values


_NAMES: Final = frozenset(field.name for field in CHANGES)
_check_changes: Final = compiled(CHANGES)
REFERENCE: Final = (
    Field("source", pattern(shapes.SOURCE), required=True),
    Field("source_ref", text(shapes.REFERENCE_LENGTH), required=True),
)
_check_reference: Final = compiled(REFERENCE)
ACT: Final = (
    *REFERENCE,
    Field("act", _act, required=True),
    Field("acted_on", day, required=True),
    Field("changes", _changes),
    Field("reason", _reason),
)
_check_act: Final = compiled(ACT)
_check_addressed: Final = compiled((*ACT, Field("event", _reference, required=True)))
_check_own: Final = compiled((*ACT, Field("suspends", _text), Field("case", text(shapes.REFERENCE_LENGTH))))
"""Of which case a dispute is, and whether it suspends by the law of that case, the service itself keeps."""


class ActDraft(NamedTuple):
    """An act not yet recorded. ``values``: by field, as checked; ``event``: the reference it is about, where given."""

    values: Mapping[str, Any]
    digest: bytes
    event: tuple[str, str] | None


def act_draft(body: Mapping[str, Any], *, addressed: bool = False, own: bool = False) -> ActDraft | list[Fault]:
    """The draft of an act. ``addressed``: the body names its event by source and reference, as in files.

    ``own``: it follows from what the service itself keeps: a dispute may name its case, and say by which it suspends.
    """
    values, faults = _whole((_check_own if own else _check_addressed if addressed else _check_act)(body))
    if faults:
        return faults
    event = values.get("event")
    return ActDraft(values, digest(values), (event["source"], event["source_ref"]) if event else None)


def _whole(checked: Checked) -> Checked:
    """What concerns several fields; and that every act says why, which has a code of its own."""
    values, faults = checked
    if "reason" not in values and all(fault.pointer != "/reason" for fault in faults):
        faults = sorted([*faults, Fault("/reason", "act_without_reason")], key=itemgetter(0, 1))
        return Checked(values, faults)
    if not faults and values["act"] == "correction" and not values.get("changes"):
        return Checked(values, [Fault("/changes", "correction_without_fields")])
    if not faults and values["act"] != "correction" and "changes" in values:
        return Checked(values, [Fault("/changes", "changes_not_taken")])
    return checked


def act_of(draft: ActDraft, known: Known, catalogue: Catalogue, today: date) -> Act | list[Fault]:
    """The act as it will be recorded, a correction's values as stored; or what is wrong with them."""
    values = draft.values
    detail: dict[str, Any] = {name: values[name] for name in ("reason", "suspends", "case") if name in values}
    if "changes" in values:
        changes = dict(values["changes"])
        faults = _kind(changes, known, catalogue) + _known_kinds(changes, catalogue) + _future(changes, today)
        faults += unknown_penalties(changes.get("attributes"), "/changes/attributes")
        if faults:
            return faults
        detail["changes"] = {name: _stored(value) for name, value in changes.items()}
    return Act(values["act"], values["acted_on"], detail)


def _kind(changes: dict[str, Any], known: Known, catalogue: Catalogue) -> list[Fault]:
    """The decision kind that goes with the corrected code; the one that was there stays where it can."""
    if "code" not in changes and "decision_kind" not in changes:
        return []
    name = changes.get("code", known.event.code)
    code = catalogue.codes.get(name)
    if code is None:
        return [Fault("/changes/code", "unknown_event_code", {"value": name})]
    wanted = changes.get("decision_kind") or (
        known.decision_kind if known.decision_kind in code.kinds else code.kinds[0]
    )
    kind = catalogue.kinds.get(wanted)
    if kind is None:
        return [Fault("/changes/decision_kind", "unknown_decision_kind", {"value": wanted})]
    if wanted not in code.kinds:
        return [Fault("/changes/decision_kind", "kind_not_of_code", {"value": wanted, "code": name})]
    if wanted != known.decision_kind or "decision_kind" in changes:
        changes |= {"decision_kind": wanted, "final": kind.final}
    return []


def _known_kinds(changes: Mapping[str, Any], catalogue: Catalogue) -> list[Fault]:
    return [
        Fault(f"/changes/kinds/{place}", "unknown_entity_kind", {"value": kind})
        for place, kind in enumerate(changes.get("kinds") or ())
        if kind not in catalogue.entity_kinds
    ]


def _future(changes: Mapping[str, Any], today: date) -> list[Fault]:
    decided = changes.get("decided_on")
    if decided is None or decided <= today:
        return []
    return [Fault("/changes/decided_on", "date_in_future", {"value": decided, "today": today})]


def _stored(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
