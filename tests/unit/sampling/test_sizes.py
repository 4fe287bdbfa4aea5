"""Sizes against the page's examples and against shares worked out with fractions, by another way."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scoring.kernel.errors import LawError
from scoring.sampling.sizes import Rounding, Share, by_ratio, largest_remainder, reserves

RATIOS = st.tuples(st.integers(0, 30), st.integers(1, 1000)).filter(lambda ratio: ratio[0] <= ratio[1])
SHARES = st.lists(st.tuples(st.integers(0, 60), RATIOS), min_size=1, max_size=6).map(
    lambda many: [Share(f"S{place}", size, *ratio) for place, (size, ratio) in enumerate(many)]
)


@pytest.mark.parametrize(
    ("size", "num", "den", "drawn"),
    [
        (40, 1, 100, 1),
        (721, 30, 100, 217),
        (9, 0, 1, 0),
        (0, 1, 2, 0),
        (200, 1, 100, 2),
        (201, 1, 100, 3),
        (7, 1, 1, 7),
    ],
)
def test_rounding_up(size: int, num: int, den: int, drawn: int) -> None:
    assert by_ratio(size, num, den, "up") == drawn


@pytest.mark.parametrize(("size", "drawn"), [(49, 0), (50, 1), (149, 1), (150, 2), (0, 0)])
def test_rounding_half_up(size: int, drawn: int) -> None:
    assert by_ratio(size, 1, 100, "half_up") == drawn


@pytest.mark.parametrize(
    ("size", "num", "at_least", "drawn"),
    [(400, 1, 10, 10), (400, 0, 10, 0), (0, 1, 10, 0), (6, 1, 10, 6), (400, 5, 10, 20)],
)
def test_at_least_so_many(size: int, num: int, at_least: int, drawn: int) -> None:
    assert by_ratio(size, num, 100, "up", at_least) == drawn


@given(st.integers(0, 10**6), RATIOS, st.sampled_from(["up", "half_up"]), st.integers(0, 20))
def test_a_ratio_is_worked_out_exactly(size: int, ratio: tuple[int, int], rounding: Rounding, at_least: int) -> None:
    exact = Fraction(*ratio) * size
    drawn = ceil(exact) if rounding == "up" else floor(exact + Fraction(1, 2))
    if exact:
        drawn = max(drawn, at_least)
    assert by_ratio(size, *ratio, rounding, at_least) == min(drawn, size)


@given(st.integers(0, 10**6), st.integers(0, 10**6), RATIOS)
def test_reserves_are_rounded_up_and_never_more_than_are_left(size: int, drawn: int, ratio: tuple[int, int]) -> None:
    drawn = min(drawn, size)
    assert reserves(size, drawn, *ratio) == min(size - drawn, ceil(drawn * Fraction(*ratio)))


EXAMPLE = [Share("A", 3000, 1, 100), Share("B", 700, 5, 100), Share("C", 90, 10, 100), Share("D", 3, 30, 100)]


def test_the_example_of_the_page() -> None:
    assert largest_remainder(40, EXAMPLE) == {"A": 16, "B": 18, "C": 5, "D": 1}


@pytest.mark.parametrize(
    ("total", "strata", "sizes"),
    [
        (2, [Share("A", 9, 1, 2), Share("B", 9, 1, 2)], {"A": 1, "B": 1}),
        (3, [Share("B", 9, 1, 2), Share("A", 9, 1, 2)], {"A": 2, "B": 1}),
        (3, [Share("A", 4, 1, 2), Share("B", 8, 1, 4)], {"A": 1, "B": 2}),
        (99, [Share("A", 4, 1, 2), Share("B", 8, 1, 4)], {"A": 4, "B": 8}),
        (5, [Share("A", 4, 0, 1), Share("B", 8, 1, 4), Share("C", 0, 1, 1)], {"A": 0, "B": 5, "C": 0}),
        (0, [], {}),
        (0, [Share("A", 0, 1, 2)], {"A": 0}),
    ],
    ids=[
        "one each",
        "tie by name",
        "tie to the larger",
        "more than there are",
        "nothing to draw from",
        "none",
        "empty",
    ],
)
def test_shares(total: int, strata: list[Share], sizes: dict[str, int]) -> None:
    assert largest_remainder(total, strata) == sizes


def test_the_carried_are_drawn_whole_and_beside_the_total() -> None:
    others = [Share("A", 1000, 1, 5), Share("B", 40, 1, 2)]
    carried = Share("carried", 4, 1, 1)
    assert largest_remainder(20, [*others, carried]) == {**largest_remainder(20, others), "carried": 4}
    assert largest_remainder(2, [*others, carried])["carried"] == 4, "they ask for no unit of the total"


def test_fewer_units_than_strata_are_refused() -> None:
    with pytest.raises(LawError) as caught:
        largest_remainder(3, EXAMPLE)
    assert caught.value.code == "total_below_strata"


def level_of(total: int, bounds: list[tuple[Fraction, int]]) -> Fraction:
    """The level at which quotas of level·weight, kept between 1 and the size, add up to the total."""

    def filled(level: Fraction) -> Fraction:
        return sum((min(max(level * weight, Fraction(1)), Fraction(size)) for weight, size in bounds), Fraction())

    marks = sorted({Fraction(0)} | {bound / weight for weight, size in bounds for bound in (1, size)})
    for low, high in pairwise(marks):
        if filled(low) <= total <= filled(high):
            rise = filled(high) - filled(low)
            return low + (high - low) * (total - filled(low)) / rise if rise else low
    return marks[-1]


def shared_out(total: int, strata: list[Share]) -> dict[str, int]:
    """The same shares from the level at which all quotas meet the total, in place of fixing one bound after another."""
    live = [share for share in strata if share.size and share.num]
    total = min(total, sum(share.size for share in live))
    weights = {share.stratum: share.size * Fraction(share.num, share.den) for share in live}
    level = level_of(total, [(weights[share.stratum], share.size) for share in live]) if live else Fraction()
    quotas = {
        share.stratum: min(max(level * weights[share.stratum], Fraction(1)), Fraction(share.size)) for share in live
    }
    sizes = {share.stratum: 0 for share in strata} | {name: floor(quota) for name, quota in quotas.items()}
    larger_first = sorted(
        live, key=lambda share: (floor(quotas[share.stratum]) - quotas[share.stratum], -share.size, share.stratum)
    )
    for share in larger_first[: total - sum(sizes.values())]:
        sizes[share.stratum] += 1
    return sizes


@given(SHARES, st.integers(0, 200))
@example(EXAMPLE, 40)
@example([Share("A", 60, 1, 1000), Share("B", 1, 1, 1), Share("C", 60, 1, 1)], 61)
def test_shares_are_those_of_the_common_level(strata: list[Share], beyond: int) -> None:
    total = sum(1 for share in strata if share.size and share.num) + beyond
    assert largest_remainder(total, strata) == shared_out(total, strata)


@given(SHARES, st.integers(0, 200))
def test_every_unit_is_given_out_once_and_within_bounds(strata: list[Share], beyond: int) -> None:
    live = [share for share in strata if share.size and share.num]
    total = len(live) + beyond
    sizes = largest_remainder(total, strata)
    assert sum(sizes.values()) == min(total, sum(share.size for share in live))
    assert all(1 <= sizes[share.stratum] <= share.size for share in live)
    assert all(not sizes[share.stratum] for share in strata if share not in live)


@given(SHARES, st.integers(0, 200), st.randoms(use_true_random=False))
def test_the_order_of_strata_does_not_matter(strata: list[Share], beyond: int, dice: object) -> None:
    shuffled = list(strata)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    total = len(strata) + beyond
    assert largest_remainder(total, strata) == largest_remainder(total, shuffled)
