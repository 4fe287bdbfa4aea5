"""What a rating is: every part of the explanation as plain named tuples, points in hundredths.

``docs/evaluation.md`` §10 names the parts; ``explanation`` turns them into a document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from scoring.edition.model import Direction, Frequency
    from scoring.rating.lines import Line

SCHEMA = "xinjian/explanation/1"

State: TypeAlias = Literal["rated", "pending", "ungraded", "unrated"]
Standing: TypeAlias = Literal[
    "annulled",
    "warning",
    "before_edition",
    "no_rule",
    "condition_not_met",
    "severity_not_rated",
    "value_missing",
    "value_not_allowed",
    "outside_window",
    "lapsed",
    "repaired",
    "absorbed",
    "lesser_of_group",
    "counted",
]


class Factor(NamedTuple):
    """A factor (thousandths) that was multiplied; ``nth`` where it is one of repetition."""

    clause: str
    factor: int
    nth: int | None = None


class Restored(NamedTuple):
    """The share (thousandths) of the points given back for correction."""

    clause: str
    share: int


class Cut(NamedTuple):
    """A cap that left only ``left`` hundredths (signed) of an event."""

    stage: Literal["case", "code", "dimension", "period"]
    clause: str
    left: int


class Streak(NamedTuple):
    """Points for a clean run."""

    clause: str
    points: int


class Outcome(NamedTuple):
    """The outcome rule that matched: it withheld (``state``) or set a grade (``grade``)."""

    clause: str
    reason: str
    state: State | None
    grade: str | None


class Bound(NamedTuple):
    """An event that bounds the grade (direct grade, floor, ceiling), until a day or for good."""

    source: str
    ref: str
    clause: str
    grade: str
    until: date | None


class Shift(NamedTuple):
    """An event that moved the grade by some places; ``grade`` is where it led."""

    source: str
    ref: str
    clause: str
    by: int
    grade: str
    until: date


class RiskPart(NamedTuple):
    """Risk points of one attribute of the entity, or of one live warning (``ref`` is then its (source, ref))."""

    clause: str
    attribute: str | None
    ref: tuple[str, str] | None
    points: int


class RiskFound(NamedTuple):
    """Inherent risk: its points, its level and what made it."""

    level: str
    points: int
    parts: tuple[RiskPart, ...]


class Verdict(NamedTuple):
    """What steps 6 to 8 give on a day: the score and what it leads to.

    ``clause`` is that of ``reason``. ``total``, ``streak`` and ``worst_item`` are None where the score is not given.
    """

    state: State
    reason: str | None = None
    clause: str | None = None
    total: int | None = None
    worst_item: int | None = None
    streak: Streak | None = None
    outcome: Outcome | None = None
    banded: str | None = None
    direct: Bound | None = None
    floor: Bound | None = None
    shifts: tuple[Shift, ...] = ()
    ceiling: Bound | None = None
    grade: str | None = None
    risk: RiskFound | None = None
    tier: str | None = None


class Result(NamedTuple):
    """The rating of one entity in one kind on one day, explained.

    ``edition`` to ``base`` are None where no edition is in force. ``dimensions`` are pairs (key, points), in the order
    of the edition; none where the score is not given.
    """

    entity: str
    kind: str
    as_of: date
    edition: str | None
    edition_digest: str | None
    illustrative: bool
    verified: bool
    direction: Direction | None
    base: int | None
    verdict: Verdict
    lines: Sequence[Line]
    dimensions: tuple[tuple[str, int], ...]
    frequency: Frequency | None
    next_change_on: date | None

    @property
    def state(self) -> State:
        """Rated, or why there is no tier."""
        return self.verdict.state

    @property
    def reason(self) -> str | None:
        """Why it is not rated."""
        return self.verdict.reason

    @property
    def total(self) -> int | None:
        """The score in hundredths."""
        return self.verdict.total

    @property
    def grade(self) -> str | None:
        """The credit grade."""
        return self.verdict.grade

    @property
    def tier(self) -> str | None:
        """The comprehensive tier of this kind."""
        return self.verdict.tier
