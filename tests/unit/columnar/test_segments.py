"""Sums and runs over buckets, against the plainest loop that says the same."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scoring.rating.columnar import segments

LENGTHS = st.lists(st.integers(0, 4), min_size=1, max_size=8)
KEYED = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), min_size=1, max_size=30)


def offsets_of(lengths: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([0, *accumulate(lengths)], np.int64)


@given(LENGTHS, st.randoms(use_true_random=False))
def test_every_segment_is_summed_counted_and_searched_by_itself(lengths: list[int], pick: object) -> None:
    parts = [[pick.randint(-9, 9) for _ in range(length)] for length in lengths]  # type: ignore[attr-defined]
    values, offsets = np.array([each for part in parts for each in part], np.int64), offsets_of(lengths)
    assert segments.sums(values, offsets).tolist() == [sum(part) for part in parts]
    assert segments.greatest(values, offsets, -10).tolist() == [max(part, default=-10) for part in parts]
    assert segments.counts(values > 0, offsets).tolist() == [sum(each > 0 for each in part) for part in parts]
    assert segments.any_of(values > 0, offsets).tolist() == [any(each > 0 for each in part) for part in parts]
    kept = offsets_of([sum(each > 0 for each in part) for part in parts])
    assert segments.offsets_of(values > 0, offsets).tolist() == kept.tolist()


@given(KEYED)
def test_buckets_keep_the_order_within_each(rows: list[tuple[int, int]]) -> None:
    keys, values = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    buckets = segments.buckets_of(keys)
    expected = [[value for key, value in rows if key == one] for one in sorted(set(keys.tolist()))]
    assert buckets.ordered(values).tolist() == [value for bucket in expected for value in bucket]
    assert buckets.sizes.tolist() == [len(bucket) for bucket in expected]
    before = [total for bucket in expected for total in [0, *accumulate(bucket)][:-1]]
    assert segments.running_before(buckets.ordered(values), buckets).tolist() == before


@given(KEYED)
def test_of_each_key_the_first_of_the_greatest_is_chosen(rows: list[tuple[int, int]]) -> None:
    keys, effects = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    chosen = set(np.flatnonzero(segments.firsts_of_greatest(keys, effects)).tolist())
    best = {one: max(value for key, value in rows if key == one) for one in set(keys.tolist())}
    assert chosen == {rows.index((one, value)) for one, value in best.items()}


@given(KEYED)
def test_keys_that_ascend_are_taken_as_they_stand(rows: list[tuple[int, int]]) -> None:
    keys = np.array(sorted(key for key, _ in rows), np.int64)
    assert segments.buckets_of(keys).order is None
