"""How each entity is visited: off site first where its tier says so, but for the verification sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from service.inspections.visits.allowance import Supervised
    from service.register import ItemRow

OFF_SITE = "off_site"


def methods_of(method: str, items: Iterable[ItemRow], entities: Sequence[tuple[str, Supervised]]) -> dict[str, str]:
    """The method of each entity's visit, by key; the entities in the order in which they were drawn.

    Of the N entities of a tier that is looked at off site first, the first ⌈N · verification sample⌉ are visited on
    site anyway, so that what is seen from afar is verified (domain rule 6). Items that are only for on-site visits keep
    it on site.
    """
    chosen = {key: method for key, _ in entities}
    if method != "on_site" or not all(OFF_SITE in item.methods for item in items):
        return chosen
    by_tier: dict[tuple[str | None, str | None], list[tuple[str, Supervised]]] = {}
    for key, said in entities:
        if said.frequency is not None and said.frequency.off_site_first:
            by_tier.setdefault((said.edition, said.tier), []).append((key, said))
    for members in by_tier.values():
        share = members[0][1].frequency.verification_sample if members[0][1].frequency is not None else None
        numerator, denominator = share or (0, 1)
        verified = -(-len(members) * numerator // denominator)
        chosen.update((key, OFF_SITE) for key, _ in members[verified:])
    return chosen
