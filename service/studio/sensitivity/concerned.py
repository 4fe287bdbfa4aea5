"""Who can move at all where a section has another number: nobody else need be rated anew.

- Rules alone differ: whoever has an event that such a rule reads; where they differ in points by severity alone, one
  of those severities.
- Bounds of grades alone differ: whoever has a total from the lesser to the greater of the two.
- Anything else: everybody. So too where the edition is not the last of its chain, or codes were renamed.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from scoring.rating.columnar import Standing

if TYPE_CHECKING:
    from scoring.edition.model import Rating
    from scoring.rating.columnar import Columns, Ratings
    from scoring.rating.columnar.arrays import Flags, Rows

_NOT_RATED: Final = frozenset({"provisional", "base_clause"})
"""Parts of a section that no rating reads."""
_NEVER_READ: Final = (
    Standing.NO_LINE,
    Standing.ANNULLED,
    Standing.WARNING,
    Standing.BEFORE_EDITION,
    Standing.NO_RULE,
    Standing.CONDITION_NOT_MET,
    Standing.SEVERITY_NOT_RATED,
    Standing.VALUE_MISSING,
)
"""Events that no rule reads, whatever its numbers are."""


def differing(own: Rating, changed: Rating) -> frozenset[str]:
    """The parts of a section that differ, without those that no rating reads."""
    names = {each.name for each in fields(own) if getattr(own, each.name) != getattr(changed, each.name)}
    return frozenset(names) - _NOT_RATED


def concerned(columns: Columns, ratings: Ratings, own: Rating, changed: Rating) -> Rows | None:
    """The places of those who can move, in order; None: everybody.

    Args:
        columns: some entities, none of whose codes was renamed.
        ratings: theirs under the section as it is, with lines; it is that of the edition in force.
        own: the section as it is.
        changed: with other numbers.
    """
    parts = differing(own, changed)
    if not parts:
        return np.zeros(0, np.int64)
    if parts == {"rules"}:
        return _of_rules(columns, ratings, own, changed)
    if parts == {"grades"}:
        return _of_bounds(ratings, own, changed)
    return None


def _of_rules(columns: Columns, ratings: Ratings, own: Rating, changed: Rating) -> Rows:
    events = columns.events
    assert ratings.standing is not None, "these ratings have lines"  # noqa: S101 - as `concerned` asks
    read = np.zeros(len(events.code), np.bool_)
    for number, code in enumerate(columns.codes):
        before, after = own.rules.get(code), changed.rules.get(code)
        if before == after:
            continue
        of_it: Flags = events.code == number
        if before is not None and after is not None and replace(after, severities=before.severities) == before:
            both = {*before.severities, *after.severities}
            others = {each for each in both if before.severities.get(each) != after.severities.get(each)}
            numbers = [place for place, each in enumerate(columns.severities) if each in others]
            of_it &= False if events.severity is None else np.isin(events.severity, numbers)
        read |= of_it
    read &= ~np.isin(ratings.standing, _NEVER_READ)
    owner = np.searchsorted(columns.offsets, np.flatnonzero(read), side="right") - 1
    return np.unique(owner)


def _of_bounds(ratings: Ratings, own: Rating, changed: Rating) -> Rows | None:
    between = np.zeros(len(ratings.total), np.bool_)
    for before, after in zip(own.grades, changed.grades, strict=True):
        if before == after:
            continue
        if replace(after, bound=before.bound) != before or before.bound is None or after.bound is None:
            return None
        low, high = sorted((before.bound, after.bound))
        between |= (ratings.total >= low) & (ratings.total <= high)
    return np.flatnonzero(between)
