"""Numbers lie on a drawing where they should, and names cannot become markup."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.studio.plots import Estimate, Line, estimates, lines
from service.studio.plots.marks import Scale


@given(st.integers(-1000, 1000), st.integers(1, 10_000))
def test_ticks_are_a_few_round_numbers_within_the_ends(low: int, wide: int) -> None:
    scale = Scale(low / 100, (low + wide) / 100, 0, 300)
    ticks = scale.ticks()
    assert 1 <= len(ticks) <= 8
    steps = {round(b - a, 9) for a, b in pairwise(ticks)}
    assert len(steps) <= 1
    assert all(-1e-6 <= scale.at(tick) <= 300 + 1e-6 for tick in ticks)


def test_a_point_stands_within_its_interval_in_the_right_places() -> None:
    made = estimates([Estimate("A & <b>", 0.5, 0.25, 1.0)], title="t", percent=True)
    assert "A &amp; &lt;b&gt;" in made
    interval = re.search(r'x1="([0-9.]+)" y1="[0-9.]+" x2="([0-9.]+)"[^>]*stroke-width="3"', made)
    point = re.search(r'<circle cx="([0-9.]+)"', made)
    assert interval is not None
    assert point is not None
    assert [float(each) for each in (*interval.groups(), *point.groups())] == pytest.approx([210, 480, 300])
    assert "60 %" in made


def test_a_line_goes_up_where_its_numbers_do_with_its_band_about_it() -> None:
    made = lines([Line("n", [(0, 0), (1, 1)], [(0, 0, 0.5), (1, 0.5, 1)])], title="t", across=(0, 1), up=(0, 1))
    (points,) = re.findall(r'<polyline points="([^"]+)"', made)
    (left, low), (right, high) = (map(float, pair.split(",")) for pair in points.split())
    assert (right - left, low - high) == (420, 300)
    (band,) = re.findall(r'<polygon points="([^"]+)"', made)
    assert len(band.split()) == 4
