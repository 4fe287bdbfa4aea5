"""The plan that finds most: so many visits in all, at least and at most so many in each group. Pure arithmetic.

With n_g visits in group g, of which each finds something with chance r_g,

    most Σ r_g·n_g   with   Σ n_g ≤ K   and   l_g ≤ n_g ≤ u_g.

The greedy plan (every group its least, then what is left to the group of the greatest chance up to its most, then to
the next) is exact. Take a plan that differs from it; then some group a has fewer visits than the greedy one gives it
and either visits are left or some b has more. b was not filled before a, so that r_b ≤ r_a, and b stands above its
least: one visit moved from b to a, or one of those left, keeps every bound and loses nothing. After finitely many such
moves it is the greedy plan. All numbers being whole, so is the plan: there is nothing to round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

Constraint: TypeAlias = Literal["inspector_days", "minimum", "cap", "size"]


class Group(NamedTuple):
    """A tier: its entities, the least and the most visits that it may get, and the chance that one finds something.

    ``rate`` None: unknown; such a group gets its least. ``capped``: ``most`` comes from a cap on visits of an entity,
    else from how many entities there are.
    """

    name: str
    entities: int
    least: int
    most: int
    rate: float | None
    capped: bool


class Binding(NamedTuple):
    """What stands in the way. ``group``: a place, None for inspector days. ``gain``: findings by a visit of leeway."""

    constraint: Constraint
    group: int | None
    gain: float


class Point(NamedTuple):
    """A plan on the curve: visits of each group, how many of them are in the chosen groups."""

    visits: tuple[int, ...]
    chosen: int


def unmet(groups: Sequence[Group], capacity: int) -> Binding | None:
    """Why no plan keeps every bound; None where one does. ``gain`` is how many visits are missing."""
    for place, group in enumerate(groups):
        if group.least > group.most:
            return Binding("cap" if group.capped else "size", place, group.least - group.most)
    needs = sum(group.least for group in groups)
    return Binding("inspector_days", None, needs - capacity) if needs > capacity else None


def best_plan(groups: Sequence[Group], capacity: int) -> tuple[int, ...]:
    """The visits of each group, in the plan that finds most; equal chances go to the later group.

    Raises:
        ValueError: no plan keeps every bound, as `unmet` tells.
    """
    if unmet(groups, capacity) is not None:
        raise ValueError(f"no plan of {capacity} visits keeps every bound: ask `unmet` first")
    visits = [group.least for group in groups]
    left = capacity - sum(visits)
    known = [(-group.rate, -place) for place, group in enumerate(groups) if group.rate is not None]
    for _, minus_place in sorted(known):
        more = min(left, groups[-minus_place].most - visits[-minus_place])
        visits[-minus_place] += more
        left -= more
    return tuple(visits)


def binding(groups: Sequence[Group], visits: Sequence[int], capacity: int) -> list[Binding]:
    """What one visit of leeway in each bound would find more, the greatest first; what would find nothing is left out.

    Inspector days: one visit more in all. Minimum: one less of it, for the best group with room. Cap or size: one more
    of it, from the visits left or from the worst group above its minimum.
    """
    known = [(group, place) for place, group in enumerate(groups) if group.rate is not None]
    left = capacity - sum(visits)
    room = {place: group.rate or 0.0 for group, place in known if visits[place] < group.most}
    spare = {place: group.rate or 0.0 for group, place in known if visits[place] > group.least}
    found = [Binding("inspector_days", None, max(room.values(), default=0.0) if not left else 0.0)]
    for group, place in known:
        rate = group.rate or 0.0
        if visits[place] == group.least and group.least:
            others = [each for other, each in room.items() if other != place]
            found.append(Binding("minimum", place, max(others, default=0.0) - rate if not left else -rate))
        if visits[place] == group.most:
            others = [each for other, each in spare.items() if other != place]
            price = 0.0 if left else min(others, default=rate)
            found.append(Binding("cap" if group.capped else "size", place, rate - price))
    return sorted((one for one in found if one.gain > 0), key=lambda one: -one.gain)


def curve(groups: Sequence[Group], capacity: int, chosen: Collection[int], steps: int) -> list[Point]:
    """The best plans as ever more of all visits go to the chosen groups, at most ``steps`` + 1 of them.

    Every plan has as many visits in all: those of the best.
    """
    whole = sum(best_plan(groups, capacity))
    ours, others = ([g for p, g in enumerate(groups) if (p in chosen) is side] for side in (True, False))
    low = max(_least(ours), whole - _most(others))
    high = min(_most(ours), whole - _least(others))
    shares = sorted({low + (high - low) * step // steps for step in range(steps + 1)})
    points = []
    for share in shares:
        mine, theirs = iter(best_plan(ours, share)), iter(best_plan(others, whole - share))
        visits = tuple(next(mine if place in chosen else theirs) for place in range(len(groups)))
        points.append(Point(visits, share))
    return points


def growth(groups: Sequence[Group], capacity: int) -> list[tuple[int, ...]]:
    """The best plans from every group's least to every group's most, where another group begins to be filled.

    Between two of them what is found grows evenly. That of the capacity is among them.

    Raises:
        ValueError: as `best_plan`.
    """
    low, high = _least(groups), _most(groups)
    kinks, total = {low, min(capacity, high)}, low
    for group in sorted((one for one in groups if one.rate is not None), key=lambda one: -(one.rate or 0.0)):
        total += group.most - group.least
        kinks.add(total)
    return [best_plan(groups, total) for total in sorted(kinks)]


def _least(groups: Sequence[Group]) -> int:
    return sum(group.least for group in groups)


def _most(groups: Sequence[Group]) -> int:
    return sum(group.least if group.rate is None else group.most for group in groups)
