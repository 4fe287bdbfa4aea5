"""How many entities stand in each tier, region by region, and how long anything waits to be rated."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from service.platform import contains
from service.ratings.rerates.speaking import BY_POINTER, said

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Actor

_COUNTED = text(f"""
    SELECT told.region, told.tier, told.state, count(*) AS entities
      FROM (SELECT head.region, head.authority, {said("tier", "state")} FROM {BY_POINTER}) AS told
     WHERE (CAST(:authorities AS text[]) IS NULL OR told.authority = ANY(:authorities))
     GROUP BY 1, 2, 3 ORDER BY 1, 2 NULLS LAST, 3 NULLS LAST
""")  # noqa: S608 - text of this room
_PUBLISHED = text(f"""
    SELECT told.authority, told.region, its.key AS kind, its.value ->> 'tier' AS tier, count(*) AS entities
      FROM (SELECT head.region, head.authority, {said("summary")} FROM {BY_POINTER}) AS told
     CROSS JOIN LATERAL jsonb_each(told.summary) AS its
     WHERE its.value ->> 'edition' = ANY(:editions)
     GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4 NULLS LAST
""")  # noqa: S608 - text of this room
_WAITING = text(
    "SELECT count(DISTINCT subject) AS entities, extract(epoch FROM :now - min(marked_at)) AS seconds FROM rerate_mark"
)


class Count(NamedTuple):
    """Entities of one region that stand alike. ``state`` is null while nothing was computed for them yet."""

    region: str
    tier: str | None
    state: str | None
    entities: int


class PublishedCount(NamedTuple):
    """Entities of one authority, region and kind that stand in one tier; ``tier`` is null where they are not rated."""

    authority: str
    region: str
    kind: str
    tier: str | None
    entities: int


class Waiting(NamedTuple):
    """Entities that wait for the drain, in the whole register; ``seconds``: the longest, null where none waits."""

    entities: int
    seconds: int | None


def distribution(session: Session, actor: Actor) -> list[Count]:
    """The entities within the caller's scope, by region, tier (best first) and state."""
    rows = session.execute(_COUNTED, {"authorities": actor.authorities}).all()
    return [Count(*row) for row in rows if not actor.regions or any(contains(own, row.region) for own in actor.regions)]


def published_tiers(session: Session, editions: Collection[str]) -> list[PublishedCount]:
    """How many entities stand in each tier in force, by kind; of kinds that are rated by one of the editions alone."""
    return [PublishedCount(*row) for row in session.execute(_PUBLISHED, {"editions": list(editions)})]


def waiting(session: Session, now: datetime) -> Waiting:
    """How many entities wait to be rated, and how long the first of them."""
    row = session.execute(_WAITING, {"now": now}).one()
    return Waiting(row.entities, None if row.seconds is None else max(0, round(row.seconds)))
