"""How the rating section of an edition is written: every key, its shape, and the value that the model makes of it.

The parser reads by these tables and the JSON Schema for editors is made from them, so the two cannot differ.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from scoring.edition import model
from scoring.edition.scalars import Choice, Day, Factor, Flag, Points, Ratio, Whole, Words
from scoring.edition.shapes import AnyOf, DayOfYear, Field, GoesWith, ListOf, MapOf, OneOf, Table, optional

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME: Final = Words()
KEY: Final = Words(pattern=r"[^\s/]+( [^\s/]+)*", longest=80)
MONTHS: Final = Whole(1, 1200)
SENTENCE: Final = MapOf(
    Words(pattern=r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", longest=20), Words(longest=2000), needs=("zh",)
)
CLAUSE: Final = Field(NAME, inherits=True)
NAMES: Final = ListOf(NAME)
EMPTY: Final[Mapping[str, object]] = MappingProxyType({})

CONDITION: Final = Table(model.Condition, {"attribute": Field(NAME), "one_of": Field(ListOf(NAME, least=1))})
CONDITIONS: Final = ListOf(CONDITION)

CYCLE: Final = Table(
    model.Cycle,
    {
        "months": Field(MONTHS),
        "start_month": optional(Whole(1, 12), 1),
        "start_day": optional(Whole(1, 31), 1),
        "start_attribute": optional(NAME),
    },
    (DayOfYear("start_month", "start_day"),),
)

WINDOW: Final = Table(
    model.Window,
    {"months": optional(MONTHS), "cycle": optional(CYCLE), "occasions": optional(Whole(1, 1000))},
    (OneOf(("months", "cycle", "occasions"), or_none=True),),
)

VALIDITY: Final = Table(
    model.Validity,
    {
        "ends": Field(Choice(("months", "publicity_end", "cycle", "unlimited"))),
        "months": optional(MONTHS, 0),
        "cycle": optional(CYCLE),
        "while_unperformed": optional(Flag(), default=False),
    },
    (GoesWith("months", "ends", "months"), GoesWith("cycle", "ends", "cycle")),
)

REPETITION: Final = Table(
    model.Repetition,
    {
        "group": Field(NAME),
        "months": Field(MONTHS),
        "steps": Field(
            ListOf(Table(model.RepetitionStep, {"nth": Field(Whole(2, 1000)), "factor": Field(Factor())}), least=1)
        ),
        "repaired_counts": optional(Flag(), default=True),
        "clause": CLAUSE,
    },
)

RESTORATION: Final = Table(
    model.Restoration,
    {
        "steps": Field(
            ListOf(
                Table(
                    model.RestorationStep,
                    {
                        "share": Field(Factor(share=True)),
                        "within_days": optional(Whole(0, 36_500)),
                        "year": optional(Choice(("same", "next"))),
                        "when": optional(CONDITION),
                    },
                    (OneOf(("within_days", "year")),),
                ),
                least=1,
            )
        ),
        "clause": CLAUSE,
    },
)

FACTOR_WHEN: Final = Table(model.FactorWhen, {"when": Field(CONDITION), "factor": Field(Factor()), "clause": CLAUSE})

VALUE: Final = Table(
    model.ValueSet,
    {"allowed": optional(ListOf(Points(), least=1)), "low": optional(Points()), "high": optional(Points())},
    (OneOf(("allowed", "low")), OneOf(("allowed", "high"))),
)

DIRECT: Final = Table(model.DirectGradeRule, {"grade": Field(KEY), "term": Field(VALIDITY), "clause": CLAUSE})
FLOOR: Final = Table(model.FloorRule, {"grade": Field(KEY), "months": Field(MONTHS), "clause": CLAUSE})
SHIFT: Final = Table(
    model.ShiftRule,
    {"by": Field(Whole(-20, 20)), "limit": Field(KEY), "months": Field(MONTHS), "clause": CLAUSE},
)

EVENT: Final = Table(
    model.EventRule,
    {
        "code": Field(KEY),
        "clause": CLAUSE,
        "name": Field(SENTENCE),
        "dimension": Field(KEY),
        "points": optional(Points()),
        "severities": optional(MapOf(KEY, Points()), EMPTY),
        "value": optional(VALUE),
        "applies_when": optional(CONDITIONS, ()),
        "factors": optional(ListOf(FACTOR_WHEN), ()),
        "repetition": optional(REPETITION),
        "restoration": optional(RESTORATION),
        "validity": optional(VALIDITY),
        "highest_only": optional(NAME),
        "direct": optional(DIRECT),
        "floor": optional(FLOOR),
        "shift": optional(SHIFT),
    },
    (AnyOf(("points", "severities", "value", "direct", "floor", "shift")),),
)

ABSORPTION: Final = Table(
    model.Absorption,
    {
        "mode": Field(Choice(("greatest", "named", "none"))),
        "by": optional(MapOf(KEY, ListOf(KEY, least=1)), EMPTY),
        "clause": CLAUSE,
    },
    (GoesWith("by", "mode", "named"),),
)

CAP: Final = Table(
    model.Cap,
    {
        "stage": Field(Choice(("case", "code", "dimension", "period"))),
        "side": Field(Choice(("good", "bad"))),
        "limit": Field(Points(least=0)),
        "clause": CLAUSE,
        "over": optional(ListOf(KEY), ()),
        "calendar_year": optional(Flag(), default=False),
        "months": optional(MONTHS),
        "cycle": optional(CYCLE),
    },
    (OneOf(("calendar_year", "months", "cycle"), or_none=True),),
)

DIMENSION: Final = Table(
    model.Dimension,
    {
        "key": Field(KEY),
        "name": Field(SENTENCE),
        "base": optional(Points(), 0),
        "low": optional(Points()),
        "high": optional(Points()),
    },
)

STREAK: Final = Table(
    model.StreakStep,
    {
        "points": Field(Points()),
        "clause": CLAUSE,
        "months": optional(MONTHS),
        "occasions": optional(Whole(1, 1000)),
    },
    (OneOf(("months", "occasions")),),
)


def _grade(*, at_least: int | None, at_most: int | None, **fields: Any) -> model.Grade:  # noqa: ANN401 - fields of one dataclass
    return model.Grade(bound=at_least if at_most is None else at_most, **fields)


GRADE: Final = Table(
    _grade,
    {
        "key": Field(KEY),
        "name": Field(SENTENCE),
        "tier": optional(KEY),
        "clause": CLAUSE,
        "at_least": optional(Points()),
        "at_most": optional(Points()),
        "worst_item": optional(Points(least=0)),
        "banded": optional(Flag(), default=True),
    },
    (OneOf(("at_least", "at_most"), or_none=True),),
)

CEILING: Final = Table(
    model.Ceiling,
    {"grade": Field(KEY), "months": Field(MONTHS), "clause": CLAUSE, "codes": optional(ListOf(KEY), ())},
)

OUTCOME: Final = Table(
    model.OutcomeRule,
    {
        "clause": CLAUSE,
        "reason": Field(Words(pattern=r"[a-z][a-z0-9_]*", longest=60)),
        "text": Field(SENTENCE),
        "state": optional(Choice(("pending", "ungraded", "unrated"))),
        "grade": optional(KEY),
        "younger_than_months": optional(MONTHS),
        "without_occasion": optional(Flag(), default=False),
        "without_evidence": optional(Flag(), default=False),
        "occasion_types": optional(NAMES, ()),
        "closed": optional(Flag()),
        "missing_codes": optional(ListOf(KEY), ()),
        "when": optional(CONDITIONS, ()),
        "total_from": optional(Points()),
        "total_to": optional(Points()),
    },
    (OneOf(("state", "grade")),),
)

RISK: Final = Table(
    model.Risk,
    {
        "factors": Field(
            ListOf(
                Table(
                    model.RiskFactor,
                    {
                        "attribute": Field(NAME),
                        "name": Field(SENTENCE),
                        "points": Field(MapOf(NAME, Points())),
                        "otherwise": Field(Points()),
                        "clause": CLAUSE,
                    },
                )
            )
        ),
        "warnings": optional(
            ListOf(
                Table(
                    model.RiskWarning,
                    {"code": Field(KEY), "points": Field(Points()), "months": Field(MONTHS), "clause": CLAUSE},
                )
            ),
            (),
        ),
        "levels": Field(
            ListOf(
                Table(
                    model.RiskLevel,
                    {"key": Field(KEY), "name": Field(SENTENCE), "at_most": optional(Points())},
                ),
                least=1,
            )
        ),
        "clause": CLAUSE,
    },
)


def _matrix(*, cells: Mapping[str, Mapping[str, str]], clause: str) -> model.Matrix:
    pairs = {(level, grade): tier for level, row in cells.items() for grade, tier in row.items()}
    return model.Matrix(MappingProxyType(pairs), clause)


MATRIX: Final = Table(_matrix, {"cells": Field(MapOf(KEY, MapOf(KEY, KEY))), "clause": CLAUSE})

PROVISIONAL: Final = Table(
    model.Provisional,
    {
        "tiers": Field(ListOf(KEY)),
        "direct_grade": Field(Flag()),
        "due_days": Field(Whole(1, 3650)),
        "counting": Field(Choice(("calendar_days", "working_days"))),
        "lapses_to": Field(Choice(("in_force", "dropped"))),
        "clause": CLAUSE,
    },
)

FREQUENCY_FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        "clause": CLAUSE,
        "ratio": optional(Ratio()),
        "min_per_year": optional(Whole(0, 1000)),
        "max_per_year": optional(Whole(0, 1000)),
        "min_interval_days": optional(Whole(0, 36_500)),
        "off_site_first": optional(Flag(), default=False),
        "verification_sample": optional(Ratio()),
        "weight": optional(Whole(1, 2**32 - 1)),
    }
)

RATING_FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        "direction": Field(Choice(("higher_better", "higher_worse"))),
        "base": optional(Points(), 0),
        "base_clause": optional(NAME, ""),
        "dimension": Field(ListOf(DIMENSION, least=1)),
        "event": Field(ListOf(EVENT)),
        "window": optional(WINDOW, model.Window()),
        "absorption": optional(ABSORPTION, model.Absorption("greatest", MappingProxyType({}), "")),
        "cap": optional(ListOf(CAP), ()),
        "streak": optional(ListOf(STREAK), ()),
        "streak_broken_by_repaired": optional(Flag(), default=False),
        "low": optional(Points()),
        "high": optional(Points()),
        "grade": Field(ListOf(GRADE, least=1)),
        "outcome": optional(ListOf(OUTCOME), ()),
        "ceiling": optional(ListOf(CEILING), ()),
        "risk": optional(RISK),
        "matrix": optional(MATRIX),
        "provisional": optional(PROVISIONAL),
        "branches": optional(Choice(("separate", "to_parent")), "separate"),
        "tiers": optional(ListOf(KEY), ()),
    }
)

ENVELOPE_FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        "id": Field(Words(pattern=r"[a-z0-9]+([.-][a-z0-9]+)*", longest=80)),
        "rulebook": Field(Words(pattern=r"[a-z0-9]+([.-][a-z0-9]+)*", longest=80)),
        "title": Field(SENTENCE),
        "legal_basis": Field(ListOf(SENTENCE, least=1)),
        "verified": Field(Flag()),
        "unverified_clauses": optional(NAMES, ()),
        "illustrative": Field(Flag()),
        "authority": Field(NAME),
        "regions": optional(NAMES, ()),
        "kinds": optional(ListOf(KEY), ()),
        "force_from": Field(Day()),
        "force_to": optional(Day()),
        "transition": optional(Choice(("keep", "restate")), "keep"),
        "earlier_events": optional(Choice(("count", "ignore")), "count"),
        "predecessor": optional(NAME),
        "calendar": optional(Words(pattern=r"[a-z]+(-[a-z0-9]+)*", longest=40)),
        "published_to_public": Field(Flag()),
    }
)
