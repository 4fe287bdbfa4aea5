"""The plan that finds most, against trying every plan; what stands in its way, against moving each bound by one."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from scoring.edition.parse import parse
from service.studio.policy.draft import draft
from service.studio.policy.solving import Binding, Group, best_plan, binding, curve, growth, unmet
from tests.builders.dice import SeededDice
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Sequence

RATES = (0.0, 0.02, 0.1, 0.1, 0.5, None)
FREQUENCY = """
[frequency.A]
clause = "1"
ratio = "5 %" # as ever
max_per_year = 1

[frequency.D]
clause = "2"
ratio = "50 %"
max_per_year = 4
"""


def group(name: str, least: int, most: int, rate: float | None = 0.1) -> Group:
    return Group(name, 10, least, most, rate, capped=True)


def groups_by_chance(dice: SeededDice) -> list[Group]:
    made = []
    for name in dice.pick(("AB", "ABC", "ABCD")):
        least = dice.pick((1, 2, 3))
        made.append(group(name, least, least + dice.pick((0, 1, 3)), dice.pick(RATES)))
    return made


def finds(groups: Sequence[Group], visits: Sequence[int]) -> float:
    return sum(size * (each.rate or 0) for each, size in zip(groups, visits, strict=True))


def most_of_all(groups: Sequence[Group], capacity: int) -> float | None:
    """By trying every plan; None where there is none."""
    ways = [range(each.least, (each.least if each.rate is None else each.most) + 1) for each in groups]
    found = [finds(groups, visits) for visits in product(*ways) if sum(visits) <= capacity]
    return max(found, default=None)


def test_no_plan_finds_more() -> None:
    planned = 0
    for seed in range(300):
        dice = SeededDice(seed)
        groups, capacity = groups_by_chance(dice), dice.pick((3, 5, 7, 9, 12, 30))
        most = most_of_all(groups, capacity)
        assert (unmet(groups, capacity) is None) == (most is not None)
        if most is None:
            continue
        visits = best_plan(groups, capacity)
        assert finds(groups, visits) == pytest.approx(most)
        assert sum(visits) <= capacity
        assert all(each.least <= size <= each.most for each, size in zip(groups, visits, strict=True))
        told = {(one.constraint, one.group): one.gain for one in binding(groups, visits, capacity)}
        assert told == pytest.approx(leeway(groups, capacity, most)), (groups, capacity)
        planned += 1
    assert planned > 150


def leeway(groups: Sequence[Group], capacity: int, most: float) -> dict[tuple[str, int | None], float]:
    """What every bound, moved by one visit, lets the best plan find more: by trying every plan."""
    more: dict[tuple[str, int | None], float] = {("inspector_days", None): most_of_all(groups, capacity + 1) or 0}
    for place, each in enumerate(groups):
        if each.rate is not None:
            for constraint, other in (("minimum", (each.least - 1, each.most)), ("cap", (each.least, each.most + 1))):
                changed = [*groups[:place], group(each.name, *other, each.rate), *groups[place + 1 :]]
                more[constraint, place] = most_of_all(changed, capacity) or 0
    return {name: found - most for name, found in more.items() if found - most > 1e-9}


def test_the_curve_goes_from_the_least_to_the_most_for_the_worse_and_holds_the_best_plan() -> None:
    groups = [group("A", 2, 9, 0.05), group("B", 1, 9, 0.2), group("D", 2, 6, 0.6)]
    points = curve(groups, 14, {2}, 10)
    assert [one.chosen for one in points] == [2, 3, 4, 5, 6]
    assert all(sum(one.visits) == 14 for one in points)
    assert points[0].visits == (3, 9, 2)
    assert points[-1].visits == best_plan(groups, 14) == (2, 6, 6)


def test_from_the_least_to_the_most_the_best_tier_is_filled_first() -> None:
    groups = [group("A", 2, 9, 0.05), group("B", 1, 9, 0.2), group("D", 2, 6, 0.6)]
    assert growth(groups, 12) == [(2, 1, 2), (2, 1, 6), (2, 4, 6), (2, 9, 6), (9, 9, 6)]
    unknown = [group("A", 2, 9, 0.05), group("D", 2, 6)._replace(rate=None)]
    assert growth(unknown, 99) == [(2, 2), (9, 2)]


@pytest.mark.parametrize(
    ("groups", "capacity", "why"),
    [
        ([group("A", 3, 5), group("D", 4, 9)], 6, Binding("inspector_days", None, 1)),
        ([group("A", 3, 5), group("D", 4, 2)], 99, Binding("cap", 1, 2)),
        ([group("A", 3, 1)._replace(capped=False)], 99, Binding("size", 0, 2)),
    ],
)
def test_why_there_is_no_plan(groups: list[Group], capacity: int, why: Binding) -> None:
    assert unmet(groups, capacity) == why
    with pytest.raises(ValueError, match="no plan"):
        best_plan(groups, capacity)


def test_the_draft_changes_frequencies_alone() -> None:
    text = town.EDITION + FREQUENCY
    found = draft(text, parse(text), {"A": 6, "D": 30, "unrated": 1}, {"A": 60, "D": 12, "unrated": 5})
    assert found is not None
    assert [line for line in found.splitlines() if line not in text.splitlines()] == [
        'ratio = "1/10" # as ever', "min_per_year = 2", 'ratio = "1/1"',
    ]  # fmt: skip
    assert {tier: one.ratio for tier, one in parse(found).frequency.items()} == {"A": (1, 10), "D": (1, 1)}
    elsewhere = text.replace("[frequency.A]", '[frequency."A"]')
    assert draft(elsewhere, parse(elsewhere), {"A": 7, "D": 30}, {"A": 60, "D": 12}) is None


def test_a_tier_that_gets_what_the_law_asks_for_keeps_its_words_in_the_draft() -> None:
    """5 % of 45 are three whole visits, which are 1 in 15: written down they would grow with every draft."""
    text = town.EDITION + FREQUENCY
    found = draft(text, parse(text), {"A": 3, "D": 9}, {"A": 45, "D": 12})
    assert found is not None
    assert {tier: one.ratio for tier, one in parse(found).frequency.items()} == {"A": (1, 20), "D": (3, 4)}
