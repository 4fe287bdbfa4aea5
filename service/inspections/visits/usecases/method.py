"""How each entity is visited: off site first where its tier says so, but for the verification sample."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scoring.edition.model import Frequency
    from service.inspections.visits.allowance import Supervised
    from service.register import ItemRow

OFF_SITE, ON_SITE = "off_site", "on_site"


def methods_of(
    method: str, items: Iterable[ItemRow], entities: Sequence[tuple[str, Supervised, int]]
) -> dict[str, str]:
    """The method of each entity's visit, by key.

    Of the N entities of a tier that is looked at off site first, the first ⌈N · verification sample⌉ are visited on
    site anyway, so that what is seen from afar is verified (domain rule 6). Where some came later, with a committed
    step, as many of these are as the greater N asks for beyond those before them. Items that are only for on-site
    visits keep it on site.

    Args:
        method: what the task asks for.
        items: what is looked at.
        entities: key, tier and step (0: at first) of each, in the order in which they are taken.
    """
    chosen = {key: method for key, _, _ in entities}
    if method != ON_SITE or not all(OFF_SITE in item.methods for item in items):
        return chosen
    by_tier: dict[tuple[str | None, str | None], list[tuple[int, str, Frequency]]] = {}
    for key, said, step in entities:
        if said.frequency is not None and said.frequency.off_site_first:
            by_tier.setdefault((said.edition, said.tier), []).append((step, key, said.frequency))
    for members in by_tier.values():
        chosen.update(dict.fromkeys(_from_afar(members), OFF_SITE))
    return chosen


def _from_afar(members: Sequence[tuple[int, str, Frequency]]) -> Iterator[str]:
    """Who of one tier is not verified on site, step by step."""
    num, den = members[0][2].verification_sample or (0, 1)
    count = verified = 0
    for _, step in groupby(sorted(members, key=itemgetter(0)), key=itemgetter(0)):
        keys = [key for _, key, _ in step]
        count += len(keys)
        wanted = -(-count * num // den)
        yield from keys[wanted - verified :]
        verified = wanted
