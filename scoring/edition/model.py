"""A rulebook edition as frozen values: what `parse` makes of a TOML file and what both engines read.

Points are integers in hundredths, factors and shares integers in thousandths, periods integers of months or days.
Points are signed additions: in direction ``higher_better`` an adverse event is negative, in ``higher_worse`` positive.
``docs/evaluation.md`` says, step by step, what every field means.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from scoring.edition.envelope import Edition
from scoring.edition.tiering import (
    Frequency,
    Matrix,
    Provisional,
    Risk,
    RiskFactor,
    RiskLevel,
    RiskWarning,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Absorption",
    "Cap",
    "Ceiling",
    "Condition",
    "Cycle",
    "Dimension",
    "DirectGradeRule",
    "Direction",
    "Edition",
    "EventRule",
    "FactorWhen",
    "FloorRule",
    "Frequency",
    "Grade",
    "Matrix",
    "OutcomeRule",
    "Provisional",
    "Rating",
    "Repetition",
    "RepetitionStep",
    "Restoration",
    "RestorationStep",
    "Risk",
    "RiskFactor",
    "RiskLevel",
    "RiskWarning",
    "ShiftRule",
    "Side",
    "StreakStep",
    "Text",
    "Validity",
    "ValueSet",
    "Window",
]

Direction: TypeAlias = Literal["higher_better", "higher_worse"]
Side: TypeAlias = Literal["good", "bad"]


@dataclass(frozen=True, slots=True)
class Condition:
    """An attribute of the event, else of the entity, is one of the values. A missing attribute meets no condition."""

    attribute: str
    one_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cycle:
    """Years of a scheme: spans of ``months`` from an anchor day.

    The anchor is the entity's attribute ``start_attribute`` (an ISO date) where named and present, else the month
    and day of year 2000. Span k is [anchor + k·months, anchor + (k+1)·months), each end computed from the anchor.
    """

    months: int
    start_month: int = 1
    start_day: int = 1
    start_attribute: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Which events an edition looks at, in exactly one form.

    ``months``: [decided_on, + months). ``cycle``: the span of the cycle that holds as_of.
    ``occasions``: the latest n occasions held by as_of. None of them: everything ever decided.
    """

    months: int | None = None
    cycle: Cycle | None = None
    occasions: int | None = None


@dataclass(frozen=True, slots=True)
class Validity:
    """How long one event counts; replaces the window for events of its rule.

    ``months``: [decided_on, + months) · ``publicity_end``: to ``publicity_ends_on``, open while that is unknown ·
    ``cycle``: to the end of the cycle span that holds decided_on · ``unlimited``.
    ``while_unperformed``: does not end before ``performed_on`` (never, while there is none); with ``cycle`` it then
    ends with the span that holds the later of decided_on and performed_on.
    """

    ends: Literal["months", "publicity_end", "cycle", "unlimited"]
    months: int = 0
    cycle: Cycle | None = None
    while_unperformed: bool = False


@dataclass(frozen=True, slots=True)
class RepetitionStep:
    """From the ``nth`` event of the group on, points are multiplied by ``factor`` thousandths."""

    nth: int
    factor: int


@dataclass(frozen=True, slots=True)
class Repetition:
    """Repeats within ``months`` before the event's decision day weigh more. Steps ascend by nth; nth ≥ 2."""

    group: str
    months: int
    steps: tuple[RepetitionStep, ...]
    repaired_counts: bool
    clause: str


