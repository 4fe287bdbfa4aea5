"""The columns of a CSV file of evidence: which there are, and what the cells of a row say.

A heading names a field of an event, an occasion or an act. ``attributes.x`` is one attribute; ``event.source`` and
``event.source_ref`` name the event that an act is about; ``changes.x`` (``changes.attributes.x``) is what a correction
puts in place, ``changes.cleared`` names what it takes away. Several values of one cell are separated by semicolons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from service.evidence.intake.acts import ACT, REFERENCE
from service.evidence.intake.bodies import CHANGES, EVENT, OCCASION

if TYPE_CHECKING:
    from collections.abc import Mapping

_GROUPS: Final = frozenset({"attributes", "changes"})
_PLAIN: Final = frozenset(field.name for field in (*EVENT, *OCCASION, *ACT)) - _GROUPS
_WITHIN: Final = {
    "event": frozenset(field.name for field in REFERENCE),
    "changes": frozenset(field.name for field in CHANGES) - _GROUPS | {"cleared"},
}
_CLEARED: Final = "cleared"
_FLAGS: Final = {"true": True, "false": False}
_MANY: Final = ";"


def is_column(heading: str) -> bool:
    """Whether a heading says what its cells are."""
    outer, dot, inner = heading.partition(".")
    if not dot:
        return heading in _PLAIN
    if outer == "changes" and inner.startswith("attributes."):
        return inner != "attributes."
    return bool(inner) if outer == "attributes" else inner in _WITHIN.get(outer, ())


def body_of(cells: Mapping[str, str]) -> dict[str, Any]:
    """A body of the cells of a row by heading; an empty cell is an absent field."""
    body: dict[str, Any] = {}
    for heading, cell in cells.items():
        if not cell:
            continue
        outer, dot, inner = heading.partition(".")
        if not dot:
            body[heading] = _value(heading, cell)
        elif outer == "changes":
            _change(body.setdefault(outer, {}), inner, cell)
        else:
            body.setdefault(outer, {})[inner] = cell
    return body


def _change(changes: dict[str, Any], name: str, cell: str) -> None:
    outer, dot, inner = name.partition(".")
    if dot:
        changes.setdefault(outer, {})[inner] = cell
    elif name == _CLEARED:
        changes.update(dict.fromkeys(cell.split(_MANY)))
    else:
        changes[name] = _value(name, cell)


def _value(name: str, cell: str) -> object:
    if name == "kinds":
        return cell.split(_MANY)
    return _FLAGS.get(cell, cell) if name == "closed" else cell
