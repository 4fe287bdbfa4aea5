"""Builders of editions and chains of them, every primitive of the model within reach.

They are wider than what the lint lets pass (caps that never bite, grades out of reach, a direction turned round): the
readings must agree on everything that the page gives a meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

from scoring.edition.model import (
    Ceiling,
    Dimension,
    Edition,
    EventRule,
    Frequency,
    Grade,
    Matrix,
    OutcomeRule,
    Rating,
    Risk,
    RiskFactor,
    RiskLevel,
    RiskWarning,
)
from scoring.rating.history import EditionChain
from tests.builders.rules import absorption, cap, condition, event_rule, streak_step, window
from tests.builders.vocabulary import (
    ATTRIBUTES,
    CLAUSE,
    CODES,
    DIMENSIONS,
    MONTHS,
    OCCASION_TYPES,
    TEXT,
    WARNING_CODES,
)
from tests.oracle.days import add_months

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.builders.dice import Dice

TIERS = ("A", "B", "C", "D")
GRADE_ORDERS = (
    ("A", "B", "C", "D"),
    ("A", "M*", "B", "C", "D"),
    ("A", "B", "C", "X*"),
    ("V*", "A", "B", "C", "D", "E"),
    ("A", "B"),
)
"""Orders of grades, best first; a star marks one that no band reaches."""

FIRST_DAYS = (date(2018, 1, 1), date(2023, 7, 1), date(2024, 1, 31))
STATES: tuple[Literal["pending", "ungraded", "unrated"] | None, ...] = (None, "pending", "ungraded", "unrated")
LEVELS = ("green", "yellow", "red")


@dataclass(frozen=True)
class Frame:
    """Direction and grades of an edition; a later one knows every grade of the earlier, to read what they said."""

    higher_better: bool
    order: tuple[str, ...]

    def moved_on(self, dice: Dice) -> Frame:
        """The frame of the next edition: mostly the same, now and then one grade more or the other direction."""
        order, name = list(self.order), f"G{len(self.order)}"
        if dice.seldom():
            order.insert(dice.below(len(order) + 1), name + dice.pick(("", "*")))
        return Frame(self.higher_better != (dice.below(10) == 9), tuple(order))

    @property
    def bad(self) -> int:
        """The sign of bad points."""
        return -1 if self.higher_better else 1

    @property
    def grades(self) -> tuple[str, ...]:
        """The names of the grades, best first."""
        return tuple(name.rstrip("*") for name in self.order)


def grades(dice: Dice, frame: Frame, middle: int) -> tuple[Grade, ...]:
    """Bands near the middle, so that a few points decide; the last band always holds."""
    banded = [name for name in frame.order if not name.endswith("*")]
    bound = middle + dice.pick((0, 100, -50)) - frame.bad * 50
    result = []
    for name in frame.order:
        tier = dice.pick((*TIERS, None))
        if name.endswith("*"):
            result.append(Grade(name.rstrip("*"), TEXT, tier, CLAUSE, banded=False))
            continue
        bound += frame.bad * dice.pick((50, 100, 1, 250))
        if name == banded[-1]:
            result.append(Grade(name, TEXT, tier, CLAUSE))
        else:
            result.append(Grade(name, TEXT, tier, CLAUSE, bound, dice.pick((0, 100, 250)) if dice.seldom() else None))
    return tuple(result)


def outcome_rule(dice: Dice, frame: Frame, middle: int) -> OutcomeRule:
    """One or two of all tests, and a grade or a state."""
    tests: dict[str, Any] = {
        "younger_than_months": dice.pick(MONTHS),
        "without_occasion": True,
        "without_evidence": True,
        "occasion_types": dice.some(OCCASION_TYPES) or ("initial",),
        "closed": dice.even(),
        "missing_codes": dice.some(CODES, 2) or ("c1",),
        "when": dice.several(lambda: condition(dice), 2, 1),
        "total_from": middle + dice.pick((0, 100, -100)),
        "total_to": middle + dice.pick((0, 100, -100)),
    }
    stated = dice.some(tuple(tests), 2) or ("total_to",)
    state = dice.pick(STATES)
    grade = dice.pick(frame.grades) if state is None else None
    said = {name: tests[name] for name in stated}
    return OutcomeRule(CLAUSE, "as_the_rule_says", TEXT, state=state, grade=grade, **said)


def risk(dice: Dice) -> Risk:
    """A factor or two, warnings of both codes or one, three levels."""
    factors = tuple(
        RiskFactor(name, TEXT, dict.fromkeys(dice.some(ATTRIBUTES[name]), 200), 100, CLAUSE)
        for name in dice.some(tuple(ATTRIBUTES), 2)
    )
    warnings = tuple(RiskWarning(code, 150, dice.pick(MONTHS), CLAUSE) for code in dice.some(WARNING_CODES))
    bounds = dice.pick(((0, 150), (100, 200), (150, 450)))
    levels = tuple(RiskLevel(key, TEXT, at_most) for key, at_most in zip(LEVELS, (*bounds, None), strict=True))
    return Risk(factors, warnings, levels, CLAUSE)


def dimension(dice: Dice, key: str) -> Dimension:
    """A base of its own, and limits now and then."""
    low, high = 0 if dice.seldom() else None, 350 if dice.seldom() else None
    return Dimension(key, TEXT, dice.pick((0, 100, 300)), low, high)


def rating(dice: Dice, frame: Frame, codes: Sequence[str], keys: Sequence[str]) -> Rating:
    """A whole rating section over given codes and dimensions."""
    dimensions = tuple(dimension(dice, key) for key in keys)
    base = dice.pick((1000, 0))
    middle = base + sum(one.base for one in dimensions)
    risks = risk(dice) if dice.even() else None
    matrix = None
    if risks is not None and dice.even():
        turn = dice.below(4)
        pairs = [(level, grade) for level in LEVELS for grade in frame.grades]
        matrix = Matrix({pair: TIERS[(place + turn) % 4] for place, pair in enumerate(pairs)}, CLAUSE)
    return Rating(
        direction="higher_better" if frame.higher_better else "higher_worse",
        base=base,
        dimensions=dimensions,
        rules={code: event_rule(dice, code, frame.bad, frame.grades, keys) for code in codes},
        window=window(dice),
        absorption=absorption(dice),
        caps=dice.several(lambda: cap(dice), 4),
        streaks=dice.several(lambda: streak_step(dice, -frame.bad), 3),
        streak_broken_by_repaired=dice.even(),
        low=middle - 300 if dice.seldom() else None,
        high=middle + 300 if dice.seldom() else None,
        grades=grades(dice, frame, middle),
        outcomes=dice.several(lambda: outcome_rule(dice, frame, middle), 2) if dice.even() else (),
        ceilings=dice.several(lambda: ceiling(dice, frame), 2),
        risk=risks,
        matrix=matrix,
        provisional=None,
        branches="separate",
        tiers=TIERS,
    )


def ceiling(dice: Dice, frame: Frame) -> Ceiling:
    """Any grade but the best, for some codes or all."""
    return Ceiling(dice.pick(frame.grades[1:]), dice.pick(MONTHS), CLAUSE, dice.some(CODES) if dice.even() else ())


def renamed(dice: Dice, before: Sequence[str], now: Sequence[str], targets: Sequence[str]) -> dict[str, str]:
    """What became of the names of the edition before: kept where they still are, or else one of the targets."""
    maps = {}
    for name in before:
        if name not in now or dice.seldom():
            new_name = dice.pick(targets)
            if new_name != name:
                maps[name] = new_name
    return maps


def edition(dice: Dice, number: int, frame: Frame, span: tuple[date, date | None], before: Edition | None) -> Edition:
    """One edition of a chain. ``span``: its first day and, where there is one, the day it ends."""
    codes = dice.some(CODES, 4) or CODES[:3]
    codes = codes if len(codes) > 1 else CODES[:3]
    keys = dice.some(DIMENSIONS) or DIMENSIONS[:1]
    map_codes: dict[str, str] = {}
    map_dimensions: dict[str, str] = {}
    if before is not None:
        map_codes = renamed(dice, tuple(before.ratings["*"].rules), codes, (*codes, *codes, ""))
        map_codes |= renamed(dice, WARNING_CODES, WARNING_CODES, (*WARNING_CODES, ""))
        map_dimensions = renamed(dice, [one.key for one in before.ratings["*"].dimensions], keys, keys)
    whole = rating(dice, frame, codes, keys)
    by_kind = {"*": whole, "food": override(dice, whole, frame, keys)} if dice.seldom() else {"*": whole}
    return Edition(
        id=f"edition-{number}",
        rulebook="generated",
        title=TEXT,
        legal_basis=(TEXT,),
        verified=False,
        illustrative=True,
        authority="generated",
        regions=(),
        kinds=(),
        force_from=span[0],
        force_to=span[1],
        digest=f"{number:064x}",
        clauses={CLAUSE: TEXT},
        unverified_clauses=frozenset(),
        transition="restate" if dice.seldom() else "keep",
        earlier_events=dice.pick(("count", "count", "ignore")),
        predecessor=None if before is None else before.id,
        map_codes=map_codes,
        map_dimensions=map_dimensions,
        ratings=by_kind,
        frequency={tier: Frequency(tier, CLAUSE, ratio=(1, 20)) for tier in TIERS},
        published_to_public=True,
    )


def override(dice: Dice, whole: Rating, frame: Frame, keys: Sequence[str]) -> Rating:
    """A kind of its own: another window, other caps, one rule written anew."""
    rules: dict[str, EventRule] = dict(whole.rules)
    code = dice.pick(tuple(rules))
    rules[code] = event_rule(dice, code, frame.bad, frame.grades, keys)
    return replace(whole, rules=rules, window=window(dice), caps=dice.several(lambda: cap(dice), 2))


def edition_chain(dice: Dice) -> EditionChain:
    """One to three editions in force one after another, with gaps between them now and then."""
    frame = Frame(not dice.even(), dice.pick(GRADE_ORDERS))
    count = dice.pick((1, 2, 1, 3))
    starts = [dice.pick(FIRST_DAYS)]
    while len(starts) < count:
        starts.append(add_months(starts[-1], dice.pick((12, 3, 1, 24))) + timedelta(days=dice.below(3)))
    result: list[Edition] = []
    for number, start in enumerate(starts, 1):
        end = add_months(start, 24) if dice.below(8) == 7 else None
        if number < count:
            gap = dice.pick((1, 2, 20)) if dice.seldom() else 0
            end = max(start + timedelta(days=1), starts[number] - timedelta(days=gap))
        result.append(edition(dice, number, frame, (start, end), result[-1] if result else None))
        frame = frame.moved_on(dice)
    return EditionChain(tuple(result))
