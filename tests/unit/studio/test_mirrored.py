"""The AUC within equal numbers of inspections pair by pair, and cities that mirror and do not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from service.studio.backtest.limits import limits
from service.studio.measures.mirrored import Mirroring, mirroring_of
from service.studio.measures.stability import rank_correlation
from tests.unit.studio.rounds import Round, equal, rounds

LIMIT = limits()["mirror"]["correlation"]


@given(rounds())
def test_within_strata_is_what_every_pair_of_a_stratum_gives(one: Round) -> None:
    found = mirroring_of(one.visits, one.risk, one.group, correlation=0.9, limit=LIMIT, confidence=0.95)
    rows = list(zip(one.visits.weight, one.risk, one.group, one.visits.found, strict=True))
    pairs = [
        (w * v, 1.0 if x > z else 0.5 if x == z else 0.0)
        for w, x, s, y in rows
        for v, z, t, clean in rows
        if y and not clean and s == t
    ]
    if not pairs:
        assert (found.within, found.mirrors) == (None, None)
        return
    assert found.within == pytest.approx(sum(w * psi for w, psi in pairs) / sum(w for w, _ in pairs))


def looked_at(*, mirrors: bool) -> Mirroring:
    """4,000 places with a true risk; inspectors visit the risky more often, and 1,500 of all are drawn at random.

    Where the rating mirrors its points are the number of visits and noise; else they know something of the risk too.
    """
    chance = np.random.default_rng(20261121)
    risk = chance.beta(1, 4, 4000)
    visits = chance.poisson(8 * risk)
    points = 2.0 * visits + chance.normal(size=4000) + (0 if mirrors else 8 * risk)
    drawn = chance.choice(4000, 1500, replace=False)
    found = equal((chance.random(1500) < risk[drawn]).tolist())
    correlation = rank_correlation(points, visits.astype(float))
    return mirroring_of(found, points[drawn], visits[drawn], correlation=correlation, limit=LIMIT, confidence=0.95)


def test_a_rating_that_counts_visits_mirrors_though_it_predicts_and_one_that_knows_more_does_not() -> None:
    mirror, honest = looked_at(mirrors=True), looked_at(mirrors=False)
    assert mirror.correlation is not None
    assert mirror.correlation > LIMIT
    assert mirror.alone.auc is not None
    assert mirror.alone.auc > 0.6
    assert (mirror.mirrors, honest.mirrors) == (True, False)


def test_a_rating_that_has_little_to_do_with_visits_is_no_mirror_whatever_it_says() -> None:
    nothing = equal([True, False] * 20)
    risk, seen = np.arange(40.0) % 7, np.arange(40) % 3
    found = mirroring_of(nothing, risk, seen, correlation=0.1, limit=LIMIT, confidence=0.95)
    assert found.mirrors is False
    assert mirroring_of(nothing, risk, seen, correlation=None, limit=LIMIT, confidence=0.95).mirrors is False


def test_where_no_visit_contradicts_another_the_chance_itself_says_whether_it_mirrors() -> None:
    """Without spread there is no interval: who is always right within equal numbers is none, who knows no order is."""
    found, seen = equal([True, False] * 4), np.repeat([0, 1], 4)
    right = mirroring_of(found, np.tile([1.0, 0.0], 4), seen, correlation=0.9, limit=LIMIT, confidence=0.95)
    assert (right.within, right.interval, right.mirrors) == (1, None, False)
    ties = mirroring_of(found, seen.astype(float), seen, correlation=0.9, limit=LIMIT, confidence=0.95)
    assert (ties.within, ties.mirrors) == (0.5, True)
