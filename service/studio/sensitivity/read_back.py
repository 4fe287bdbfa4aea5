"""Columns read back as histories, for engines that take one entity at a time: names of decisions are made up."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from scoring.rating.columnar import ABSENT, NO_DAY, NO_POINTS
from scoring.rating.history import Event, History, Occasion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.rating.columnar import Coded, Columns

DAYS = ("corrected_on", "performed_on", "repaired_on", "annulled_on", "publicity_ends_on")


def histories_of(columns: Columns) -> list[History]:
    """One history for each entity; the events are numbered within it, in order."""
    return [_history(columns.part(place, place + 1), f"entity-{place}") for place in range(columns.entities)]


def _history(own: Columns, entity: str) -> History:
    licences = None if own.licences is None or not own.licences.looked_at[0] else own.licences
    spans = () if licences is None else zip(licences.start.tolist(), licences.end.tolist(), strict=True)
    return History(
        entity=entity,
        kind=own.kind,
        events=tuple(_event(own, row) for row in range(len(own.events.code))),
        occasions=_occasions(own),
        attributes=_texts(own.attributes, 0),
        known_since=None if own.known_since is None else _day(int(own.known_since[0])),
        licences=None if licences is None else tuple((date.fromordinal(each), _day(end)) for each, end in spans),
    )


def _event(own: Columns, row: int) -> Event:
    events = own.events
    value = NO_POINTS if events.value is None else int(events.value[row])
    case = ABSENT if events.case is None else int(events.case[row])
    occasion = ABSENT if events.occasion is None else int(events.occasion[row])
    return Event(
        source="stock",
        ref=f"{row:06d}",
        code=own.codes[events.code[row]],
        decided_on=date.fromordinal(int(events.decided_on[row])),
        severity=_text(own.severities, ABSENT if events.severity is None else int(events.severity[row])),
        final=events.final is None or bool(events.final[row]),
        value=None if value == NO_POINTS else value,
        occasion=None if occasion == ABSENT else f"occasion-{occasion}",
        case_ref=None if case == ABSENT else f"case-{case}",
        attributes=_texts(events.attributes, row),
        **{name: None if (days := getattr(events, name)) is None else _day(int(days[row])) for name in DAYS},
    )


def _occasions(own: Columns) -> tuple[Occasion, ...]:
    if own.occasions is None:
        return ()
    rows = zip(own.occasions.type, own.occasions.held_on.tolist(), own.occasions.closed.tolist(), strict=True)
    return tuple(
        Occasion(f"occasion-{place}", own.occasion_types[kind], date.fromordinal(held_on), closed)
        for place, (kind, held_on, closed) in enumerate(rows)
    )


def _texts(attributes: Mapping[str, Coded], row: int) -> dict[str, str]:
    return {name: each.texts[each.index[row]] for name, each in attributes.items() if each.index[row] != ABSENT}


def _text(texts: Sequence[str], place: int) -> str | None:
    return None if place == ABSENT else texts[place]


def _day(ordinal: int) -> date | None:
    return None if ordinal == NO_DAY else date.fromordinal(ordinal)
