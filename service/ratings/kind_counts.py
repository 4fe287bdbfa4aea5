"""How many ratings stand in each tier, by region and kind, for those who supervise them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from service.platform import contains
from service.ratings.rerates.speaking import BY_POINTER, said

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.platform import Actor

_BY_KIND = text(f"""
    SELECT told.region, its.kind, its.said ->> 'tier' AS tier, count(*) AS ratings
      FROM (SELECT head.region, head.authority, {said("summary")} FROM {BY_POINTER}) AS told,
           jsonb_each(told.summary) AS its (kind, said)
     WHERE (CAST(:authorities AS text[]) IS NULL OR told.authority = ANY(:authorities))
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 NULLS LAST
""")  # noqa: S608 - text of this room


class KindCount(NamedTuple):
    """Ratings of one kind in one region that stand alike; ``tier`` is null where none is in force."""

    region: str
    kind: str
    tier: str | None
    ratings: int


def by_kind(session: Session, actor: Actor) -> list[KindCount]:
    """The ratings within the caller's scope by region, kind and tier: an entity of two kinds counts in both."""
    rows = session.execute(_BY_KIND, {"authorities": actor.authorities}).all()
    found = [KindCount(*row) for row in rows]
    return [one for one in found if not actor.regions or any(contains(own, one.region) for own in actor.regions)]
