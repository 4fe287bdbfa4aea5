"""Steps 7.1 and 7.2: licences, and the rules that withhold a rating or set its grade before any band."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.rating.columnar.arrays import ABSENT, NO_DAY
from scoring.rating.columnar.days import least_reaching
from scoring.rating.columnar.ratings import RATED, STATES, UNRATED
from scoring.rating.columnar.segments import any_of, counts
from scoring.rating.columnar.spans import held_by, latest_occasions

if TYPE_CHECKING:
    from scoring.edition.model import OutcomeRule
    from scoring.rating.columnar.arrays import Flags, Points, Rows, Small
    from scoring.rating.columnar.book import Book
    from scoring.rating.columnar.columns import Columns
    from scoring.rating.columnar.shard import Rated

NO_EDITION = "no_edition"
NO_LICENCE = "no_valid_licence"


class Outcome(NamedTuple):
    """The state and reason of each entity, and the grade that a rule sets, or ``ABSENT``."""

    state: Small
    reason: Small
    grade: Small


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The outcome rules, each with the place of its grade and of its reason, and by rule which code it misses."""

    as_of: int
    reasons: tuple[str, ...]
    rules: tuple[tuple[OutcomeRule, int, tuple[Flags, ...]], ...]


class Seen(NamedTuple):
    """What outcome rules look at, for each entity; ``type`` and ``closed`` of the latest occasion."""

    total: Points
    held: Rows
    evidence: Rows | None
    type: Rows
    closed: Flags


def outcomes_of(book: Book) -> Outcomes:
    """The tables of this step."""
    rules = book.rating.outcomes
    reasons = dict.fromkeys(("", NO_EDITION, NO_LICENCE, *(each.reason for each in rules if each.state is not None)))
    return Outcomes(
        as_of=book.as_of,
        reasons=tuple(reasons),
        rules=tuple(
            (
                each,
                ABSENT if each.grade is None else book.grade(each.grade),
                tuple(book.naming([code]) for code in each.missing_codes),
            )
            for each in rules
        ),
    )


def outcome_of(outcomes: Outcomes, rated: Rated, counted: Flags, total: Points) -> Outcome:
    """The first outcome that matches each entity: no licence, then the rules in order."""
    columns = rated.shard.columns
    state = np.full(columns.entities, RATED, np.int8)
    reason, grade = np.zeros(columns.entities, np.int8), np.full(columns.entities, ABSENT, np.int8)
    unlicensed = _unlicensed(columns, outcomes.as_of)
    state[unlicensed], reason[unlicensed] = UNRATED, outcomes.reasons.index(NO_LICENCE)
    if not outcomes.rules:
        return Outcome(state, reason, grade)
    left = ~unlicensed
    seen = _seen(outcomes, rated, counted, total)
    for rule, place, missing in outcomes.rules:
        match = left & _matches(rule, seen, rated, outcomes.as_of)
        if missing:
            match &= _lacks(missing, rated, counted)
        left &= ~match
        grade[match] = place
        if rule.state is not None:
            state[match], reason[match] = STATES.index(rule.state), outcomes.reasons.index(rule.reason)
    return Outcome(state, reason, grade)


def _unlicensed(columns: Columns, as_of: int) -> Flags:
    licences = columns.licences
    if licences is None:
        return np.zeros(columns.entities, np.bool_)
    holds = (licences.start <= as_of) & (licences.end > as_of)
    return licences.looked_at & ~any_of(holds, licences.offsets)


def _seen(outcomes: Outcomes, rated: Rated, counted: Flags, total: Points) -> Seen:
    columns, occasions = rated.shard.columns, rated.shard.columns.occasions
    kind, closed = np.full(columns.entities, ABSENT, np.int64), np.zeros(columns.entities, np.bool_)
    if occasions is not None and any(each[0].occasion_types or each[0].closed is not None for each in outcomes.rules):
        row = np.flatnonzero(latest_occasions(columns, outcomes.as_of, 1))
        owner = np.searchsorted(occasions.offsets, row, side="right") - 1
        kind[owner], closed[owner] = occasions.type[row], occasions.closed[row]
    asked = any(each[0].without_evidence for each in outcomes.rules)
    evidence = counts(counted, rated.offsets) if asked else None
    return Seen(total, held_by(columns, outcomes.as_of), evidence, kind, closed)


def _matches(rule: OutcomeRule, seen: Seen, rated: Rated, as_of: int) -> Flags:
    """Every stated test but that of missing codes."""
    match = np.ones(len(seen.total), np.bool_)
    if rule.younger_than_months is not None:
        match &= _younger(rated.shard.columns, rule.younger_than_months, as_of)
    if rule.without_occasion or rule.without_evidence:
        match &= seen.held == 0
    if rule.without_evidence and seen.evidence is not None:
        match &= seen.evidence == 0
    if rule.occasion_types:
        types = rated.shard.columns.occasion_types
        match &= np.isin(seen.type, [types.index(each) for each in rule.occasion_types if each in types])
    if rule.closed is not None:
        match &= (seen.held > 0) & (seen.closed == rule.closed)
    for condition in rule.when:
        match &= rated.shard.holds_for_entities(condition)
    if rule.total_from is not None:
        match &= seen.total >= rule.total_from
    if rule.total_to is not None:
        match &= seen.total <= rule.total_to
    return match


def _younger(columns: Columns, months: int, as_of: int) -> Flags:
    known = columns.known_since
    if known is None:
        return np.zeros(columns.entities, np.bool_)
    younger: Flags = (known != NO_DAY) & (known >= least_reaching(as_of, months))
    return younger


def _lacks(missing: tuple[Flags, ...], rated: Rated, counted: Flags) -> Flags:
    lacks = np.zeros(len(rated.offsets) - 1, np.bool_)
    for named in missing:
        lacks |= ~any_of(counted & named.take(rated.rule), rated.offsets)
    return lacks
