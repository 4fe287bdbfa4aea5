"""The overall tier of an entity: the worst among its rated kinds of one supervision domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scoring.kernel.errors import LawError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class KindStanding(NamedTuple):
    """How an entity stands in one kind. ``tier`` is None where it is not rated or the edition gives none."""

    kind: str
    domain: str
    state: str
    reason: str | None
    tier: str | None


class DomainStanding(NamedTuple):
    """How an entity stands in one supervision domain.

    ``by``: the kinds that give the tier. ``without``: pairs (kind, why) of kinds that neither better nor worsen it.
    """

    state: str
    tier: str | None
    by: tuple[str, ...]
    without: tuple[tuple[str, str], ...]

    def as_dict(self) -> dict[str, object]:
        """Plain JSON values."""
        return {"state": self.state, "tier": self.tier, "by": list(self.by), "without": dict(self.without)}


def overall(standings: Iterable[KindStanding], tiers: Sequence[str]) -> Mapping[str, DomainStanding]:
    """The standing in each supervision domain, by domain in order of its code. ``tiers`` run from best to worst.

    Semantics §4: unrated kinds (new, exempt, awaiting, withheld) are listed with their reason; only if every kind is
    unrated is the entity unrated. A rated kind whose edition gives no tier is listed as ``no_tier``.

    Raises:
        LawError: ``tier_unknown``: a kind has a tier that is none of ``tiers``.
    """
    by_domain: dict[str, list[KindStanding]] = {}
    for one in standings:
        if one.tier is not None and one.tier not in tiers:
            raise LawError(
                "tier_unknown",
                zh=f"门类 {one.kind} 的等级 {one.tier} 不在 {list(tiers)} 之中，请核对等级次序",
                en=f"tier {one.tier} of kind {one.kind} is none of {list(tiers)}: check the order of tiers",
            )
        by_domain.setdefault(one.domain, []).append(one)
    return {domain: _domain(by_domain[domain], tiers) for domain in sorted(by_domain)}


def _domain(standings: Sequence[KindStanding], tiers: Sequence[str]) -> DomainStanding:
    rated = [one for one in standings if one.tier is not None]
    without = tuple((one.kind, one.reason or "no_tier") for one in standings if one.tier is None)
    if not rated:
        state = "rated" if any(one.state == "rated" for one in standings) else "unrated"
        return DomainStanding(state, None, (), without)
    worst = max((one.tier for one in rated if one.tier is not None), key=tiers.index)
    return DomainStanding("rated", worst, tuple(one.kind for one in rated if one.tier == worst), without)
