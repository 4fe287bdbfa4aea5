"""The bodies of a commitment and of its outcome, checked like those of events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from service.evidence.commitments import OUTCOMES, commitment_types
from service.evidence.intake import shapes
from service.evidence.intake.bodies import digest
from service.evidence.intake.checker import Fault, Field, Refused, compiled, day, keys, pattern, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.evidence.catalogue import Catalogue


class CommitmentDraft(NamedTuple):
    """A commitment not yet recorded: its values by field, as checked, and the digest of its canonical body."""

    values: Mapping[str, Any]
    digest: bytes


def _outcome(value: object) -> object:
    if type(value) is not str:
        return Refused(Fault("", "not_a_string"))
    return value if value in OUTCOMES else Refused(Fault("", "not_a_choice", {"choices": ", ".join(OUTCOMES)}))


_check: Final = compiled((
    Field("source", pattern(shapes.SOURCE), required=True),
    Field("source_ref", text(shapes.REFERENCE_LENGTH), required=True),
    Field("entity", pattern(shapes.ENTITY), required=True),
    Field("type", pattern(shapes.CODE), required=True),
    Field("text", text(shapes.VALUE_LENGTH)),
    Field("made_on", day, required=True),
    Field("due_on", day),
    Field("authority", pattern(shapes.CODE)),
    Field("kinds", keys),
))  # fmt: skip
_check_outcome: Final = compiled((
    Field("outcome", _outcome, required=True),
    Field("on", day, required=True),
    Field("basis", text(shapes.VALUE_LENGTH), required=True),
    Field("case_ref", text(shapes.REFERENCE_LENGTH)),
))  # fmt: skip


def commitment_draft(body: Mapping[str, Any], catalogue: Catalogue) -> CommitmentDraft | list[Fault]:
    """The draft of a commitment, or everything wrong with its body."""
    values, faults = _check(body)
    if faults:
        return faults
    if values["type"] not in commitment_types():
        faults.append(Fault("/type", "unknown_commitment_type", {"value": values["type"]}))
    if "due_on" in values and values["due_on"] < values["made_on"]:
        faults.append(Fault("/due_on", "due_before_made", {"value": values["due_on"], "made": values["made_on"]}))
    faults += [
        Fault(f"/kinds/{place}", "unknown_entity_kind", {"value": kind})
        for place, kind in enumerate(values.get("kinds", ()))
        if kind not in catalogue.entity_kinds
    ]
    return faults or CommitmentDraft(values, digest(values))


def outcome_values(body: Mapping[str, Any]) -> Mapping[str, Any] | list[Fault]:
    """The values of an outcome by field, or everything wrong with its body."""
    values, faults = _check_outcome(body)
    return faults or values
