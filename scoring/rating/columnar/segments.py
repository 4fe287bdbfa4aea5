"""Sums, extremes and runs over the rows of each entity or bucket, on integers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

if TYPE_CHECKING:
    from scoring.rating.columnar.arrays import Days, Flags, Points, Rows

Values = TypeVar("Values", "Points", "Days")


class Buckets(NamedTuple):
    """Rows brought together by key, in their order within each.

    ``order``: the rows, bucket after bucket; None where they stand so already. ``starts``: where each bucket begins.
    """

    order: Rows | None
    starts: Rows
    size: int

    @property
    def sizes(self) -> Rows:
        """How many rows each bucket has."""
        return np.diff(self.starts, append=self.size)

    @property
    def number(self) -> Rows:
        """The bucket of each place in bucket order."""
        return np.repeat(np.arange(len(self.starts)), self.sizes)

    def ordered(self, values: Values) -> Values:
        """Values of rows, in bucket order."""
        return values if self.order is None else values.take(self.order)


def buckets_of(keys: Rows) -> Buckets:
    """Buckets of equal keys. Keys that already ascend are not sorted again."""
    order = None
    if not bool((keys[1:] >= keys[:-1]).all()):
        order = np.argsort(keys, kind="stable")
        keys = keys.take(order)
    fresh = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=fresh[1:])
    return Buckets(order, np.flatnonzero(fresh), len(keys))


def offsets_of(flags: Flags, offsets: Rows) -> Rows:
    """Where the rows whose flag is set begin and end in each segment, when they alone are kept."""
    upto = np.zeros(len(flags) + 1, np.int64)
    np.cumsum(flags, out=upto[1:])
    return upto.take(offsets)


def sums(values: Points, offsets: Rows) -> Points:
    """The sum of each segment; 0 where it is empty."""
    return _reduced(np.add, values, offsets, 0)


def counts(flags: Flags, offsets: Rows) -> Rows:
    """How many flags of each segment are set."""
    return np.diff(offsets_of(flags, offsets))


def any_of(flags: Flags, offsets: Rows) -> Flags:
    """Whether a flag of each segment is set."""
    return counts(flags, offsets) > 0


def greatest(values: Points, offsets: Rows, otherwise: int) -> Points:
    """The greatest value of each segment; ``otherwise`` where it is empty."""
    return _reduced(np.maximum, values, offsets, otherwise)


def _reduced(operation: np.ufunc, values: Points, offsets: Rows, otherwise: int) -> Points:
    filled = np.flatnonzero(offsets[1:] > offsets[:-1])
    if len(filled) == len(offsets) - 1 and len(filled):
        whole: Points = operation.reduceat(values, offsets[:-1])
        return whole
    result = np.full(len(offsets) - 1, otherwise, np.int64)
    if len(filled):
        result[filled] = operation.reduceat(values, offsets.take(filled))
    return result


def running_before(values: Points, buckets: Buckets) -> Points:
    """For values in bucket order: what the earlier ones of the same bucket sum to."""
    before = np.cumsum(values)
    before -= values
    before -= np.repeat(before.take(buckets.starts), buckets.sizes)
    return before


def greatest_at(entity: Rows, values: Points, size: int, otherwise: int) -> Points:
    """The greatest value of each of ``size`` entities over few rows in any order; ``otherwise`` where there is none."""
    result = np.full(size, otherwise, np.int64)
    np.maximum.at(result, entity, values)
    return result


def firsts_of_greatest(keys: Rows, effects: Points) -> Flags:
    """Per key, whether a row is the one of greatest effect, the first of equals."""
    chosen = np.zeros(len(keys), np.bool_)
    if not len(keys):
        return chosen
    buckets = buckets_of(keys)
    ordered = buckets.ordered(effects)
    best = np.maximum.reduceat(ordered, buckets.starts)
    hits = np.flatnonzero(ordered == np.repeat(best, buckets.sizes))
    owner = buckets.number.take(hits)
    first = np.ones(len(hits), np.bool_)
    np.not_equal(owner[1:], owner[:-1], out=first[1:])
    winners = hits.take(np.flatnonzero(first))
    chosen[winners if buckets.order is None else buckets.order.take(winners)] = True
    return chosen
