"""Whether 20,000 draws with fixed seeds keep the probabilities that are stored for entities."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

import pytest

from scoring.sampling.bytes import h
from scoring.sampling.keys import positions, ticket_key
from scoring.sampling.sample import Stratum, is_precise, probability, select

from .chance import DRAWS, deviation, distance, drawn_how_often, frame_of, limit, ordered_by, samples, seeds

ALIKE = (1,) * 20
SPREAD = (1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 8, 8, 9, 9, 10)
"""Weights of which none is certain when six of the twenty are drawn."""
FORTY = (1,) * 40


def promised(stratum: Stratum, weights: tuple[int, ...]) -> dict[str, Fraction]:
    return {row.code: Fraction(*probability(stratum, weights, row.weight)) for row in frame_of(weights)}


def test_the_distance_tells_one_spared_entity() -> None:
    drawn = drawn_how_often(samples(Stratum("equal", 6), ALIKE))
    spared, other, *_ = sorted(drawn)
    moved = drawn[spared] // 10
    drawn[spared] -= moved
    drawn[other] += moved
    assert distance(drawn, dict.fromkeys(drawn, Fraction(6, 20)), DRAWS) > limit(20)


@pytest.mark.parametrize(
    ("stratum", "weights"),
    [
        (Stratum("equal", 6), ALIKE),
        (Stratum("equal", 1), (1,) * 30),
        (Stratum("pareto", 6), SPREAD),
        (Stratum("pareto", 6), ALIKE),
        (Stratum("pareto", 9), (200, 90, 60, *SPREAD)),
    ],
    ids=["equal", "one of thirty", "weighted", "weighted, all alike", "weighted, three certain"],
)
def test_everybody_is_drawn_as_often_as_promised(stratum: Stratum, weights: tuple[int, ...]) -> None:
    assert stratum.order == "equal" or is_precise(weights, stratum.draw)
    drawn = samples(stratum, weights)
    expected = promised(stratum, weights)
    uncertain = sum(p < 1 for p in expected.values())
    assert {len(each) for each in drawn} == {stratum.draw}
    assert distance(drawn_how_often(drawn), expected, DRAWS) < limit(uncertain)


def test_certain_units_are_drawn_every_time() -> None:
    weights = (200, 90, 60, *SPREAD)
    stratum = Stratum("pareto", 9)
    drawn = samples(stratum, weights)
    expected = promised(stratum, weights)
    sure = {code for code, p in expected.items() if p == 1}
    assert len(sure) == 3
    assert all(sure <= each for each in drawn)


def test_the_distance_tells_a_wrong_order() -> None:
    """Ordering by u/x (sequential Poisson) misses the promise in small strata; the same check refuses it."""
    frame = {row.code: row.weight for row in frame_of(SPREAD)}
    stratum = Stratum("pareto", 9)
    whole = lcm(*SPREAD)  # u·whole/x is a whole number and orders as u/x does
    places = (positions(ticket_key(seed), frame) for seed in seeds("u over x"))
    firsts = (ordered_by(lambda u, x: u * whole // x, frame, each)[:9] for each in places)
    wrong = drawn_how_often([frozenset(each) for each in firsts])
    ours = drawn_how_often(samples(stratum, SPREAD))
    assert distance(wrong, promised(stratum, SPREAD), DRAWS) > 5 * limit(20)
    assert distance(ours, promised(stratum, SPREAD), DRAWS) < limit(20)


def test_neighbours_are_drawn_together_as_often_as_entities_far_apart() -> None:
    size, draw = 40, 10
    codes = [row.code for row in frame_of(FORTY)]
    drawn = samples(Stratum("equal", draw), FORTY)
    expected = size * draw * (draw - 1) / (size * (size - 1))
    for apart in (1, 2, size // 2 - 1):
        together = [
            sum(codes[place] in each and codes[(place + apart) % size] in each for place in range(size))
            for each in drawn
        ]
        assert deviation(together, expected) < 4, apart


def test_one_draw_says_nothing_of_the_next() -> None:
    size, draw = 40, 10
    drawn = samples(Stratum("equal", draw), FORTY)
    again = [len(one & other) for one, other in zip(drawn[::2], drawn[1::2], strict=True)]
    assert deviation(again, draw * draw / size) < 4


def test_reserves_are_as_likely_as_promised() -> None:
    stratum = Stratum("equal", 5, 5)
    rows = frame_of(ALIKE)
    held = [frozenset(select(stratum, rows, ticket_key(seed)).reserves) for seed in seeds("reserves")]
    seen = drawn_how_often(held)
    assert distance(seen, {row.code: Fraction(5, 20) for row in rows}, DRAWS) < limit(20)


SEED = h("key", "two authorities")
TOWN = frame_of([1] * 20_000)
THIRTY = Stratum("equal", 6_000)


def drawn_by_both(part: str, rotation: tuple[int, int], other_part: str = "") -> int:
    first = select(THIRTY, TOWN, ticket_key(SEED, other_part)).drawn
    second = select(THIRTY, TOWN, ticket_key(SEED, part), rotation).drawn
    return len(set(first) & set(second))


def test_equal_rotations_make_authorities_meet() -> None:
    assert drawn_by_both("", (0, 1)) == 6_000


def test_half_a_turn_keeps_authorities_apart() -> None:
    assert drawn_by_both("", (1, 2)) == 0


def test_own_tickets_meet_by_chance() -> None:
    assert abs(drawn_by_both("P2", (0, 1), "P1") - 1_800) < 4 * 30  # the standard error is 30


def test_a_quarter_turn_leaves_a_sixth_of_the_sample_to_both() -> None:
    """Thirty percent and thirty percent a quarter of a turn on share five percent of the circle."""
    assert abs(drawn_by_both("", (1, 4)) - 1_000) < 4 * 50


@pytest.mark.parametrize("rotation", [(1, 3), (1, 2)])
def test_a_rotation_leaves_probabilities_alone(rotation: tuple[int, int]) -> None:
    stratum, rows = Stratum("pareto", 6), frame_of(SPREAD)
    drawn = [frozenset(select(stratum, rows, ticket_key(seed), rotation).drawn) for seed in seeds(f"turn {rotation}")]
    assert distance(drawn_how_often(drawn), promised(stratum, SPREAD), DRAWS) < limit(20)
