"""The form of a task: what is typed in it as a body of the interface, and a task as what would have been typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from service.pages import Form

if TYPE_CHECKING:
    from collections.abc import Mapping

ANY = "*"
"""Stands in the form for a seat of any authority: an empty choice is no seat."""
ROWS = {"basis": 3, "sizes": 8, "weights": 5, "seats": 6, "sources": 4, "custodians": 3, "targets": 12}
"""Rows that the form has of each list; a task that has more shows them all."""
_CODES = ("items", "kinds", "partners")
_WORDS = ("regions", "steps")
_NUMBERS = re.compile(
    r"(total|witness_min|visits_per_day|reserve_ratio/[01]|sizes/\d+/(ratio/[01]|at_least)|weights/\d+/weight)"
)
_SPLIT = re.compile(r"[\s,，、;；]+")  # as people type lists
_OF_AN_AMENDMENT = re.compile(r"(tasks/[^/]+(/value)?|new/\d+)/")


def body_of(form: Form) -> dict[str, Any]:
    """What was typed, as the interface takes a task; rows left empty are left out."""
    numbers = tuple(name for name in form.typed if _NUMBERS.fullmatch(name))
    body = form.body(numbers=numbers)
    body.pop("reason", None)
    for name in _WORDS:
        if name in body:
            body[name] = [one for one in _SPLIT.split(body[name]) if one]
    if "steps" in body:
        body["steps"] = [int(one) if one.isascii() and one.isdigit() else one for one in body["steps"]]
    for seat in body.get("seats", []):
        seat["authority"] = "" if seat.get("authority") == ANY else seat.get("authority", "")
        seat["skills"] = [one for one in _SPLIT.split(seat.get("skills", "")) if one]
    return body


def typed_of(task: Mapping[str, Any]) -> Form:
    """The form as it would have been filled in to write this task."""
    typed: dict[str, Any] = {}
    for name, value in task.items():
        if name in _CODES:
            typed[f"{name}[]"] = list(value)
        elif name in _WORDS:
            typed[name] = " ".join(str(one) for one in value)
        elif name != "number" and value is not None:
            _flat(typed, name, value)
    for place, seat in enumerate(task.get("seats", [])):
        typed[f"seats/{place}/authority"] = seat["authority"] or ANY
        typed[f"seats/{place}/skills"] = " ".join(seat["skills"])
    return Form(typed)


def rows_of(form: Form) -> dict[str, range]:
    """How many rows the form shows of each list."""
    return {name: range(max(least, _typed_rows(form, name))) for name, least in ROWS.items()}


def beside_fields(form: Form) -> Form:
    """Have faults of a task within an amendment stand beside the fields of the task."""
    form.faults = {_OF_AN_AMENDMENT.sub("", name, count=1): said for name, said in form.faults.items()}
    for one in (form.refusal or {}).get("errors") or ():
        pointer = str(one.get("pointer", "")).removeprefix("/")
        one["pointer"] = "/" + _OF_AN_AMENDMENT.sub("", pointer, count=1)
    return form


def _typed_rows(form: Form, name: str) -> int:
    places = [int(said[1]) for said in (one.split("/") for one in form.typed) if said[0] == name and len(said) > 1]
    return max(places, default=-1) + 1


def _flat(typed: dict[str, Any], name: str, value: object) -> None:
    if isinstance(value, dict):
        for inner, one in value.items():
            _flat(typed, f"{name}/{inner}", one)
    elif isinstance(value, list):
        for place, one in enumerate(value):
            _flat(typed, f"{name}/{place}", one)
    elif value is not None:
        typed[name] = str(value)
