"""A history as lines of the format that ``rate`` reads, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scoring.exchange.bundle.words import RefusedError
from scoring.exchange.faults import Fault
from scoring.exchange.lines import FIELDS, read_line
from scoring.exchange.stock import Stock
from scoring.kernel.canonical import canonical
from scoring.kernel.points import format_points
from scoring.rating.history import History

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from scoring.rating.history import Event, Occasion

Line = dict[str, Any]
_TEXTS: Final = ("severity", "case_ref")
_DAYS: Final = ("corrected_on", "performed_on", "repaired_on", "annulled_on", "publicity_ends_on")


def lines_of(history: History, named: frozenset[str]) -> list[Line]:
    """One line about the entity, one for each occasion in their order, one for each event, oldest first.

    Only attributes in ``named``, those that the editions read, are in them: whatever else is known of an entity does
    not decide its rating and is nobody's business. An occasion outside the history decides nothing either.
    """
    about: Line = {"entity": history.entity, "kind": history.kind, **_said(history.attributes, named)}
    if history.known_since is not None:
        about["known_since"] = history.known_since.isoformat()
    if history.licences is not None:
        about["licences"] = [[start.isoformat(), None if end is None else end.isoformat()]
                             for start, end in history.licences]  # fmt: skip
    known = {occasion.ref for occasion in history.occasions}
    events = sorted(history.events, key=lambda event: (event.decided_on, event.source, event.ref))
    return [
        about,
        *(_occasion(history.entity, occasion) for occasion in history.occasions),
        *(_event(history.entity, event, known, named) for event in events),
    ]


def _said(attributes: Mapping[str, str], named: frozenset[str]) -> Line:
    return {key: value for key, value in attributes.items() if key in named and key not in FIELDS}


def _occasion(entity: str, occasion: Occasion) -> Line:
    line: Line = {"entity": entity, "occasion": occasion.ref, "held_on": occasion.held_on.isoformat()}
    if occasion.type:
        line["occasion_type"] = occasion.type
    return line | {"closed": True} if occasion.closed else line


def _event(entity: str, event: Event, known: set[str], named: frozenset[str]) -> Line:
    line: Line = {
        "entity": entity,
        "source": event.source,
        "id": event.ref,
        "code": event.code,
        "decided_on": event.decided_on.isoformat(),
        **_said(event.attributes, named),
    }
    if not event.final:
        line["final"] = False
    if event.value is not None:
        line["value"] = format_points(event.value)
    if event.occasion in known:
        line["occasion"] = event.occasion
    for field in _TEXTS:
        if (text := getattr(event, field)) is not None:
            line[field] = text
    for field in _DAYS:
        day: date | None = getattr(event, field)
        if day is not None:
            line[field] = day.isoformat()
    return line


def read_evidence(lines: Sequence[Line], entity: str, kind: str, named: frozenset[str]) -> History:
    """The history of one entity in one kind that the lines tell.

    Attributes of the entity come from lines about the entity alone, never from an event.

    Raises:
        RefusedError: ``R-EVIDENCE``: the first line that cannot be read, contradicts another, concerns another entity,
            or asks a question.
    """
    stock = Stock(frozenset())
    for index, line in enumerate(lines):
        where = f"/evidence/{index}"
        fact = read_line(index + 1, canonical(line), named)
        fault = fact if isinstance(fact, Fault) else stock.add(fact)
        if fault is not None:
            pointer = f"{where}/{fault.field}" if fault.field else where
            raise RefusedError("R-EVIDENCE", "line_refused", pointer, f"{fault.code} {fault.value}".rstrip())
        if line["entity"] != entity:
            raise RefusedError("R-EVIDENCE", "differs", f"{where}/entity", line["entity"], entity)
        if "as_of" in line:
            raise RefusedError("R-EVIDENCE", "line_refused", f"{where}/as_of", "as_of")
    return stock.histories(entity, (kind,))[0] if lines else History(entity, kind, ())
