"""Rates, lift, calibration and detection against loops in exact fractions, hand-worked cases and a known population."""

from __future__ import annotations

from fractions import Fraction
from itertools import compress
from math import exp, sqrt

import numpy as np
import pytest
from hypothesis import given

from service.studio.measures.calibration import calibration_of
from service.studio.measures.groups import rates_of
from service.studio.measures.policies import Detection, Unknown, detection_of
from service.studio.measures.visited import visited_of
from tests.unit.studio.rounds import Round, city, equal, rounds, visited_round


def spread(cells: list[int], parts: list[Fraction]) -> Fraction:
    """V by the definition."""
    whole = Fraction(0)
    for cell in set(cells):
        own = [part for part, of in zip(parts, cells, strict=True) if of == cell]
        size = len(own)
        centre = sum(own, Fraction(0)) / size if size > 1 else Fraction(0)
        whole += sum(((part - centre) ** 2 for part in own), Fraction(0)) * (
            Fraction(size, size - 1) if size > 1 else 1
        )
    return whole


class Slow:
    """The same round in fractions."""

    def __init__(self, one: Round) -> None:
        self.cells: list[int] = one.visits.cell.tolist()
        self.weights = [Fraction(w).limit_denominator(10_000) for w in one.visits.weight.tolist()]
        self.found = [Fraction(int(y)) for y in one.visits.found.tolist()]
        self.group: list[int] = one.group.tolist()

    def rate(self, counts: list[bool]) -> tuple[Fraction, list[Fraction]]:
        rows = list(zip(self.weights, self.found, counts, strict=True))
        whole = sum(compress(self.weights, counts), Fraction(0))
        rate = sum((w * y for w, y, d in rows if d), Fraction(0)) / whole
        return rate, [w * d * (y - rate) / whole for w, y, d in rows]

    def of_group(self, group: int) -> list[bool]:
        return [one == group for one in self.group]


@given(rounds())
def test_rates_and_lift_are_those_of_the_definition(one: Round) -> None:
    slow = Slow(one)
    over_all, parts_of_all = slow.rate([True] * len(slow.group))
    for number, row in enumerate(rates_of(one.visits, one.group, 3, confidence=0.95)):
        counts = slow.of_group(number)
        if not any(counts):
            assert row == (0, 0, None, None, None, None)
            continue
        rate, parts = slow.rate(counts)
        assert (row.visited, row.found) == (sum(counts), sum(compress(slow.found, counts)))
        assert row.rate == pytest.approx(float(rate))
        assert row.standard_error == pytest.approx(sqrt(spread(slow.cells, parts)), abs=1e-7)
        assert row.interval is not None
        assert -1e-9 <= row.interval.low <= float(rate) + 1e-9
        assert float(rate) - 1e-9 <= row.interval.high <= 1 + 1e-9
        if not over_all:
            assert row.lift is None
            continue
        assert row.lift is not None
        lift = rate / over_all
        apart = [(a - lift * b) / over_all for a, b in zip(parts, parts_of_all, strict=True)]
        assert row.lift.value == pytest.approx(float(lift))
        assert row.lift.standard_error == pytest.approx(sqrt(spread(slow.cells, apart)), abs=1e-7)
        assert (row.lift.interval is None) == (rate == 0)


@given(rounds())
def test_detection_is_the_mixture_of_the_rates(one: Round) -> None:
    slow = Slow(one)
    planned = [3.0, 0.0, 1.0]
    found = detection_of(one.visits, one.group, planned, 40.0, confidence=0.95)
    unseen = [group for group in (0, 2) if group not in slow.group]
    if unseen:
        assert found == Unknown(unseen)
        return
    assert isinstance(found, Detection)
    (first, a), (last, b) = slow.rate(slow.of_group(0)), slow.rate(slow.of_group(2))
    over_all, _ = slow.rate([True] * len(slow.group))
    parts = [(3 * x + y) / 4 for x, y in zip(a, b, strict=True)]
    assert found.policy == pytest.approx(float(75 * first + 25 * last))
    assert found.standard_error == pytest.approx(100 * sqrt(spread(slow.cells, parts)), abs=1e-5)
    assert found.uniform == pytest.approx(float(100 * over_all))
    assert found.oracle == pytest.approx(100 * min(1.0, float(over_all) * 40 / 4))
    assert max(found.policy, found.uniform) <= 100 + 1e-9
    if found.gain is not None:
        assert found.gain.value == pytest.approx(float((75 * first + 25 * last) / (100 * over_all)))


def test_a_policy_by_hand() -> None:
    """D: 8 of 10 found, A: 2 of 20, each visit standing for 2. 15 visits of D and 5 of A among 60 entities."""
    visits = equal([True] * 8 + [False] * 2 + [True] * 2 + [False] * 18)
    group = np.repeat([1, 0], [10, 20])
    found = detection_of(visits, group, [5, 15], 60, confidence=0.95)
    assert isinstance(found, Detection)
    assert found.policy == pytest.approx(100 * (15 * 0.8 + 5 * 0.1) / 20)
    assert [found.uniform, found.oracle] == pytest.approx([100 / 3, 100]), "20 problems for 20 visits"
    assert found.gain is not None
    assert found.gain.value == pytest.approx(0.625 * 3)
    assert found.gain.interval is not None
    assert found.gain.interval.low > 1


