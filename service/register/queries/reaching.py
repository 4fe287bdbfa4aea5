"""What a scope of regions reaches of things that name an authority or an entity, and no region of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from service.platform import region_prefix
from service.register.queries.catalogues import authorities
from service.register.tables import Entity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from service.platform import Actor


def authorities_reached(session: Session, actor: Actor) -> list[str] | None:
    """Codes of the authorities whose whole region a caller reaches, for what concerns all of it; None is every one."""
    if not actor.regions:
        return actor.authorities
    return [row.code for row in authorities(session) if actor.may_see(row.code, row.region)]


def reaches_authority(session: Session, actor: Actor, *codes: str) -> bool:
    """Whether a caller reaches one of these authorities with its whole region."""
    if not actor.regions:
        return any(actor.reaches(code) for code in codes)
    reached = authorities_reached(session, actor)
    return reached is not None and not set(codes).isdisjoint(reached)


def entities_within(regions: Iterable[str]) -> Select[int]:
    """The numbers of the entities in some regions, for a query."""
    inside = [Entity.region.startswith(region_prefix(one), autoescape=True) for one in regions]
    return select(Entity.id).where(or_(*inside))


def lies_within(session: Session, entity: int, regions: Iterable[str]) -> bool:
    """Whether an entity, by its number, is in one of some regions."""
    return session.scalar(entities_within(regions).where(Entity.id == entity)) is not None
