"""The order of a stratum against a brute-force sort with exact fractions."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.sampling.keys import TURN, Rotation, position
from scoring.sampling.rows import HEAVIEST, FrameRow
from scoring.sampling.sample import Stratum, certain, is_precise, keys_of, probabilities, probability, select, smallest

KEY = bytes(range(32))
WEIGHTS = st.one_of(st.integers(1, 6), st.integers(1, HEAVIEST))
FRAMES = st.dictionaries(st.text("0123456789ABCXYZ-", min_size=1, max_size=18), WEIGHTS, min_size=1, max_size=14)
ROTATIONS = st.sampled_from([(0, 1), (1, 3), (1, 2), (999, 1000)])


def rows_of(frame: dict[str, int]) -> list[FrameRow]:
    return [FrameRow(code, "food", "A", weight) for code, weight in frame.items()]


def taken_for_certain(frame: dict[str, int], n: int) -> tuple[set[str], int]:
    """The codes that §6 takes one by one, heaviest first, ties by code; and the weight of the others."""
    rest, sure = sum(frame.values()), set[str]()
    for code, weight in sorted(frame.items(), key=lambda item: (-item[1], item[0])):
        if len(sure) == n or (n - len(sure)) * weight < rest:
            break
        rest -= weight
        sure.add(code)
    return sure, rest


def ranked(stratum: Stratum, frame: dict[str, int], rotation: Rotation) -> list[str]:
    """Every code of the frame in the order of the draw, by fractions."""
    sure, rest = taken_for_certain(frame, stratum.draw) if stratum.order == "pareto" else (set(), 0)
    m = stratum.draw - len(sure)

    def place(code: str) -> tuple[bool, Fraction, str]:
        u, weight = position(KEY, code, rotation), frame[code]
        if code in sure or stratum.order == "equal":
            return code not in sure, Fraction(u), code
        return True, Fraction(u * (rest - m * weight), (TURN - u) * weight), code

    return sorted(frame, key=place)


@given(FRAMES, st.sampled_from(["equal", "pareto"]), ROTATIONS, st.data())
def test_the_sample_is_the_head_of_the_sorted_frame(
    frame: dict[str, int], order: str, rotation: Rotation, data: st.DataObject
) -> None:
    draw = data.draw(st.integers(0, len(frame)))
    reserves = data.draw(st.integers(0, len(frame) - draw))
    stratum = Stratum("equal" if order == "equal" else "pareto", draw, reserves)
    selected = select(stratum, rows_of(frame), KEY, rotation)
    expected = ranked(stratum, frame, rotation)
    assert list(selected.drawn) == expected[:draw]
    assert list(selected.reserves) == expected[draw : draw + reserves]


@given(FRAMES, st.randoms(use_true_random=False), st.data())
def test_the_order_of_rows_does_not_matter(frame: dict[str, int], dice: object, data: st.DataObject) -> None:
    stratum = Stratum("pareto", data.draw(st.integers(0, len(frame))))
    shuffled = rows_of(frame)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert select(stratum, shuffled, KEY) == select(stratum, rows_of(frame), KEY)


@given(FRAMES, st.data())
def test_certain_units_are_those_taken_one_by_one(frame: dict[str, int], data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(frame)))
    sure, rest = taken_for_certain(frame, n)
    found = certain(frame.values(), n)
    assert (found.units, found.rest) == (len(sure), rest)
    assert {code for code, weight in frame.items() if weight >= found.from_weight} == sure


@given(FRAMES, st.data())
def test_certain_units_are_always_drawn_and_come_first(frame: dict[str, int], data: st.DataObject) -> None:
    n = data.draw(st.integers(1, len(frame)))
    sure, _ = taken_for_certain(frame, n)
    selected = select(Stratum("pareto", n, len(frame) - n), rows_of(frame), KEY)
    assert set(selected.drawn[: len(sure)]) == sure
    assert sorted([*selected.drawn, *selected.reserves]) == sorted(frame)


@given(FRAMES, st.sampled_from(["equal", "pareto"]), st.data())
def test_probabilities_add_up_to_the_size(frame: dict[str, int], order: str, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(frame)))
    stratum = Stratum("equal" if order == "equal" else "pareto", n)
    weights = list(frame.values())
    each = [Fraction(*probability(stratum, weights, weight)) for weight in weights]
    assert sum(each) == n
    assert all(0 <= one <= 1 for one in each)


@given(FRAMES, st.data())
def test_cuts_are_the_keys_of_the_last(frame: dict[str, int], data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(frame)))
    stratum = Stratum("pareto", n, data.draw(st.integers(0, len(frame) - n)))
    keys = dict(zip(frame, keys_of(stratum, list(frame), list(frame.values()), KEY), strict=True))
    sure, _ = taken_for_certain(frame, n)
    selected = select(stratum, rows_of(frame), KEY)
    last = selected.drawn[-1] if selected.drawn else ""
    assert selected.cut == ("" if not last else "certain" if last in sure else f"{keys[last]:x}")
    assert selected.reserve_cut == (f"{keys[selected.reserves[-1]]:x}" if selected.reserves else "")


@pytest.mark.parametrize(
    ("weights", "n", "units", "rest"),
    [
        ([1, 1, 1, 1], 2, 0, 4),
        ([10, 1, 1, 1], 2, 1, 3),
        ([10, 10, 1, 1], 2, 0, 22),
        ([10, 10, 1, 1], 3, 2, 2),
        ([5, 5, 5], 3, 3, 0),
        ([9, 3, 2, 1], 3, 2, 3),
        ([7], 0, 0, 7),
        ([], 0, 0, 0),
    ],
)
def test_certain_by_hand(weights: list[int], n: int, units: int, rest: int) -> None:
    found = certain(weights, n)
    assert (found.units, found.rest) == (units, rest)


def test_weights_mean_nothing_where_the_order_is_equal() -> None:
    frame = {f"E{number}": 1 + number**2 for number in range(30)}
    alike = dict.fromkeys(frame, 1)
    stratum = Stratum("equal", 9, 3)
    assert select(stratum, rows_of(frame), KEY) == select(stratum, rows_of(alike), KEY)
    assert probability(stratum, list(frame.values()), 401) == (9, 30)


def test_another_frame_moves_nobody_where_the_order_is_equal() -> None:
    frame = {f"E{number:03}": 1 for number in range(200)}
    before = select(Stratum("equal", 60), rows_of(frame), KEY).drawn
    left_out = before[10]
    after = select(Stratum("equal", 60), rows_of({code: 1 for code in frame if code != left_out}), KEY).drawn
    assert after[:-1] == (*before[:10], *before[11:])


def test_a_larger_draw_keeps_the_smaller_one() -> None:
    rows = rows_of({f"E{number:03}": 1 for number in range(200)})
    small, large = (select(Stratum("equal", n, 40), rows, KEY) for n in (20, 40))
    assert small.drawn + small.reserves[:20] == large.drawn


@pytest.mark.parametrize(
    ("weights", "n", "precise"), [([1] * 4, 1, False), ([1] * 4, 2, False), ([1] * 20, 6, True), ([3, 1, 1], 1, False)]
)
def test_small_weighted_strata_are_called_imprecise(weights: list[int], n: int, precise: bool) -> None:  # noqa: FBT001 -- a column of the table
    assert is_precise(weights, n) is precise


def test_precision_is_counted_without_the_certain() -> None:
    assert is_precise([10**6] * 5 + [1] * 20, 11)
    assert not is_precise([10**6] * 5 + [1] * 20, 7)


@pytest.mark.parametrize("draw", [1, 60, 2_000, 11_000])
@pytest.mark.parametrize("shape", ["a few weights", "every weight its own", "a few certain", "the probed ones heavy"])
def test_the_sample_of_a_large_weighted_frame(shape: str, draw: int) -> None:
    size, step = 12_000, 3
    weights = {
        "a few weights": [1 + place % 7 for place in range(size)],
        "every weight its own": [size + place for place in range(size)],
        "a few certain": [10**9 if place % 4_000 == 7 else 1 + place % 5 for place in range(size)],
        "the probed ones heavy": [50 if place % step == 0 else 1 for place in range(size)],
    }[shape]
    codes = [f"E{place:05}" for place in range(size)]
    stratum = Stratum("pareto", draw, 500)
    keys = keys_of(stratum, codes, weights, KEY)
    least = certain(weights, draw).from_weight
    order = sorted(zip([weight < least for weight in weights], keys, codes, strict=True))
    selected = select(stratum, rows_of(dict(zip(codes, weights, strict=True))), KEY)
    assert [*selected.drawn, *selected.reserves] == [code for _, _, code in order[: draw + 500]]


@given(FRAMES, st.sampled_from(["equal", "pareto"]), st.data())
def test_all_probabilities_are_each_the_single_one(frame: dict[str, int], order: str, data: st.DataObject) -> None:
    stratum = Stratum("equal" if order == "equal" else "pareto", data.draw(st.integers(0, len(frame))))
    weights = list(frame.values())
    assert probabilities(stratum, weights) == [probability(stratum, weights, weight) for weight in weights]


@pytest.mark.parametrize("count", [0, 1, 40, 3_000, 9_000, 20_000])
@pytest.mark.parametrize(
    "shape", ["scattered", "rising", "falling", "all the same", "the probed ones small", "the probed ones large"]
)
def test_the_smallest_of_many_are_found_whatever_the_keys(shape: str, count: int) -> None:
    size, step = 20_000, 5
    keys = {
        "scattered": [place * 7_919 % size for place in range(size)],
        "rising": list(range(size)),
        "falling": list(range(size, 0, -1)),
        "all the same": [7] * size,
        "the probed ones small": [0 if place % step == 0 else size - place for place in range(size)],
        "the probed ones large": [size if place % step == 0 else place for place in range(size)],
    }[shape]
    codes = [f"E{comb(place, 2) % size:05}-{place}" for place in range(size)]
    assert smallest(count, keys, codes) == sorted(zip(keys, codes, strict=True))[:count]


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(0, 12))
def test_the_smallest_of_few_with_ties_by_code(keys: list[int], count: int) -> None:
    codes = [f"E{len(keys) - place:02}" for place in range(len(keys))]
    assert smallest(count, keys, codes) == sorted(zip(keys, codes, strict=True))[:count]
