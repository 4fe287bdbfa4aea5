"""Whether the span of an event (window, validity, term of a direct grade) holds the day of the question.

Spans of months and of a common cycle become one least day by rule: an event counts when decided on it or later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from scoring.edition.model import Validity
from scoring.rating.columnar.arrays import ABSENT, NO_DAY
from scoring.rating.columnar.days import anchors_of, cycle_starts, least_reaching, starts_by_text
from scoring.rating.columnar.segments import counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scoring.edition.model import Cycle, Window
    from scoring.rating.columnar.arrays import Days, Flags, Rows
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.columns import Coded, Columns
    from scoring.rating.columnar.shard import Rated

EVER: Final = -(2**31)


@dataclass(frozen=True, slots=True)
class Spans:
    """Tables by rule. ``since``: the least day of decision. ``performed_after``: holds, too, when performed later.

    ``publicity``: rules whose span ends with publicity. ``own_cycles``: cycles with a start of each entity, and the
    rules they hold for. ``occasions``: rules that look at the latest occasions, and at how many.
    """

    as_of: int
    since: Days
    performed_after: Days
    publicity: Flags
    own_cycles: tuple[tuple[Cycle, Flags], ...]
    unperformed: Flags
    occasions: Flags
    latest: int


def windows_of(book: Book) -> Spans:
    """The spans in which events count: validity of the rule, else the window of its edition."""
    current = book.rating.window
    windows = [current if current.occasions or each.window.occasions else each.window for each in book.owners]
    terms = [rule.validity or _term(window) for rule, window in zip(book.rules, windows, strict=True)]
    return spans_of(book, terms, latest=current.occasions or 0)


def spans_of(book: Book, terms: Sequence[Validity | None], latest: int = 0) -> Spans:
    """The spans of one term by rule; None: the latest occasions where they are ``latest``, else no span at all."""
    size = len(terms) + 1
    since = np.full(size, NO_DAY, np.int32)
    performed_after = np.full(size, NO_DAY, np.int32)
    own: dict[Cycle, list[int]] = {}
    for number, term in enumerate(terms):
        if term is None:
            continue
        if term.cycle is not None and term.ends == "cycle" and term.cycle.start_attribute is not None:
            own.setdefault(term.cycle, []).append(number)
            continue
        since[number] = _since(term, book.as_of)
        if term.while_unperformed:
            performed_after[number] = since[number] - 1 if term.ends == "cycle" else book.as_of
    return Spans(
        as_of=book.as_of,
        since=since,
        performed_after=performed_after,
        publicity=_table(term is not None and term.ends == "publicity_end" for term in terms),
        own_cycles=tuple((cycle, np.isin(np.arange(size), numbers)) for cycle, numbers in own.items()),
        unperformed=_table(term is not None and term.while_unperformed for term in terms),
        occasions=_table(term is None and latest > 0 for term in terms),
        latest=latest,
    )


def _table(flags: Iterable[bool]) -> Flags:
    return np.array([*flags, False], np.bool_)


def _term(window: Window) -> Validity | None:
    if window.occasions is not None:
        return None
    if window.months is not None:
        return Validity("months", months=window.months)
    return Validity("unlimited") if window.cycle is None else Validity("cycle", cycle=window.cycle)


def _since(term: Validity, as_of: int) -> int:
    if term.ends == "months":
        return least_reaching(as_of, term.months)
    if term.ends == "cycle" and term.cycle is not None:
        anchor = anchors_of(term.cycle, None, 1)
        return int(cycle_starts(np.array([as_of], np.int32), anchor, term.cycle.months)[0])
    return NO_DAY if term.ends == "publicity_end" else EVER


def running(spans: Spans, rated: Rated, places: Rows | None = None) -> Flags:
    """Whether the span of rated events, all or those at some places, holds the day of the question."""
    rule = rated.rule if places is None else rated.rule.take(places)
    decided_on = rated.decided_on if places is None else rated.decided_on.take(places)
    inside: Flags = decided_on >= spans.since.take(rule)
    if spans.publicity.any():
        inside |= spans.publicity.take(rule) & (rated.day("publicity_ends_on", places) > spans.as_of)
    if spans.unperformed.any():
        inside |= rated.day("performed_on", places) > spans.performed_after.take(rule)
    for cycle, concerned in spans.own_cycles:
        rows = np.flatnonzero(concerned.take(rule))
        inside[rows] = _in_own_cycle(spans, rated, rows if places is None else places.take(rows), cycle)
    if spans.latest and spans.occasions.any():
        rows = np.flatnonzero(spans.occasions.take(rule))
        inside[rows] = _of_latest(spans, rated, rows if places is None else places.take(rows))
    return inside


def _in_own_cycle(spans: Spans, rated: Rated, places: Rows, cycle: Cycle) -> Flags:
    named = rated.shard.columns.attributes.get(cycle.start_attribute or "")
    begun = starts_by_text(cycle, () if named is None else named.texts, spans.as_of)
    if named is None:
        begun = np.broadcast_to(begun[-1], len(places))
    else:
        begun = begun.take(named.index.take(rated.entity.take(places)).astype(np.int64))
    late = spans.unperformed.take(rated.rule.take(places)) & (rated.day("performed_on", places) >= begun)
    inside: Flags = (rated.decided_on.take(places) >= begun) | late
    return inside


def entity_anchors(columns: Columns, cycle: Cycle) -> Days:
    """The anchor of each entity's cycle."""
    named: Coded | None = columns.attributes.get(cycle.start_attribute) if cycle.start_attribute else None
    return anchors_of(cycle, named, columns.entities)


def _of_latest(spans: Spans, rated: Rated, places: Rows) -> Flags:
    occasions = rated.shard.columns.occasions
    if occasions is None:
        return np.zeros(len(places), np.bool_)
    place = rated.code("occasion", places).astype(np.int64)
    recent = np.append(latest_occasions(rated.shard.columns, spans.as_of, spans.latest), False)
    row = place + occasions.offsets.take(rated.entity.take(places))
    row[place == ABSENT] = len(recent) - 1
    found: Flags = recent.take(row)
    return found


def latest_occasions(columns: Columns, as_of: int, number: int) -> Flags:
    """Whether each occasion is among its entity's last ``number`` held by a day, by (held_on, place)."""
    occasions = columns.occasions
    if occasions is None:
        return np.zeros(0, np.bool_)
    days, offsets = occasions.held_on, occasions.offsets
    order = _by_day(days, offsets)
    upto = np.repeat(offsets[:-1] + counts(days <= as_of, offsets), np.diff(offsets))
    from_last = upto - np.arange(len(days))
    latest: Flags = (from_last > 0) & (from_last <= number)
    if order is not None:
        latest[order] = latest.copy()
    return latest


def _by_day(days: Days, offsets: Rows) -> Rows | None:
    """The rows of each segment by day; None where they stand so already."""
    begins = np.zeros(len(days) + 1, np.bool_)
    begins[offsets] = True
    if not bool(((days[1:] < days[:-1]) & ~begins[1:-1]).any()):
        return None
    return np.lexsort((days, np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))))


def held_by(columns: Columns, as_of: int) -> Rows:
    """How many occasions each entity had by a day."""
    if columns.occasions is None:
        return np.zeros(columns.entities, np.int64)
    return counts(columns.occasions.held_on <= as_of, columns.occasions.offsets)
