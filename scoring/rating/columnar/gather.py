"""Histories turned into columns: for the reconciler and for tests. A loader of millions fills `Columns` itself."""

from __future__ import annotations

from itertools import accumulate, chain
from typing import TYPE_CHECKING

import numpy as np

from scoring.rating.columnar.arrays import ABSENT, NO_DAY, NO_POINTS
from scoring.rating.columnar.columns import Coded, Columns, Events, Licences, Occasions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from scoring.rating.columnar.arrays import Codes, Days, Rows
    from scoring.rating.history import Event, History


def columns_of(histories: Sequence[History]) -> Columns:
    """The columns of some histories of one kind, entity i being the i-th history; the events are put in order.

    Raises:
        ValueError: the histories are of several kinds.
    """
    kinds = {each.kind for each in histories}
    if len(kinds) > 1:
        message = f"columns hold one kind, these histories have {len(kinds)}: {', '.join(sorted(kinds))}"
        raise ValueError(message)
    ordered = [in_order(each) for each in histories]
    rows = [event for events in ordered for event in events]
    codes = _dictionary(each.code for each in rows)
    severities = _dictionary(each.severity for each in rows if each.severity is not None)
    types = _dictionary(occasion.type for history in histories for occasion in history.occasions)
    return Columns(
        kind=kinds.pop() if kinds else "",
        codes=tuple(codes),
        offsets=_offsets(len(each.events) for each in histories),
        events=_events(histories, rows, [tie for events in ordered for tie in _ties(events)], codes, severities),
        severities=tuple(severities),
        occasion_types=tuple(types),
        occasions=_occasions(histories, types),
        known_since=_days(each.known_since for each in histories),
        attributes=_attributes([each.attributes for each in histories]),
        licences=_licences(histories),
    )


def in_order(history: History) -> list[Event]:
    """The events of a history in the order in which `columns_of` lays them out, and the answer gives its lines."""
    place = {each.ref: number for number, each in enumerate(history.occasions)}
    last = len(place)
    return sorted(
        history.events,
        key=lambda each: (
            each.decided_on,
            last if each.occasion is None else place.get(each.occasion, last),
            each.source,
            each.ref,
        ),
    )


def _ties(events: Sequence[Event]) -> list[int]:
    """The place of each event by (source, ref)."""
    by_name = {key: number for number, key in enumerate(sorted((each.source, each.ref) for each in events))}
    return [by_name[each.source, each.ref] for each in events]


def _events(
    histories: Sequence[History],
    rows: Sequence[Event],
    ties: Sequence[int],
    codes: Mapping[str, int],
    severities: Mapping[str, int],
) -> Events:
    places = _offsets(len(each.events) for each in histories)
    cases = _dictionary(each.case_ref for each in rows if each.case_ref is not None)
    held = [{each.ref: number for number, each in enumerate(history.occasions)} for history in histories]
    owner = np.repeat(np.arange(len(histories)), np.diff(places)).tolist()
    return Events(
        decided_on=_days(each.decided_on for each in rows),
        code=_codes(codes[each.code] for each in rows),
        severity=_codes(ABSENT if each.severity is None else severities[each.severity] for each in rows),
        final=np.fromiter((each.final for each in rows), np.bool_),
        value=np.fromiter((NO_POINTS if each.value is None else each.value for each in rows), np.int64),
        occasion=_codes(
            ABSENT if each.occasion is None else held[own].get(each.occasion, ABSENT)
            for own, each in zip(owner, rows, strict=True)
        ),
        case=_codes(ABSENT if each.case_ref is None else cases[each.case_ref] for each in rows),
        corrected_on=_days(each.corrected_on for each in rows),
        performed_on=_days(each.performed_on for each in rows),
        repaired_on=_days(each.repaired_on for each in rows),
        annulled_on=_days(each.annulled_on for each in rows),
        publicity_ends_on=_days(each.publicity_ends_on for each in rows),
        tie=_codes(ties),
        attributes=_attributes([each.attributes for each in rows]),
    )


def _occasions(histories: Sequence[History], types: Mapping[str, int]) -> Occasions:
    rows = [occasion for history in histories for occasion in history.occasions]
    return Occasions(
        offsets=_offsets(len(each.occasions) for each in histories),
        held_on=_days(each.held_on for each in rows),
        type=_codes(types[each.type] for each in rows),
        closed=np.fromiter((each.closed for each in rows), np.bool_),
    )


def _licences(histories: Sequence[History]) -> Licences:
    spans = list(chain.from_iterable(each.licences or () for each in histories))
    return Licences(
        offsets=_offsets(len(each.licences or ()) for each in histories),
        looked_at=np.fromiter((each.licences is not None for each in histories), np.bool_),
        start=_days(each[0] for each in spans),
        end=_days(each[1] for each in spans),
    )


def _attributes(rows: Sequence[Mapping[str, str]]) -> dict[str, Coded]:
    coded = {}
    for name in sorted({name for row in rows for name in row}):
        texts = _dictionary(row[name] for row in rows if name in row)
        index = _codes(texts[row[name]] if name in row else ABSENT for row in rows)
        coded[name] = Coded(tuple(texts), index)
    return coded


def _dictionary(texts: Iterable[str]) -> dict[str, int]:
    return {text: number for number, text in enumerate(dict.fromkeys(texts))}


def _days(days: Iterable[date | None]) -> Days:
    return np.fromiter((NO_DAY if day is None else day.toordinal() for day in days), np.int32)


def _codes(codes: Iterable[int]) -> Codes:
    return np.fromiter(codes, np.int32)


def _offsets(sizes: Iterable[int]) -> Rows:
    return np.fromiter(accumulate(sizes, initial=0), np.int64)
