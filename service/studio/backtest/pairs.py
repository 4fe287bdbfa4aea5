"""Random visits set beside the ratings of the origins before them.

At each origin every visit of the following months is held against what its entity's rating was. A visit that counts at
n origins counts 1/n at each, so that it counts once in all; and since that is no n pieces of news, intervals add up
what is of one entity before they square it (`measures.visited`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.kernel.days import add_months
from service.studio.backtest.seen import joined
from service.studio.measures.visited import Visited

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from scoring.rating.columnar.arrays import Flags, Rows
    from service.studio.backtest.outcomes import Outcomes
    from service.studio.backtest.seen import Seen
    from service.studio.measures.visited import Numbers


class Beside(NamedTuple):
    """The visits after one origin, by their places, and the rating of each one's entity at it."""

    visit: Rows
    seen: Seen


class Pairs(NamedTuple):
    """One element for each visit at each origin. ``origin``, ``visit``: their places; ``seen``: the rating at it.

    ``visits``: with the weight that each visit has at one origin; ``share``: the part of it that counts over all.
    """

    visits: Visited
    share: Numbers
    origin: Rows
    visit: Rows
    seen: Seen

    def only(self, counts: Flags) -> Pairs:
        """Those that count."""
        return Pairs(
            self.visits.only(counts),
            self.share[counts],
            self.origin[counts],
            self.visit[counts],
            self.seen.only(counts),
        )

    @property
    def pooled(self) -> Visited:
        """Each visit once over all origins."""
        return self.visits._replace(weight=self.visits.weight * self.share)

    @property
    def rated(self) -> Flags:
        """Those with a tier and points."""
        rated: Flags = (self.seen.rank >= 0) & ~np.isnan(self.seen.risk)
        return rated


def window_of(outcomes: Outcomes, day: date, horizon: int) -> slice:
    """The visits after a day, up to so many months later."""
    ends = day.toordinal(), add_months(day, horizon).toordinal()
    first, last = np.searchsorted(outcomes.day, ends, side="right").tolist()
    return slice(first, last)


def beside(outcomes: Outcomes, day: date, seen: Seen, horizon: int) -> Beside:
    """The visits of the months after an origin; those of entities that were not there yet are left out."""
    window = window_of(outcomes, day, horizon)
    entity = outcomes.entity[window]
    if not len(seen.ids):
        return Beside(np.zeros(0, np.int64), seen)
    place = np.minimum(np.searchsorted(seen.ids, entity), len(seen.ids) - 1)
    there = seen.ids[place] == entity
    return Beside(np.arange(window.start, window.stop)[there], seen.only(place[there]))


def paired(outcomes: Outcomes, parts: Sequence[Beside]) -> Pairs:
    """The pairs of all origins."""
    origin = np.repeat(np.arange(len(parts)), [len(one.visit) for one in parts])
    visit = np.concatenate([np.zeros(0, np.int64), *(one.visit for one in parts)])
    taken = joined([one.seen for one in parts], parts[0].seen.clauses.shape[1])
    weighed = outcomes.visits
    visits = Visited(weighed.cell[visit], weighed.weight[visit], weighed.found[visit], outcomes.entity[visit])
    share = 1 / np.bincount(visit, minlength=len(outcomes.day))[visit]
    return Pairs(visits, share, origin, visit, taken)
