"""From grade to tier, as frozen values: inherent risk, the matrix, how often a tier is drawn, what is only proposed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Text: TypeAlias = Mapping[str, str]
"""One sentence in several languages, by language code; ``zh`` is always there."""


@dataclass(frozen=True, slots=True)
class RiskFactor:
    """Risk points by the value of an entity's attribute; ``otherwise`` for any other value or none."""

    attribute: str
    name: Text
    points: Mapping[str, int]
    otherwise: int
    clause: str


@dataclass(frozen=True, slots=True)
class RiskWarning:
    """A live warning of ``code`` adds risk points for ``months`` from its day; each counts."""

    code: str
    points: int
    months: int
    clause: str


@dataclass(frozen=True, slots=True)
class RiskLevel:
    """Reached when risk points ≤ ``at_most``; None on the last level only. Levels run from the best to the worst."""

    key: str
    name: Text
    at_most: int | None


@dataclass(frozen=True, slots=True)
class Risk:
    """Inherent risk (红黄蓝绿), higher is worse."""

    factors: tuple[RiskFactor, ...]
    warnings: tuple[RiskWarning, ...]
    levels: tuple[RiskLevel, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """(risk level, grade) → tier. Complete over levels and grades."""

    cells: Mapping[tuple[str, str], str]
    clause: str


UNRATED = "unrated"
NEVER_INSPECTED = "never_inspected"
RECENT = "recent"
STRATA = (UNRATED, NEVER_INSPECTED, RECENT)
"""Beside the tiers, what a frequency may be laid down for: no tier yet, no inspection yet, one a short while ago."""


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a tier is drawn. ``ratio`` is (numerator, denominator); None where the edition is silent.

    ``weight``: how much an entity of the tier weighs, from 1, where all tiers are drawn as one weighted stratum.
    """

    tier: str
    clause: str
    ratio: tuple[int, int] | None = None
    min_per_year: int | None = None
    max_per_year: int | None = None
    min_interval_days: int | None = None
    off_site_first: bool = False
    verification_sample: tuple[int, int] | None = None
    weight: int | None = None

    @property
    def drawn(self) -> tuple[int, int] | None:
        """The ratio by which the tier is drawn: where it has none, or 0, its verification sample."""
        return self.ratio if self.ratio is not None and self.ratio[0] else self.verification_sample or self.ratio


@dataclass(frozen=True, slots=True)
class Provisional:
    """A new tier is proposed, not in force, until confirmed: on a fall to one of ``tiers``, or by a direct grade."""

    tiers: tuple[str, ...]
    direct_grade: bool
    due_days: int
    counting: Literal["calendar_days", "working_days"]
    lapses_to: Literal["in_force", "dropped"]
    clause: str
