"""The numbers of an edition as fields of a form, by the clause that governs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from service.pages import Form


class Group(NamedTuple):
    """The numbers of one clause; ``says``: its text by language, where the edition has it."""

    clause: str
    says: Mapping[str, str] | None
    numbers: Sequence[Mapping[str, Any]]


def by_clause(numbers: Iterable[Mapping[str, Any]], clauses: Iterable[Mapping[str, Any]]) -> list[Group]:
    """The numbers clause by clause, in the order of the text; a field is named as the number's place."""
    says = {one["clause"]: one["says"] for one in clauses}
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in numbers:
        field = one["place"].removeprefix("/")
        found.setdefault(one["clause"], []).append({**one, "field": field, "written": _plain(one["written"])})
    return [Group(clause, says.get(clause), stated) for clause, stated in found.items()]


def changes_in(form: Form, numbers: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The numbers that were changed in a form, as the interface takes them."""
    typed = ((one, form.first(one["place"].removeprefix("/")).strip()) for one in numbers)
    return [
        {"place": one["place"], "value": value} for one, value in typed if value and value != _plain(one["written"])
    ]


def shown_beside(form: Form, changes: Sequence[Mapping[str, str]]) -> None:
    """Have what was refused of a change stand beside its number; findings in the text do so by their place."""
    for number, change in enumerate(changes):
        for part in ("value", "place"):
            said = form.faults.pop(f"changes/{number}/{part}", [])
            if said:
                form.faults.setdefault(change["place"].removeprefix("/"), []).extend(said)
    for one in (form.refusal or {}).get("errors", ()):
        steps = str(one.get("pointer", "")).split("/")
        if steps[1:2] == ["changes"] and len(steps) > 2 and steps[2].isdigit():  # noqa: PLR2004 - a pointer into a list
            one["pointer"] = changes[int(steps[2])]["place"]


def _plain(written: str) -> str:
    """A number as a field of a form takes it."""
    return written.replace("_", "").removeprefix("+")
