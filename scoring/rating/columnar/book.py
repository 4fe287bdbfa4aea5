"""The chain of editions read once for one kind and one day: every (edition, code) becomes a numbered rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from scoring.rating.columnar.arrays import ABSENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from scoring.edition.model import Edition, EventRule, Rating
    from scoring.rating.columnar.arrays import Codes, Days, Flags, Rows
    from scoring.rating.columnar.columns import Columns, Events
    from scoring.rating.history import EditionChain

DROPPED: Final = ""
"""What a code is mapped to when the later edition no longer knows it."""


@dataclass(frozen=True, slots=True)
class Book:
    """What one question needs of a chain. A rule's number is its place in ``rules``.

    ``rule_of`` and ``name_of`` have a row for each edition up to the current one, a column for each code. A code
    without a rule has the number after the last rule, and every table by rule has a place for it.
    """

    as_of: int
    current: Edition
    rating: Rating
    force_from: Days
    ignores_earlier: bool
    rules: tuple[EventRule, ...]
    owners: tuple[Rating, ...]
    """The rating section that each rule stands in."""
    rule_of: Rows
    name_of: Codes
    """The mapped code of each (edition, code), as a position in ``names``."""
    names: Mapping[str, int]
    mapped: Codes
    """The mapped code of each rule."""
    dimension: Codes
    """The mapped dimension of each rule, as a position in the current edition's dimensions."""

    @property
    def bad(self) -> int:
        """The sign of bad points."""
        return -1 if self.rating.direction == "higher_better" else 1

    def grade(self, key: str) -> int:
        """The place of a grade, best first."""
        return next((place for place, each in enumerate(self.rating.grades) if each.key == key), ABSENT)

    @property
    def no_rule(self) -> int:
        """The number of no rule."""
        return len(self.rules)

    @property
    def has_gaps(self) -> bool:
        """Whether a code has no rule in some edition."""
        return bool((self.rule_of == self.no_rule).any())

    def rules_of(self, events: Events) -> Rows:
        """The rule that reads each event, or ``no_rule``."""
        return self.rule_of.ravel().take(self._cells(events.decided_on, events.code))

    def names_of(self, decided_on: Days, code: Codes) -> Codes:
        """The mapped code of events, rated or not."""
        return self.name_of.ravel().take(self._cells(decided_on, code))

    def _cells(self, decided_on: Days, code: Codes) -> Rows:
        """The place of (edition, code): the edition in force, the last before it in a gap, the first before all."""
        place = code.astype(np.int64)
        for day in self.force_from[1:]:
            place += (decided_on >= day) * len(self.rule_of[0])
        return place

    def flags(self, test: Callable[[EventRule], bool]) -> Flags:
        """A table by rule: whether the test holds."""
        return np.array([*map(test, self.rules), False], np.bool_)

    def naming(self, codes: Iterable[str]) -> Flags:
        """A table by rule: whether its mapped code is one of ``codes``."""
        wanted = [self.names[code] for code in codes if code in self.names]
        return np.isin(self.mapped, np.array(wanted, np.int32))


def book_on(chain: EditionChain, columns: Columns, as_of: date) -> Book | None:
    """The book for a day, or None where no edition is in force on it."""
    position = chain.index_on(as_of)
    if position is None:
        return None
    editions = chain.editions[: position + 1]
    current = editions[-1]
    found: list[EventRule] = []
    owners: list[Rating] = []
    rule_of = np.full((len(editions), len(columns.codes)), ABSENT, np.int64)
    renamed = [[_carried(code, editions[row + 1 :], _codes) for code in columns.codes] for row in range(len(editions))]
    names = {name: number for number, name in enumerate(dict.fromkeys(n for r in renamed for n in r if n != DROPPED))}
    for row, edition in enumerate(editions):
        owner = (current if current.transition == "restate" else edition).rating_for(columns.kind)
        for column, code in enumerate(columns.codes):
            rule = owner.rules.get(renamed[row][column] if current.transition == "restate" else code)
            if rule is not None:
                rule_of[row, column] = len(found)
                found.append(rule)
                owners.append(owner)
    rating = current.rating_for(columns.kind)
    name_of = np.array([[names.get(name, ABSENT) for name in row] for row in renamed], np.int32)
    name_of = name_of.reshape(rule_of.shape)
    return Book(
        as_of=as_of.toordinal(),
        current=current,
        rating=rating,
        force_from=np.array([each.force_from.toordinal() for each in editions], np.int32),
        ignores_earlier=editions[0].earlier_events == "ignore" and current.transition != "restate",
        rules=tuple(found),
        owners=tuple(owners),
        rule_of=np.where(rule_of == ABSENT, len(found), rule_of),
        name_of=name_of,
        names=names,
        mapped=_by_rule(rule_of, name_of, len(found)),
        dimension=_dimensions(editions, rating, rule_of, found),
    )


def _by_rule(rule_of: Rows, values: Codes, size: int) -> Codes:
    table = np.full(size + 1, ABSENT, np.int32)
    known = rule_of >= 0
    table[rule_of[known]] = values[known]
    return table


def _dimensions(editions: Sequence[Edition], rating: Rating, rule_of: Rows, rules: Sequence[EventRule]) -> Codes:
    places = {each.key: place for place, each in enumerate(rating.dimensions)}
    restated = editions[-1].transition == "restate"
    values = np.full(rule_of.shape, ABSENT, np.int32)
    for row, column in np.argwhere(rule_of >= 0):
        later = () if restated else editions[row + 1 :]
        name = _carried(rules[rule_of[row, column]].dimension, later, _dimension_names)
        values[row, column] = places.get(name, ABSENT)
    return _by_rule(rule_of, values, len(rules))


def _carried(name: str, later: Sequence[Edition], maps: Callable[[Edition], Mapping[str, str]]) -> str:
    for edition in later:
        if name == DROPPED:
            break
        name = maps(edition).get(name, name)
    return name


def _codes(edition: Edition) -> Mapping[str, str]:
    return edition.map_codes


def _dimension_names(edition: Edition) -> Mapping[str, str]:
    return edition.map_dimensions
