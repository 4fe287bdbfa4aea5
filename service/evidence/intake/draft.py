"""A body that is right in itself, with what the catalogues say of it: ready to be held against the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from service.evidence.intake.bodies import check_event, check_occasion, digest
from service.evidence.intake.checker import Fault
from service.evidence.penalties import unknown_penalties
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.evidence.catalogue import Catalogue, DecisionKind
    from service.platform import Actor


class Draft(NamedTuple):
    """An event or an occasion not yet recorded.

    ``values``: by field, as checked. ``digest``: of the canonical body. ``kind``: of decision; None for an occasion.
    ``remarks``: what the catalogues find remarkable about it, which keeps nothing from being stored.
    """

    values: Mapping[str, Any]
    digest: bytes
    kind: DecisionKind | None
    remarks: tuple[Fault, ...] = ()


RESERVED = frozenset({"commitments", "rectification", "repairs", "visits", "warning-rules"})
"""Sources of the events that the service itself records: who took one of their references could keep it from that."""
UNKNOWN = frozenset(
    {"unknown_event_code", "unknown_decision_kind", "kind_not_of_code", "unknown_entity_kind", "unknown_severity"}
)
"""Faults and remarks that a catalogue read afresh may cure."""


def event_draft(body: Mapping[str, Any], catalogue: Catalogue) -> Draft | list[Fault]:
    """The draft of an event, or everything wrong with its body."""
    values, faults = check_event(body)
    if faults:
        return faults
    code = catalogue.codes.get(values["code"])
    if code is None:
        faults.append(Fault("/code", "unknown_event_code", {"value": values["code"]}))
    named = values.get("decision_kind")
    kind = catalogue.kinds.get(named or (code.kinds[0] if code else ""))
    if kind is None and named is not None:
        faults.append(Fault("/decision_kind", "unknown_decision_kind", {"value": named}))
    elif named is not None and code is not None and named not in code.kinds:
        faults.append(Fault("/decision_kind", "kind_not_of_code", {"value": named, "code": code.code}))
    faults += _unknown_kinds(values, catalogue) + unknown_penalties(values.get("attributes"), "/attributes")
    return faults or Draft(values, digest(values), kind, _unknown_severity(values, catalogue))


def occasion_draft(body: Mapping[str, Any], catalogue: Catalogue) -> Draft | list[Fault]:
    """The draft of an occasion, or everything wrong with its body."""
    values, faults = check_occasion(body)
    return faults or _unknown_kinds(values, catalogue) or Draft(values, digest(values), None)


def source_faults(source: str, actor: Actor) -> list[Fault]:
    """What keeps somebody outside from writing under a source: the service's own, or that of another system."""
    if source in RESERVED:
        return [Fault("/source", "source_reserved", {"value": source})]
    return [] if actor.may_write_under(source) else [Fault("/source", "source_of_another", {"value": source})]


def refuse_reserved(sources: Iterable[str]) -> None:
    """Keep the service's own sources out of a token's list.

    Raises:
        Problem: ``source_reserved``.
    """
    for place, source in enumerate(sources):
        if source in RESERVED:
            raise Problem("source_reserved", pointer=f"/sources/{place}", value=source)


def _unknown_severity(values: Mapping[str, Any], catalogue: Catalogue) -> tuple[Fault, ...]:
    return unknown_severity("/severity", values["code"], values.get("severity"), catalogue)


def unknown_severity(pointer: str, code: str, severity: str | None, catalogue: Catalogue) -> tuple[Fault, ...]:
    """A severity that an edition would pass over in silence: the code's own are known, else those of all codes.

    Nothing is said of a code that came after the catalogue was read.
    """
    if severity is None or code not in catalogue.codes:
        return ()
    known = catalogue.codes[code].severities or catalogue.severities
    if severity in known or not known:
        return ()
    return (Fault(pointer, "unknown_severity", {"value": severity, "code": code, "known": ", ".join(known)}),)


def _unknown_kinds(values: Mapping[str, Any], catalogue: Catalogue) -> list[Fault]:
    return [
        Fault(f"/kinds/{place}", "unknown_entity_kind", {"value": kind})
        for place, kind in enumerate(values.get("kinds", ()))
        if kind not in catalogue.entity_kinds
    ]
