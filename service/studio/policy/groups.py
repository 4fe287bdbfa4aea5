"""Tiers as groups of a plan: how many entities each has, its bounds by the edition, and what random visits found."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from scoring.edition.tiering import UNRATED
from scoring.rating.columnar import ABSENT
from service.platform import Problem
from service.studio.measures.visited import rate_and_parts
from service.studio.policy.solving import Group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.edition.model import Edition
    from scoring.rating.columnar.arrays import Rows
    from service.studio.measures.visited import Flags, Visited


class Seen(NamedTuple):
    """What random visits found in a tier: which of them were in it, the rate; None where they are too few."""

    mine: Flags
    rate: float | None

    @property
    def visits(self) -> int:
        """How many there were."""
        return int(self.mine.sum())


def tiers_of(edition: Edition) -> tuple[str, ...]:
    """The tiers of an edition, best first: those of the section that has most."""
    return max((rating.tiers for rating in edition.ratings.values()), key=len, default=())


def seen_in(visits: Visited, rank: Rows, tiers: Sequence[str], least: int) -> list[Seen]:
    """What was found in each tier, and then among those without one."""
    found = []
    for place in (*range(len(tiers)), ABSENT):
        mine = rank == place
        known = rate_and_parts(visits, mine) if int(mine.sum()) >= least else None
        found.append(Seen(mine, None if known is None else known[0]))
    return found


def groups_of(
    edition: Edition, tiers: Sequence[str], standing: Rows, seen: Sequence[Seen], minimums: Mapping[str, Fraction]
) -> list[Group]:
    """The tiers that have entities, best first, and those without a tier where the edition says how they are visited.

    Raises:
        Problem: ``policy_tier_unknown``, a minimum is given for a tier that nobody is in.
    """
    sizes = Counter(standing.tolist())
    named = [*enumerate(tiers), *([(ABSENT, UNRATED)] if UNRATED in edition.frequency else [])]
    groups = [
        _group(edition, name, sizes[place], seen[place].rate, minimums.get(name))
        for place, name in named
        if sizes[place]
    ]
    for name in minimums.keys() - {group.name for group in groups}:
        raise Problem("policy_tier_unknown", pointer="/minimums", tier=name)
    return groups


def _group(edition: Edition, name: str, size: int, rate: float | None, minimum: Fraction | None) -> Group:
    """A tier with the bounds of its visits in a year.

    No tier is left out altogether, so one visit is the least. Nobody is visited again in the year but where the law
    asks for it: what a second visit finds is not what random first visits found.
    """
    said = edition.frequency.get(name)
    ratio = Fraction(*said.ratio) if said is not None and said.ratio is not None else Fraction(0)
    times = (said.min_per_year or 0) if said is not None else 0
    share = max(ratio, Fraction(times)) if minimum is None else minimum
    least = max(1, ceil(share * size))
    cap = said.max_per_year if said is not None else None
    once = max(size, least)
    capped = cap is not None and size * cap <= once
    return Group(name, size, least, size * cap if cap is not None and capped else once, rate, capped=capped)
