"""Over whole draws, from seed to teams: entities, inspectors and their pairs come together as chance would have it."""

from collections import Counter
from hashlib import sha256

import pytest

from scoring.sampling import outcome
from scoring.sampling.frozen import committed_part, freeze
from tests.builders.draws import material as m

DRAWS = 3000
ROSTER = [row._replace(skills=("lead",), load=0, cap=9) for row in m.inspectors(count=8)]
FROZEN = freeze("P1", m.SALT_KEY, m.entities(), {}, ROSTER)
PART = committed_part(m.part(), FROZEN)
Teams = list[tuple[str, list[str]]]


@pytest.fixture(scope="module")
def teams() -> Teams:
    """The teams of as many draws, each by a seed of its own."""
    found = []
    for number in range(DRAWS):
        seed = sha256(b"draw %d" % number).digest()
        found += outcome.drawn({"parts": [PART], "rows": "open"}, [FROZEN], seed)[0].rows["teams"]
    return [(code, team) for code, team in found]


def chi_square(counted: Counter[tuple[str, ...]], cells: int) -> float:
    expected = counted.total() / cells
    return sum((one - expected) ** 2 / expected for one in counted.values()) + (cells - len(counted)) * expected


def test_every_pair_of_inspectors_comes_as_often_in_either_order(teams: Teams) -> None:
    pairs = Counter(tuple(team) for _, team in teams)
    assert pairs.total() == DRAWS * 6
    assert len(pairs) == 56
    assert chi_square(pairs, 56) < 103.5  # 55 degrees of freedom, one in ten thousand


def test_no_entity_has_inspectors_of_its_own(teams: Teams) -> None:
    met = Counter((code, one) for code, team in teams for one in team if code <= "E014")
    assert len(met) == 14 * 8
    assert chi_square(met, 14 * 8) < 176.0  # 111 degrees of freedom, one in ten thousand


def test_every_entity_of_a_stratum_is_drawn_as_often(teams: Teams) -> None:
    drawn = Counter((code,) for code, _ in teams)
    first = Counter({code: count for code, count in drawn.items() if code <= ("E014",)})
    second = drawn - first
    assert (len(first), len(second)) == (14, 7)
    assert chi_square(first, 14) < 41.0  # 13 degrees of freedom; without putting back the sum is smaller still
    assert chi_square(second, 7) < 27.9  # 6 degrees of freedom
