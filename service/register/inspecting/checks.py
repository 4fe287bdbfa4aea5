"""What a body, right in itself, may name: authorities, kinds; one item of a code on a day; the writer's scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from service.platform import Problem
from service.register.queries import authorities, kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

    from service.platform import Actor
    from service.register.inspecting.catalogues import Catalogue


class Known(NamedTuple):
    """Codes that exist. ``regions``: the region of every authority."""

    regions: Mapping[str, str]
    kinds: frozenset[str]

    def in_scope(self, actor: Actor, authority: str) -> bool:
        """Whether the caller's scope reaches an authority's records."""
        return actor.may_see(authority, self.regions.get(authority))

    def faults(
        self, catalogue: Catalogue, body: Mapping[str, Any], standing: Iterable[Mapping[str, Any]], actor: Actor
    ) -> list[Problem]:
        """Everything wrong with a body beside its shape."""
        found: list[Problem] = []
        authority = body["authority"]
        if authority not in self.regions:
            found.append(Problem("entity_authority_unknown", pointer="/authority", authority=authority))
        elif not self.in_scope(actor, authority):
            found.append(Problem("entity_out_of_scope", pointer="/authority"))
        found += [
            Problem("entity_kind_unknown", pointer=f"/kinds/{place}", kind=kind)
            for place, kind in enumerate(body.get("kinds", ()))
            if kind not in self.kinds
        ]
        if "valid_from" in catalogue.key and any(_overlap(body, other) for other in standing):
            found.append(Problem("inspection_item_overlaps", pointer="/valid_from", record=body["code"]))
        return found


def known_now(session: Session) -> Known:
    """The catalogues as they stand."""
    regions = {authority.code: authority.region for authority in authorities(session)}
    return Known(regions, frozenset(kind.code for kind in kinds(session)))


def _overlap(body: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two spans of one code, with different first days, share a day."""
    if body["code"] != other["code"] or body["valid_from"] == other["valid_from"]:
        return False
    first, second = sorted((body, other), key=lambda one: one["valid_from"])
    return first["valid_to"] is None or first["valid_to"] > second["valid_from"]
