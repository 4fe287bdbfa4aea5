"""What the page of statistics works by hand is what the arithmetic gives."""

from __future__ import annotations

import re

from service.insight.figures import rounded
from service.insight.measures.bunched import bunching
from service.insight.measures.estimated import Answer, rate_of
from service.insight.measures.sampled import Unit, compare
from tests.tidy.tree import ROOT, read

PAGE = read(ROOT / "docs" / "statistics.md")


def test_the_district_of_which_too_few_were_drawn() -> None:
    sides = [("east", 80, 10), ("west", 120, 50)]
    units = [Unit("A", side, 60 / 200, place < drawn) for side, size, drawn in sides for place in range(size)]
    found = compare(units, least=5)
    for group in found.groups:
        told = (group.group, group.size, rounded(group.expected), group.drawn, *map(rounded, group[4:]))
        cells = [str(one).removesuffix(".0").replace("-", "−") for one in told]
        assert f"| {' | '.join(cells)} |" in PAGE
    (statistic, freedom, p) = re.findall(r"= ([\d.]+) with (one) degree.*\np = .* = ([\d.]+):", PAGE)[0]
    assert (rounded(found.statistic), found.freedom, freedom) == (float(statistic), 1, "one")
    assert rounded(found.p) == float(p)


def test_the_rate_in_two_tiers() -> None:
    answers = [Answer("D", 1.0, counts=True, found=place < 8) for place in range(10)]
    answers += [Answer("A", 0.1, counts=True, found=place < 1) for place in range(20)]
    found = rate_of(answers, {"D": 10, "A": 20}, confidence=0.95)
    rate, error = re.findall(r"\(10 \+ 200\) = ([\d.]+)\..*standard error ([\d.]+)\.", PAGE)[0]
    low, high = re.findall(r"the interval runs\nfrom ([\d.]+) to ([\d.]+)\.", PAGE)[0]
    told = [float(one) for one in (rate, error, low, high)]
    assert told == [rounded(one) for one in (found.rate, found.standard_error, found.low, found.high)]


def test_the_scores_just_short() -> None:
    found = bunching([0] * 60 + [-1] * 20 + [1] * 50 + [-2] * 41, least=30)
    assert found.p is not None
    excess, z, p, adjusted = re.findall(
        r"/3 = (\d+), variance.*z = ([\d.]+), p = ([\d.]+)\. Among 12 inspectors\ntested p is ([\d.]+):", PAGE
    )[0]
    told = [float(one) for one in (excess, z, p, adjusted)]
    assert told == [rounded(one) for one in (found.excess, found.z, found.p, 12 * found.p)]