@dataclass(frozen=True, slots=True)
class RestorationStep:
    """Gives back ``share`` thousandths when corrected within ``within_days`` of the decision, or in that calendar year.

    Exactly one of ``within_days`` and ``year`` is set. ``when`` limits the step (small firms).
    """

    share: int
    within_days: int | None = None
    year: Literal["same", "next"] | None = None
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Restoration:
    """Points given back for correction, from ``corrected_on`` on; the first step that fits decides."""

    steps: tuple[RestorationStep, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class FactorWhen:
    """Points are multiplied by ``factor`` thousandths where the condition holds. All that hold multiply."""

    when: Condition
    factor: int
    clause: str


@dataclass(frozen=True, slots=True)
class ValueSet:
    """The event carries its own points in ``value``: one of ``allowed``, or from ``low`` to ``high`` inclusive."""

    allowed: tuple[int, ...] | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class DirectGradeRule:
    """The event sets the grade at least this bad while its term runs (直接判级). Lifted by repair and annulment."""

    grade: str
    term: Validity
    clause: str


@dataclass(frozen=True, slots=True)
class FloorRule:
    """The grade is at least this good for ``months`` from the decision day, unless a direct grade is running."""

    grade: str
    months: int
    clause: str


@dataclass(frozen=True, slots=True)
class ShiftRule:
    """The grade moves ``by`` steps (positive: worse) for ``months``, never past ``limit`` by this shift."""

    by: int
    limit: str
    months: int
    clause: str


@dataclass(frozen=True, slots=True)
class EventRule:
    """What one event code is worth. Points come from ``value`` where set, else ``severities``, else ``points``."""

    code: str
    clause: str
    name: Text
    dimension: str
    points: int | None = None
    severities: Mapping[str, int] = field(default_factory=dict)
    value: ValueSet | None = None
    applies_when: tuple[Condition, ...] = ()
    factors: tuple[FactorWhen, ...] = ()
    repetition: Repetition | None = None
    restoration: Restoration | None = None
    validity: Validity | None = None
    highest_only: str | None = None
    direct: DirectGradeRule | None = None
    floor: FloorRule | None = None
    shift: ShiftRule | None = None


@dataclass(frozen=True, slots=True)
class Absorption:
    """Within one case: ``greatest`` (only the greatest adverse one counts), ``named`` (see ``by``) or ``none``.

    ``by``: code → codes of the same case that it absorbs. No cycles.
    """

    mode: Literal["greatest", "named", "none"]
    by: Mapping[str, tuple[str, ...]]
    clause: str


@dataclass(frozen=True, slots=True)
class Cap:
    """At most ``limit`` hundredths (positive) of one side within one bucket, filled oldest first.

    Stages run in the order case, code, dimension, period. ``over`` names the codes or dimensions it bites on
    (empty: each, separately). Exactly one of: ``calendar_year``, ``months`` (any span of n months), ``cycle``, or
    none of them (for ever). A case cap has no period.
    """

    stage: Literal["case", "code", "dimension", "period"]
    side: Side
    limit: int
    clause: str
    over: tuple[str, ...] = ()
    calendar_year: bool = False
    months: int | None = None
    cycle: Cycle | None = None


@dataclass(frozen=True, slots=True)
class Dimension:
    """One part of the score: its own base, and its own limits where stated."""

    key: str
    name: Text
    base: int
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class StreakStep:
    """A clean run of ``months`` (or of ``occasions`` inspections) earns ``points``. The best step reached counts."""

    points: int
    clause: str
    months: int | None = None
    occasions: int | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """A band: totals on the good side of ``bound`` (inclusive) whose worst single item is ≤ ``worst_item``.

    ``bound`` is the least total in ``higher_better``, the greatest in ``higher_worse``; None on the last grade only.
    """

    key: str
    name: Text
    tier: str | None
    clause: str
    bound: int | None = None
    worst_item: int | None = None
    banded: bool = True
    """False: reached only by name (a newcomer's grade, a direct grade), never by its band."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """After repair of an event of ``codes`` (empty: of any rated adverse one), not better than ``grade`` for a time."""

    grade: str
    months: int
    clause: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    """First match decides. All stated tests must hold; ``grade`` sets a grade, else ``state`` and ``reason`` withhold.

    ``newcomer``: younger than ``younger_than_months`` (from known_since), or without any occasion, or without any
    evidence, as stated. ``occasion_types``/``closed`` look at the latest occasion. ``missing_codes``: one of the codes
    is not among the events that count. ``total_from``/``total_to`` bound the total, inclusive.
    """

    clause: str
    reason: str
    text: Text
    state: Literal["pending", "ungraded", "unrated"] | None = None
    grade: str | None = None
    younger_than_months: int | None = None
    without_occasion: bool = False
    without_evidence: bool = False
    occasion_types: tuple[str, ...] = ()
    closed: bool | None = None
    missing_codes: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    total_from: int | None = None
    total_to: int | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """The rating section as it holds for one kind, overrides already applied."""

    direction: Direction
    base: int
    dimensions: tuple[Dimension, ...]
    rules: Mapping[str, EventRule]
    window: Window
    absorption: Absorption
    caps: tuple[Cap, ...]
    streaks: tuple[StreakStep, ...]
    streak_broken_by_repaired: bool
    low: int | None
    high: int | None
    grades: tuple[Grade, ...]
    outcomes: tuple[OutcomeRule, ...]
    ceilings: tuple[Ceiling, ...]
    risk: Risk | None
    matrix: Matrix | None
    provisional: Provisional | None
    branches: Literal["separate", "to_parent"]
    tiers: tuple[str, ...]
    """Best to worst."""
    base_clause: str = ""
    """The clause of base, window and limits."""
