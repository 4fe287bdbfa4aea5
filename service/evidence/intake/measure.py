"""The bodies of a measure and of the order that lifts it, checked like those of events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from service.evidence.intake import shapes
from service.evidence.intake.bodies import digest
from service.evidence.intake.checker import Fault, Field, Refused, compiled, day, pattern, text
from service.evidence.measures import measure_kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOT_A_NUMBER: Final = Refused(Fault("", "not_an_integer"))


class MeasureDraft(NamedTuple):
    """A measure not yet recorded: its values by field, as checked, and the digest of its canonical body."""

    values: Mapping[str, Any]
    digest: bytes


def _record(value: object) -> object:
    return value if type(value) is int else _NOT_A_NUMBER


_check: Final = compiled((
    Field("source", pattern(shapes.SOURCE), required=True),
    Field("source_ref", text(shapes.REFERENCE_LENGTH), required=True),
    Field("record", _record, required=True),
    Field("kind", pattern(shapes.CODE), required=True),
    Field("basis", text(shapes.VALUE_LENGTH), required=True),
    Field("document", text(shapes.REFERENCE_LENGTH), required=True),
    Field("authority", pattern(shapes.CODE)),
    Field("starts_on", day, required=True),
    Field("ends_on", day),
))  # fmt: skip
_check_lifting: Final = compiled((
    Field("on", day, required=True),
    Field("reference", text(shapes.REFERENCE_LENGTH), required=True),
    Field("reason", text(shapes.VALUE_LENGTH), required=True),
))  # fmt: skip


def measure_draft(body: Mapping[str, Any]) -> MeasureDraft | list[Fault]:
    """The draft of a measure, or everything wrong with its body."""
    values, faults = _check(body)
    if faults:
        return faults
    if values["kind"] not in measure_kinds():
        faults.append(Fault("/kind", "unknown_measure_kind", {"value": values["kind"]}))
    if "ends_on" in values and values["ends_on"] < values["starts_on"]:
        params = {"value": values["ends_on"], "starts": values["starts_on"]}
        faults.append(Fault("/ends_on", "measure_ends_early", params))
    return faults or MeasureDraft(values, digest(values))


def lifting_values(body: Mapping[str, Any]) -> Mapping[str, Any] | list[Fault]:
    """The values of an order that lifts a measure by field, or everything wrong with its body."""
    values, faults = _check_lifting(body)
    return faults or values
