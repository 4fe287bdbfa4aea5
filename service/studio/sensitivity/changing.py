"""A stock with one thing changed about every entity at once: one more decision, or one that is corrected."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scoring.rating.columnar import ABSENT, NO_DAY, NO_POINTS, Coded
from scoring.rating.columnar.spans import latest_occasions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from numpy.typing import NDArray

    from scoring.rating.columnar import Columns, Events
    from scoring.rating.columnar.arrays import Codes, Days, Flags, Rows


class Added(NamedTuple):
    """One more decision of a code, so many days before the question and alone of its inspection and case.

    ``days_before`` None: of the latest inspection instead, on its day; or, ``of_case``, of the case of the latest
    decision that has one, on the day of that.
    """

    code: str
    severity: str | None
    value: int | None
    attributes: tuple[tuple[str, str], ...]
    days_before: int | None
    of_case: bool = False


class Corrected(NamedTuple):
    """The decision at a place among the entity's own, from 0, corrected and performed."""

    place: int


def with_decision(columns: Columns, added: Added, as_of: date) -> Columns:
    """The stock with one more decision for every entity, final.

    Where it is to be of an inspection or a case, every entity must have one by the day of the question (`inspected`,
    `with_case`).
    """
    events = columns.events
    day, place, case = _when(columns, added, as_of)
    rows = _behind(columns, day, place)
    codes, code = _entry(columns.codes, added.code)
    severities, severity = (
        (columns.severities, ABSENT) if added.severity is None else _entry(columns.severities, added.severity)
    )
    size = len(events.code)
    of_it: dict[str, Any] = {
        "decided_on": day,
        "code": code,
        "severity": severity,
        "final": True,
        "value": NO_POINTS if added.value is None else added.value,
        "occasion": place,
        "case": case,
        "tie": int(np.diff(columns.offsets).max(initial=0)),
    }
    taken: dict[str, Any] = {
        name: np.insert(column, rows, of_it.get(name, NO_DAY)) for name, column in _filled(events, size).items()
    }
    offsets = columns.offsets + np.arange(columns.entities + 1)
    attributes = _attributes(events.attributes, dict(added.attributes), rows, size)
    return replace(
        columns,
        codes=codes,
        severities=severities,
        offsets=offsets,
        events=replace(events, attributes=attributes, **taken),
    )


def inspected(columns: Columns, as_of: date) -> Rows:
    """The places of the entities that had an inspection by the day."""
    return _latest(columns, as_of)[0]


def with_case(columns: Columns, as_of: date) -> Rows:
    """The places of the entities of which a decision by the day is of a case."""
    return _latest_of_case(columns, as_of)[0]


def with_correction(columns: Columns, place: int, as_of: date, adverse: Flags) -> tuple[Columns, Flags]:
    """The stock with a decision of each entity corrected and performed, and for whom that is a change.

    It is none where the decision is not one of the ``adverse``, or of a later day, or was corrected or performed
    before.
    """
    events, day = columns.events, as_of.toordinal()
    rows = columns.offsets[:-1] + place
    whose = rows < columns.offsets[1:]
    filled = _filled(events, len(events.code))
    open_yet = adverse & (events.decided_on <= day)
    for name in ("corrected_on", "performed_on"):
        open_yet &= filled[name] == NO_DAY
    whose[whose] = open_yet[rows[whose]]
    acts: dict[str, Any] = {}
    for name in ("corrected_on", "performed_on"):
        acts[name] = filled[name].copy()
        acts[name][rows[whose]] = day
    return replace(columns, events=replace(events, **acts)), whose


def _when(columns: Columns, added: Added, as_of: date) -> tuple[Days, Codes, Codes]:
    """Of each entity the day of the additional decision, the place of its inspection, and its case."""
    none = np.full(columns.entities, ABSENT, np.int32)
    if added.days_before is not None:
        return np.full(columns.entities, as_of.toordinal() - added.days_before, np.int32), none, none
    if added.of_case:
        events = columns.events
        assert events.case is not None, "every entity has a case"  # noqa: S101 - as `with_decision` asks
        rows = _latest_of_case(columns, as_of)[1]
        return events.decided_on[rows], none, events.case[rows]
    occasions = columns.occasions
    assert occasions is not None, "every entity has an inspection"  # noqa: S101 - likewise
    rows = _latest(columns, as_of)[1]
    return occasions.held_on[rows], (rows - occasions.offsets[:-1]).astype(np.int32), none


def _latest_of_case(columns: Columns, as_of: date) -> tuple[Rows, Rows]:
    """The places of the entities with a decision of a case by the day, and the row of the latest of each."""
    events = columns.events
    if events.case is None:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    rows = np.flatnonzero((events.case != ABSENT) & (events.decided_on <= as_of.toordinal()))
    owner = np.searchsorted(columns.offsets, rows, side="right") - 1
    last = np.append(owner[1:] != owner[:-1], True)[: len(owner)]
    return owner[last], rows[last]


def _latest(columns: Columns, as_of: date) -> tuple[Rows, Rows]:
    """The places of the entities with an inspection by the day, and the row of the latest of each."""
    occasions = columns.occasions
    if occasions is None:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    rows = np.flatnonzero(latest_occasions(columns, as_of.toordinal(), 1))
    return np.searchsorted(occasions.offsets, rows, side="right") - 1, rows


def _behind(columns: Columns, day: Days, place: Codes) -> Rows:
    """Of each entity the row before which a decision of that day and inspection stands as the last of them."""
    events = columns.events
    owner = np.repeat(np.arange(columns.entities), np.diff(columns.offsets))
    earlier = events.decided_on < day[owner]
    same = events.decided_on == day[owner]
    if events.occasion is not None:  # as unsigned numbers, of which the absent is the greatest
        same &= events.occasion.view(np.uint32) <= place.view(np.uint32)[owner]
    rows: Rows = columns.offsets[:-1] + np.bincount(owner[earlier | same], minlength=columns.entities)
    return rows


def _entry(texts: tuple[str, ...], text: str) -> tuple[tuple[str, ...], int]:
    """A dictionary that has a text, and its place there."""
    return (texts, texts.index(text)) if text in texts else ((*texts, text), len(texts))


_ABSENT = {"severity": ABSENT, "occasion": ABSENT, "case": ABSENT, "value": NO_POINTS, "final": True}


def _filled(events: Events, size: int) -> dict[str, NDArray[Any]]:
    """Every column, one that stands for absence in every row written out; ``tie`` only where there is one."""
    types = {"final": np.bool_, "value": np.int64}
    filled = {}
    for name in (each.name for each in fields(events)):
        column = None if name == "attributes" else getattr(events, name)
        if column is not None:
            filled[name] = column
        elif name not in {"attributes", "tie"}:
            filled[name] = np.full(size, _ABSENT.get(name, NO_DAY), types.get(name, np.int32))
    return filled


def _attributes(
    known: Mapping[str, Coded], new: Mapping[str, str], rows: NDArray[np.int64], size: int
) -> dict[str, Coded]:
    made = {}
    for name in dict.fromkeys((*known, *new)):
        coded = known.get(name) or Coded((), np.full(size, ABSENT, np.int32))
        texts, place = (coded.texts, ABSENT) if name not in new else _entry(coded.texts, new[name])
        made[name] = Coded(texts, np.insert(coded.index, rows, place))
    return made
