"""Builders for the parts of an event rule and of a rating section, every field of the model within reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from scoring.edition.model import (
    Absorption,
    Cap,
    Condition,
    Cycle,
    DirectGradeRule,
    EventRule,
    FactorWhen,
    FloorRule,
    Repetition,
    RepetitionStep,
    Restoration,
    RestorationStep,
    ShiftRule,
    StreakStep,
    Validity,
    ValueSet,
    Window,
)
from tests.builders.vocabulary import (
    AMOUNTS,
    ATTRIBUTES,
    CLAUSE,
    CODES,
    DIMENSIONS,
    FACTORS,
    MONTHS,
    SEVERITIES,
    START_ATTRIBUTE,
    TEXT,
    VALUES,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.builders.dice import Dice

ENDS: tuple[Literal["months", "publicity_end", "cycle", "unlimited"], ...] = (
    "months",
    "publicity_end",
    "cycle",
    "unlimited",
)
YEARS: tuple[Literal["same", "next"] | None, ...] = (None, None, "same", "next")
STAGES: tuple[Literal["case", "code", "dimension", "period"], ...] = ("code", "case", "dimension", "period")
SIDES: tuple[Literal["good", "bad"], ...] = ("bad", "bad", "good")
MODES: tuple[Literal["greatest", "named", "none"], ...] = ("none", "greatest", "named")


def condition(dice: Dice) -> Condition:
    """One attribute is one of some of its values, or of none that exists."""
    attribute = dice.pick(tuple(ATTRIBUTES))
    return Condition(attribute, dice.some(ATTRIBUTES[attribute]) or ("elsewhere",))


def cycle(dice: Dice) -> Cycle:
    """Spans of a scheme from an anchor, also the last of a month and a leap day."""
    month, day = dice.pick(((1, 1), (2, 29), (1, 31), (12, 31), (4, 30)))
    return Cycle(dice.pick((12, 1, 3, 6, 24)), month, day, START_ATTRIBUTE if dice.even() else None)


def window(dice: Dice) -> Window:
    """Each of the four forms."""
    form = dice.pick(("unlimited", "months", "cycle", "occasions", "months"))
    return Window(
        months=dice.pick((24, 12, 6, 3, 1)) if form == "months" else None,
        cycle=cycle(dice) if form == "cycle" else None,
        occasions=dice.pick((1, 2, 3)) if form == "occasions" else None,
    )


def validity(dice: Dice) -> Validity:
    """Each way for one event's time to end, with and without waiting for performance."""
    ends = dice.pick(ENDS)
    return Validity(
        ends,
        months=dice.pick(MONTHS) if ends == "months" else 0,
        cycle=cycle(dice) if ends == "cycle" else None,
        while_unperformed=dice.seldom(),
    )


def repetition(dice: Dice) -> Repetition:
    """One or two ascending steps."""
    nths = dice.pick(((2,), (2, 3), (3,), (2, 4)))
    return Repetition(
        group=dice.pick(("g1", "g1", "g2")),
        months=dice.pick(MONTHS),
        steps=tuple(RepetitionStep(nth, dice.pick(FACTORS)) for nth in nths),
        repaired_counts=dice.even(),
        clause=CLAUSE,
    )


def restoration_step(dice: Dice) -> RestorationStep:
    """By days or by calendar year, for all or for some."""
    year = dice.pick(YEARS)
    days = dice.pick((30, 0, 1, 365)) if year is None else None
    share = dice.pick((1000, 800, 400, 333))
    return RestorationStep(share, days, year, condition(dice) if dice.even() else None)


def points(dice: Dice, bad: int) -> int:
    """Mostly bad, sometimes good, seldom zero. ``bad`` is the sign of bad points."""
    return bad * dice.pick((1, 1, 1, 1, 1, 1, -1, -1, 0)) * dice.pick(AMOUNTS)


def value_set(dice: Dice) -> ValueSet:
    """A list of values or a range, open at either end."""
    if dice.even():
        return ValueSet(allowed=dice.some(VALUES) or (0,))
    low, high = dice.pick(((-300, 400), (None, 50), (-50, None), (-100, 100)))
    return ValueSet(low=low, high=high)


EXTRAS = (
    "validity",
    "repetition",
    "restoration",
    "factors",
    "direct",
    "floor",
    "shift",
    "highest_only",
    "applies_when",
)
"""What a rule may say besides its points, by field of the model."""


def extra(dice: Dice, name: str, grades: Sequence[str]) -> object:
    """One of the extras."""
    simple: Mapping[str, Callable[[Dice], object]] = {
        "validity": validity,
        "repetition": repetition,
        "restoration": lambda d: Restoration(d.several(lambda: restoration_step(d), 3, 1), CLAUSE),
        "factors": lambda d: d.several(lambda: FactorWhen(condition(d), d.pick(FACTORS), CLAUSE), 2, 1),
        "direct": lambda d: DirectGradeRule(d.pick(grades[1:]), validity(d), CLAUSE),
        "floor": lambda d: FloorRule(d.pick(grades), d.pick(MONTHS), CLAUSE),
        "shift": lambda d: ShiftRule(d.pick((1, -1, 2, -2)), d.pick(grades), d.pick(MONTHS), CLAUSE),
        "highest_only": lambda d: d.pick(("h1", "h1", "h2")),
        "applies_when": lambda d: (condition(d),),
    }
    return simple[name](dice)


def event_rule(dice: Dice, code: str, bad: int, grades: Sequence[str], dimensions: Sequence[str]) -> EventRule:
    """One rule with up to five of everything that a rule may say."""
    form = dice.pick(("plain", "plain", "severities", "severities or plain", "value"))
    severities = dice.some(SEVERITIES) or ("high",) if form.startswith("severities") else ()
    extras: dict[str, Any] = {name: extra(dice, name, grades) for name in dice.some(EXTRAS, 5)}
    return EventRule(
        code,
        CLAUSE,
        TEXT,
        dice.pick(dimensions),
        points=points(dice, bad) if form in {"plain", "severities or plain"} else None,
        severities={severity: points(dice, bad) for severity in severities},
        value=value_set(dice) if form == "value" else None,
        **extras,
    )


def cap(dice: Dice) -> Cap:
    """Every stage, side and period."""
    stage = dice.pick(STAGES)
    names: tuple[str, ...] = {"case": CODES, "code": CODES, "dimension": DIMENSIONS, "period": ()}[stage]
    form = "all time" if stage == "case" else dice.pick(("all time", "calendar year", "months", "cycle"))
    return Cap(
        stage,
        dice.pick(SIDES),
        dice.pick((100, 1, 50, 150, 250, 500)),
        CLAUSE,
        over=dice.some(names) if dice.even() else (),
        calendar_year=form == "calendar year",
        months=dice.pick(MONTHS) if form == "months" else None,
        cycle=cycle(dice) if form == "cycle" else None,
    )


def absorption(dice: Dice) -> Absorption:
    """Named absorption goes from lower to higher codes only, so that it never runs in a circle."""
    mode = dice.pick(MODES)
    by = {}
    if mode == "named":
        for place, code in enumerate(CODES[:-1]):
            by[code] = dice.some(CODES[place + 1 :]) or CODES[place + 1 :]
    return Absorption(mode, by, CLAUSE)


def streak_step(dice: Dice, good: int) -> StreakStep:
    """A clean run of months or of occasions; its points are good."""
    earned = good * dice.pick(AMOUNTS)
    if dice.even():
        return StreakStep(earned, CLAUSE, months=dice.pick(MONTHS))
    return StreakStep(earned, CLAUSE, occasions=dice.pick((1, 2, 3)))
