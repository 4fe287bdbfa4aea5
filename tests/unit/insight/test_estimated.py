"""Estimated rates against the textbook of stratified samples, and against every sample that could have come."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.insight.measures.estimated import Answer, rate_of

CONFIDENCE = 0.95


class Stratum:
    """Of ``size`` entities ``drawn`` are drawn; those who answer, each as (counts, found)."""

    def __init__(self, size: int, drawn: int, answers: list[tuple[bool, bool]]) -> None:
        self.size, self.drawn, self.answers = size, drawn, answers


@st.composite
def strata(draw: st.DrawFn) -> list[Stratum]:
    made = []
    for _ in range(draw(st.integers(1, 3))):
        size = draw(st.integers(1, 9))
        drawn = draw(st.integers(1, size))
        answers = draw(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=drawn))
        made.append(Stratum(size, drawn, answers))
    return made


def textbook(cells: list[Stratum]) -> tuple[Fraction, Fraction] | None:
    """The combined ratio estimate of a stratified sample and its variance (Cochran, Sampling Techniques, 6.11)."""
    weights = [Fraction(cell.size, len(cell.answers)) for cell in cells]
    pairs = list(zip(weights, cells, strict=True))
    whole = sum((w * sum(counts for counts, _ in cell.answers) for w, cell in pairs), Fraction(0))
    if not whole:
        return None
    rate = sum((w * sum(counts and found for counts, found in cell.answers) for w, cell in pairs), Fraction(0)) / whole
    variance = Fraction(0)
    for cell in cells:
        n = len(cell.answers)
        apart = [(int(found) - rate) * int(counts) for counts, found in cell.answers]
        middle = sum(apart, Fraction(0)) / n
        squares = apart[0] ** 2 if n == 1 else sum(((e - middle) ** 2 for e in apart), Fraction(0)) / (n - 1)
        variance += Fraction(cell.size) ** 2 * (1 - Fraction(n, cell.size)) * squares / n
    return rate, variance / whole**2


def answers_of(cells: list[Stratum]) -> list[Answer]:
    return [
        Answer(name, cell.drawn / cell.size, counts, found)
        for name, cell in enumerate(cells)
        for counts, found in cell.answers
    ]


@given(strata())
def test_rate_and_standard_error_are_those_of_the_textbook(cells: list[Stratum]) -> None:
    found = rate_of(answers_of(cells), {name: cell.drawn for name, cell in enumerate(cells)}, confidence=CONFIDENCE)
    expected = textbook(cells)
    if expected is None:
        assert (found.rate, found.low, found.inspected) == (None, None, 0)
        return
    assert found.rate is not None
    assert found.standard_error is not None
    assert found.low is not None
    assert found.high is not None
    assert isclose(found.rate, float(expected[0]), abs_tol=1e-12)
    assert isclose(found.standard_error**2, float(expected[1]), abs_tol=1e-12)
    assert -1e-12 <= found.low <= found.rate + 1e-9
    assert found.rate - 1e-9 <= found.high <= 1 + 1e-12


def test_over_every_sample_the_estimated_entities_are_right_on_average() -> None:
    """Horvitz and Thompson's estimate of how many count; the rate itself is right up to the bias of a ratio."""
    population = [[True, True, False, True, False], [False, True, True, True]]
    drawn = [2, 3]
    samples = product(*(combinations(range(len(each)), n) for each, n in zip(population, drawn, strict=True)))
    totals = [
        rate_of(
            [
                Answer(s, drawn[s] / len(population[s]), population[s][place], found=False)
                for s, places in enumerate(chosen)
                for place in places
            ],
            dict(enumerate(drawn)),
            confidence=CONFIDENCE,
        ).entities
        for chosen in samples
    ]
    assert isclose(sum(totals) / len(totals), 6)


def test_heavier_sampling_of_the_bad_does_not_raise_the_rate() -> None:
    """D: 10 of 10 with 8 found; A: 20 of 200 with 1 found. Bare 9/30; of the frame (8 + 10)/210."""
    cells = [Stratum(10, 10, [(True, place < 8) for place in range(10)])]
    cells.append(Stratum(200, 20, [(True, place < 1) for place in range(20)]))
    found = rate_of(answers_of(cells), {0: 10, 1: 20}, confidence=CONFIDENCE)
    assert found.rate == pytest.approx(18 / 210)
    assert (found.inspected, found.found, found.entities) == (30, 9, pytest.approx(210))


def test_unequal_probabilities_weigh_what_they_stand_for() -> None:
    answers = [Answer("p", 0.5, counts=True, found=True), Answer("p", 0.25, counts=True, found=False)]
    found = rate_of(answers, {"p": 2}, confidence=CONFIDENCE)
    assert found.rate == pytest.approx(2 / 6)


def test_nothing_found_among_few_is_no_certainty_and_everyone_seen_is_one() -> None:
    none = rate_of([Answer(0, 0.1, counts=True, found=False)] * 20, {0: 20}, confidence=CONFIDENCE)
    assert (none.rate, none.standard_error, none.low) == (0, 0, 0)
    assert none.high == pytest.approx(0.1611, abs=1e-4), "Wilson's upper bound for 0 of 20"
    all_of_them = rate_of([Answer(0, 1.0, counts=True, found=place < 2) for place in range(4)], {0: 4}, confidence=0.9)
    assert (all_of_them.low, all_of_them.rate, all_of_them.high) == (0.5, 0.5, 0.5)


def test_those_who_did_not_answer_are_stood_for_by_those_of_their_cell() -> None:
    answers = [Answer(0, 0.4, counts=True, found=place < 1) for place in range(2)]
    found = rate_of(answers, {0: 8}, confidence=CONFIDENCE)
    assert found.entities == pytest.approx(20), "8 of 20 were drawn, 2 answered: each stands for ten"
    lonely = rate_of([Answer(0, 0.4, counts=True, found=True), *answers[1:]], {0: 8}, confidence=CONFIDENCE)
    assert lonely.lonely == 0
    assert rate_of(answers[:1], {0: 8}, confidence=CONFIDENCE).lonely == 1
