"""The tier of everybody whom an edition rates, the worst of their kinds: today, and before each random visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from scoring.rating.columnar import ABSENT, rate_all
from scoring.rating.history import EditionChain
from service.studio.sensitivity.chosen import chosen
from service.studio.sensitivity.together import together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.edition.model import Edition
    from scoring.rating.columnar.arrays import Days, Rows
    from service.studio.sensitivity.under import Under

ELSEWHERE: Final = ABSENT - 1
"""Of a visit whose entity the edition does not rate."""
_LONG_AGO: Final = date(1900, 1, 1)


class Whose(NamedTuple):
    """Some entities under one chain, with their numbers."""

    part: Under
    ids: Rows


def whose(parts: Sequence[Under]) -> list[Whose]:
    """The parts of a stock with the numbers of their entities; kinds that a chain rates alike are put together."""
    return [Whose(one.whole, one.ids) for one in together([(part, part.ids) for part in parts])]


def standing_on(stock: Sequence[Whose], tiers: Sequence[str], day: date) -> Rows:
    """Of each entity, whatever kinds it has, the place of its worst tier; ``ABSENT`` where it has none."""
    ids = [each.ids for each in stock]
    ranks = [_ranks(each, each.part.chain, tiers, day, None) for each in stock]
    whole = np.concatenate([np.zeros(0, np.int64), *ids])
    order = np.argsort(whole, kind="stable")
    starts = np.flatnonzero(np.diff(whole[order], prepend=-1))
    found: Rows = np.maximum.reduceat(np.concatenate(ranks)[order], starts) if len(starts) else whole
    return found


def standing_before(stock: Sequence[Whose], edition: Edition, tiers: Sequence[str], entity: Rows, day: Days) -> Rows:
    """Of each visit the tier in which its entity stood at the end of the month before, else ``ELSEWHERE``.

    Rated is by the edition alone, as if it had been in force, on what is known now of that day.
    """
    chain = EditionChain((replace(edition, force_from=_LONG_AGO, force_to=None),))
    month = np.array([(each.year, each.month) for each in map(date.fromordinal, day.tolist())], np.int64).reshape(-1, 2)
    found = np.full(len(entity), ELSEWHERE, np.int64)
    for year, number in np.unique(month, axis=0).tolist():
        visits = np.flatnonzero((month[:, 0] == year) & (month[:, 1] == number))
        on = date(year, number, 1) - timedelta(days=1)
        for each in stock:
            order = np.argsort(each.ids, kind="stable")
            place = np.minimum(np.searchsorted(each.ids, entity[visits], sorter=order), max(len(order) - 1, 0))
            mine = each.ids[order[place]] == entity[visits] if len(order) else np.zeros(len(visits), np.bool_)
            places, back = np.unique(order[place[mine]], return_inverse=True)
            if len(places):
                ranks = _ranks(each, chain, tiers, on, places)
                found[visits[mine]] = np.maximum(found[visits[mine]], ranks[back])
    return found


def _ranks(who: Whose, chain: EditionChain, tiers: Sequence[str], day: date, places: Rows | None) -> Rows:
    columns = who.part.columns if places is None else chosen(who.part.columns, places)
    rated = rate_all(columns, chain, day, lines=False)
    table = [tiers.index(each) if each in tiers else ABSENT for each in rated.tiers]
    ranks: Rows = np.array([*table, ABSENT], np.int64)[rated.tier]
    return ranks
