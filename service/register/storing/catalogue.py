"""The catalogues as a checker needs them: is this code known, is that region valid today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from service.register.intake import Flaw
from service.register.queries import authorities, kinds, regions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session


class Catalogue(NamedTuple):
    """Codes that an entry may name. ``today``: the day for every authority; ``ended``: regions no longer valid."""

    today: Mapping[str, str]
    regions: frozenset[str]
    ended: frozenset[str]
    kinds: frozenset[str]

    def flaws(self, entry: Mapping[str, Any]) -> list[Flaw]:
        """What an entry, right in itself, names that is not known."""
        flaws: list[Flaw] = []
        authority, region = entry.get("authority"), entry.get("region")
        if authority is not None and authority not in self.today:
            flaws.append(Flaw("/authority", "entity_authority_unknown", {"authority": authority}))
        if region is not None and region not in self.regions:
            code = "entity_region_ended" if region in self.ended else "entity_region_unknown"
            flaws.append(Flaw("/region", code, {"region": region}))
        for place, licence in enumerate(entry.get("kinds") or ()):
            if licence["kind"] not in self.kinds:
                flaws.append(Flaw(f"/kinds/{place}/kind", "entity_kind_unknown", {"kind": licence["kind"]}))
        return flaws


def load_catalogue(session: Session, now: datetime) -> Catalogue:
    """The catalogues as they are at an instant."""
    today = {a.code: now.astimezone(ZoneInfo(a.timezone)).date().isoformat() for a in authorities(session)}
    day = now.date()
    spans = regions(session)
    valid = frozenset(r.code for r in spans if r.valid_from <= day and (r.valid_to is None or day < r.valid_to))
    return Catalogue(today, valid, frozenset(r.code for r in spans) - valid, frozenset(k.code for k in kinds(session)))
