"""How many are drawn and held in reserve (§4), in integers alone."""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from scoring.kernel.errors import LawError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Rounding: TypeAlias = Literal["up", "half_up"]

CARRIED = "carried"
"""The stratum of entities that an earlier draw owes a visit (§3, §6): drawn for certain."""


class Share(NamedTuple):
    """What a stratum weighs when a total is shared out: ``size`` entities at the ratio ``num``/``den``."""

    stratum: str
    size: int
    num: int
    den: int


def by_ratio(size: int, num: int, den: int, rounding: Rounding, at_least: int = 0) -> int:
    """The units drawn from ``size`` entities at num/den; ``at_least`` holds unless the ratio or the stratum is 0."""
    drawn = -(-size * num // den) if rounding == "up" else (2 * size * num + den) // (2 * den)
    if num and size:
        drawn = max(drawn, at_least)
    return min(drawn, size)


def reserves(size: int, drawn: int, num: int, den: int) -> int:
    """The reserves held for ``drawn`` units at the reserve ratio num/den, rounded up; never more than are left."""
    return min(size - drawn, -(-drawn * num // den))


def largest_remainder(total: int, strata: Iterable[Share]) -> Mapping[str, int]:
    """The units of each stratum when ``total`` is shared out by size and ratio; each non-empty stratum has at least 1.

    Whoever is carried is drawn beside the total, so that a redraw adds and never frees.

    Raises:
        LawError: ``total_below_strata``: fewer units than strata that must have one.
    """
    asked = list(strata)
    carried = {share.stratum: share.size for share in asked if share.stratum == CARRIED}
    shares = [share for share in asked if share.size and share.num and share.stratum != CARRIED]
    if total < len(shares):
        raise LawError(
            "total_below_strata",
            zh=f"总数 {total} 少于 {len(shares)} 个须抽取的层：请增加总数或合并层。",
            en=f"A total of {total} is less than the {len(shares)} strata to draw from: raise it, or join strata.",
        )
    common = lcm(*(share.den for share in shares))
    weights = {share.stratum: share.size * share.num * (common // share.den) for share in shares}
    rest = min(total, sum(share.size for share in shares))
    fixed, left, rest = _bounded(rest, shares, weights)
    return {share.stratum: 0 for share in asked} | carried | fixed | _rounded(rest, left, weights)


def _bounded(rest: int, left: list[Share], weights: Mapping[str, int]) -> tuple[dict[str, int], list[Share], int]:
    """The strata fixed at a bound, those whose quota lies within the bounds, and the units left for these."""
    fixed: dict[str, int] = {}
    while left:
        whole = sum(weights[share.stratum] for share in left)
        over = {s.stratum: e for s in left if (e := rest * weights[s.stratum] - s.size * whole) > 0}
        under = {s.stratum: e for s in left if (e := whole - rest * weights[s.stratum]) > 0}
        if not over and not under:
            break
        if sum(over.values()) >= sum(under.values()):
            now = {share.stratum: share.size for share in left if share.stratum in over}
        else:
            now = dict.fromkeys(under, 1)
        fixed |= now
        rest -= sum(now.values())
        left = [share for share in left if share.stratum not in now]
    return fixed, left, rest


def _rounded(rest: int, left: list[Share], weights: Mapping[str, int]) -> dict[str, int]:
    """The floors of the quotas, and a unit more for the largest remainders: ties to the larger, then by name."""
    if not left:
        return {}
    whole = sum(weights[share.stratum] for share in left)
    sizes = {share.stratum: rest * weights[share.stratum] // whole for share in left}
    by_remainder = sorted(left, key=lambda s: (-(rest * weights[s.stratum] % whole), -s.size, s.stratum))
    for share in by_remainder[: rest - sum(sizes.values())]:
        sizes[share.stratum] += 1
    return sizes