@pytest.mark.parametrize(("planned", "entities"), [([0, 0], 60), ([-1, 3], 60), ([40, 40], 60), ([], 60)])
def test_a_policy_that_cannot_be_is_refused(planned: list[float], entities: float) -> None:
    with pytest.raises(ValueError, match="at least one, at most one each"):
        detection_of(equal([True, False]), np.array([0, 1]), planned, entities, confidence=0.95)


def test_a_policy_is_no_surer_than_the_visits_of_the_groups_it_goes_to() -> None:
    """Nothing found among twenty of the group that it visits; a thousand visits of the other one add no certainty."""
    visits = equal([False] * 20 + [True] * 1000)
    found = detection_of(visits, np.repeat([0, 1], [20, 1000]), [20, 0], 60, confidence=0.95)
    assert isinstance(found, Detection)
    assert found.policy == 0
    assert found.interval.high == pytest.approx(16.11, abs=1e-2), "Wilson's upper bound for 0 of 20"


def test_nothing_found_among_twenty_is_no_certainty() -> None:
    row = rates_of(equal([False] * 20), np.zeros(20, np.int64), 1, confidence=0.95)[0]
    assert (row.rate, row.lift) == (0, None)
    assert row.interval is not None
    assert row.interval.high == pytest.approx(0.1611, abs=1e-4), "Wilson's upper bound for 0 of 20"


def test_the_interval_of_lift_is_symmetric_in_its_logarithm() -> None:
    row = rates_of(equal([True] * 3 + [False] * 9), np.repeat([0, 1], 6), 2, confidence=0.95)[0]
    assert row.lift is not None
    assert row.lift.interval is not None
    reach = exp(1.959963984540054 * row.lift.standard_error / 2)
    assert tuple(row.lift.interval) == pytest.approx((2 / reach, 2 * reach))


def test_the_gap_of_a_band_by_hand() -> None:
    """Of four visits one finds something, 0.5 being expected: gap −1/4, standard error √(3/16·4/3/4) = 1/4."""
    found = calibration_of(equal([True] + [False] * 3), np.full(4, 0.5), np.zeros(4, np.int64), 2, confidence=0.95)
    gap, nobody = found.groups
    assert nobody is None
    assert gap is not None
    assert (gap.visited, gap.expected, gap.observed, gap.gap) == pytest.approx((4, 0.5, 0.25, -0.25))
    assert gap.standard_error == pytest.approx(0.25)
    assert gap.within_chance
    assert found.over_all == gap
    assert found.brier == pytest.approx(0.25)


def test_without_visits_there_is_no_calibration_and_chances_are_chances() -> None:
    none = np.zeros(0, np.int64)
    nobody = visited_of(cell=none, probability=none.astype(float), drawn=none, found=none.astype(bool))
    assert calibration_of(nobody, none.astype(float), none, 1, confidence=0.95) == ([None], None, None)
    with pytest.raises(ValueError, match="outside 0 to 1"):
        calibration_of(equal([True]), np.array([1.5]), np.zeros(1, np.int64), 1, confidence=0.95)


def test_over_many_rounds_the_intervals_hold_the_true_rates_though_the_bad_are_all_drawn() -> None:
    """The last group is drawn whole: its true chance is still not known for certain. 300 rounds, a fixed seed."""
    chance = np.random.default_rng(20270102)
    whole = city(chance)
    truth = [float(whole.chance[whole.group == one].mean()) for one in range(3)]
    planned = np.array([300.0, 300.0, 300.0])
    over_all, policy = float(whole.chance.mean()), 100 * sum(truth) / 3
    held = dict.fromkeys(("first", "middle", "last", "lift", "policy", "calibrated"), 0)
    for _ in range(300):
        visits, group, risk = visited_round(whole, (300, 300, 500), chance)
        rows = rates_of(visits, group, 3, confidence=0.95)
        for name, row, rate in zip(("first", "middle", "last"), rows, truth, strict=True):
            held[name] += row.interval is not None and row.interval.low <= rate <= row.interval.high
        lift = rows[2].lift and rows[2].lift.interval
        held["lift"] += lift is not None and lift.low <= truth[2] / over_all <= lift.high
        found = detection_of(visits, group, planned.tolist(), 6000, confidence=0.95)
        held["policy"] += isinstance(found, Detection) and found.interval.low <= policy <= found.interval.high
        gap = calibration_of(visits, risk, group, 3, confidence=0.95).over_all
        held["calibrated"] += gap is not None and gap.within_chance
    assert all(270 <= number <= 299 for number in held.values()), held
