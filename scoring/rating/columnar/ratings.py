"""The answers of the columnar engine as arrays, with the words its numbers stand for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scoring.rating.columnar.arrays import Points, Small

STATES: Final = ("rated", "pending", "ungraded", "unrated")
UNDECIDED: Final = -1
"""The standing of an event on the way, while no row of the table has fitted."""
RATED: Final = 0
UNRATED: Final = 3


class Standing(IntEnum):
    """Why an event counts or does not; the name in lower case is the word of the explanation."""

    NO_LINE = 0
    """Decided after the day of the question."""
    ANNULLED = 1
    WARNING = 2
    BEFORE_EDITION = 3
    NO_RULE = 4
    CONDITION_NOT_MET = 5
    SEVERITY_NOT_RATED = 6
    VALUE_MISSING = 7
    VALUE_NOT_ALLOWED = 8
    OUTSIDE_WINDOW = 9
    LAPSED = 10
    REPAIRED = 11
    ABSORBED = 12
    LESSER_OF_GROUP = 13
    COUNTED = 14


@dataclass(frozen=True, slots=True)
class Ratings:
    """One rating for every entity, and one line for every event, in the order of the columns.

    ``state`` points into ``STATES``, ``reason`` into ``reasons`` (0: none), ``grade``, ``tier`` and ``risk`` into
    ``grades``, ``tiers`` and ``levels`` or hold ``ABSENT``; ``total`` is in hundredths or ``NO_POINTS``.
    ``standing`` and ``counted`` (hundredths, 0 where the event does not count) are None where no lines were asked for.
    """

    grades: tuple[str, ...]
    tiers: tuple[str, ...]
    levels: tuple[str, ...]
    reasons: tuple[str, ...]
    state: Small
    reason: Small
    total: Points
    grade: Small
    tier: Small
    risk: Small
    standing: Small | None
    counted: Points | None
