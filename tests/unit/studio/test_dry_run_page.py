"""What the page of a dry run draws: lengths by numbers, and no text that a browser would take for marks of its own."""

from __future__ import annotations

import re
from fractions import Fraction
from html import unescape

import pytest

from scoring.edition.model import Frequency
from service.studio.dry_run.visits import yearly
from service.studio.plots import Bar, columns, heat_map, rising_and_falling
from service.studio.plots.bars import BETTER, SAME, WORSE

WORDS = {name: name for name in ("before", "after", "none", "matrix", "groups", "better", "worse")}
RECTANGLE = re.compile(r'<rect x="[^"]+" y="[^"]+" width="([^"]+)" height="([^"]+)" fill="([^"]+)"')


def boxes(svg: str) -> list[tuple[str, float, float]]:
    return [(fill, float(wide), float(high)) for wide, high, fill in RECTANGLE.findall(svg)]


def texts(svg: str) -> list[str]:
    return [unescape(one) for one in re.findall("<text [^>]*>([^<]*)</text>", svg)]


def test_the_matrix_has_a_cell_for_each_pair_in_the_order_of_tiers() -> None:
    drawn = heat_map({("A", "A"): 1200, ("A", "B"): 30, ("B", "A"): 4, (None, "B"): 2}, ["A", "B"], WORDS)
    assert [fill for fill, *_ in boxes(drawn)] == [SAME, WORSE, BETTER, SAME, SAME, SAME]
    assert [one for one in texts(drawn) if re.fullmatch("[0-9,·]+", one)] == ["1,200", "30", "4", "·", "·", "2"]


def test_lengths_follow_the_numbers() -> None:
    falling = boxes(rising_and_falling([Bar("x", better=10, worse=40), Bar("y", better=20, worse=0)], WORDS))
    assert [(fill, wide) for fill, wide, _ in falling] == [(WORSE, 150), (BETTER, 37.5), (WORSE, 0), (BETTER, 75)]
    drawn = columns([("1", 5, 10), ("2", 0, 2)], WORDS, title="t", zero=1, most=20)
    assert [high for *_, high in boxes(drawn)[2:]] == [40, 80, 0, 16]


def test_names_are_written_and_never_marks() -> None:
    name = '<script>alert("x")</script>'
    for drawn in (rising_and_falling([Bar(name, 1, 1)], WORDS), columns([(name, 1, 1)], WORDS, title=name)):
        assert name in texts(drawn)
        assert "<script" not in drawn
    assert "<script" not in heat_map({(name, "A"): 1}, ["A"], {**WORDS, "matrix": name})


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, None),
        ({"max_per_year": 2}, None),
        ({"ratio": (1, 10)}, Fraction(1, 10)),
        ({"ratio": (1, 10), "min_per_year": 1}, Fraction(1)),
        ({"ratio": (1, 1), "min_per_year": 4, "max_per_year": 3}, Fraction(3)),
        ({"min_per_year": 2}, Fraction(2)),
        ({"verification_sample": (1, 50)}, Fraction(1, 50)),
        ({"ratio": (0, 1), "verification_sample": (1, 50)}, Fraction(1, 50)),
    ],
)
def test_visits_of_a_year_are_the_ratio_between_least_and_most(
    said: dict[str, int | tuple[int, int]], expected: Fraction | None
) -> None:
    assert yearly(Frequency("A", "1", **said)) == expected  # type: ignore[arg-type] # fields by name
