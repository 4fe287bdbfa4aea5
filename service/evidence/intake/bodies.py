"""The bodies that evidence comes in as: which fields, and the canonical bytes that tell a repeat from another body."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import orjson

from service.evidence.intake import shapes
from service.evidence.intake.checker import (
    Checked,
    Fault,
    Field,
    attributes,
    compiled,
    day,
    flag,
    keys,
    pattern,
    points,
    probability,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

EVENT: Final = (
    Field("source", pattern(shapes.SOURCE), required=True),
    Field("source_ref", text(shapes.REFERENCE_LENGTH), required=True),
    Field("entity", pattern(shapes.ENTITY), required=True),
    Field("code", pattern(shapes.CODE), required=True),
    Field("decided_on", day, required=True),
    Field("decision_kind", pattern(shapes.CODE)),
    Field("severity", pattern(shapes.CODE)),
    Field("value", points),
    Field("occasion", text(shapes.REFERENCE_LENGTH)),
    Field("case_ref", text(shapes.REFERENCE_LENGTH)),
    Field("kinds", keys),
    Field("corrected_on", day),
    Field("performed_on", day),
    Field("publicity_ends_on", day),
    Field("attributes", attributes),
)
OCCASION: Final = (
    Field("source", pattern(shapes.SOURCE), required=True),
    Field("source_ref", text(shapes.REFERENCE_LENGTH), required=True),
    Field("entity", pattern(shapes.ENTITY), required=True),
    Field("type", pattern(shapes.CODE), required=True),
    Field("held_on", day, required=True),
    Field("closed", flag),
    Field("probability", probability),
    Field("kinds", keys),
)
CHANGES: Final = tuple(
    Field(field.name, field.check)
    for field in EVENT
    if field.name in {"code", "decided_on", "decision_kind", "severity", "value", "case_ref", "kinds", "attributes"}
)
"""What a correction may put in place of what was recorded."""

_check_event = compiled(EVENT)
check_occasion = compiled(OCCASION)


def check_event(body: Mapping[str, Any]) -> Checked:
    """The body of one event: values, or faults (also the end of publicity before the decision)."""
    checked = _check_event(body)
    values = checked.values
    ends = values.get("publicity_ends_on")
    if ends is not None and not checked.faults and ends_early(ends, values["decided_on"]):
        return Checked(values, [Fault("/publicity_ends_on", "before_decision")])
    return checked


def ends_early(ends: date, decided: date) -> bool:
    """Whether a publicity ends before the decision that it makes public."""
    return ends < decided


def digest(values: Mapping[str, Any]) -> bytes:
    """SHA-256 of the canonical JSON of checked values: the same fact written in another way has the same digest.

    Names of fields are ASCII and numbers are whole, so that sorted keys and plain integers are the canonical form of
    ``scoring.kernel.canonical``; a test compares the bytes.
    """
    return sha256(canonical(values)).digest()


def canonical(values: Mapping[str, Any]) -> bytes:
    """The canonical JSON of checked values; days as YYYY-MM-DD, points in hundredths, kinds sorted.

    A probability is in billionths.
    """
    return orjson.dumps(values, option=orjson.OPT_SORT_KEYS)
