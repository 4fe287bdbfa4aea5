"""Whose entities a dry run looks at, and who may read what it found."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from service.platform import contains

if TYPE_CHECKING:
    from collections.abc import Collection

    from service.platform import Actor


class Reach(NamedTuple):
    """Whose entities are looked at: those of some authorities (None: of all) and regions (none named: of all)."""

    authorities: tuple[str, ...] | None = None
    regions: tuple[str, ...] = ()

    def inside(self, region: str) -> bool:
        """Whether a region is within reach."""
        return not self.regions or any(contains(outer, region) for outer in self.regions)

    def holds(self, authorities: Collection[str] | None, regions: Collection[str]) -> bool:
        """Whether all entities of some authorities (None: of all) and regions (none named: of all) are within reach."""
        if self.authorities is not None and (authorities is None or not set(authorities) <= set(self.authorities)):
            return False
        return not self.regions or (bool(regions) and all(map(self.inside, regions)))


def reach_of(actor: Actor) -> Reach:
    """Those whom the scope of a caller reaches."""
    return Reach(None if actor.authorities is None else tuple(actor.authorities), actor.regions)
