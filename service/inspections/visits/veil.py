"""Visits to come whose names are not public yet: who is told of them, and at which of them each look is noted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import false, or_

from service.inspections.draws import DRAWING, veiled
from service.inspections.visits.tables import VisitRow
from service.platform import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from service.platform import Actor


class Veil(NamedTuple):
    """Sources of visits whose draw has not made names public: not told to a caller, or told; each look is noted.

    ``own``: the authority for which the caller has the drawing role; a visit that it makes with others is told as well.
    """

    hidden: frozenset[str]
    told: frozenset[str]
    own: str | None

    def hides(self, visit: VisitRow) -> bool:
        """Whether the caller is not told of a visit; one that has begun is no secret any more."""
        return visit.held_on is None and visit.source in self.hidden and self.own not in visit.authorities

    def lets(self, visit: Any = VisitRow) -> ColumnElement[bool]:  # noqa: ANN401 the table, or an alias of it
        """The same of rows that a query selects: those that the caller is told of."""
        ours = false() if self.own is None else visit.authorities.overlap([self.own])
        return or_(visit.held_on.is_not(None), visit.source.not_in(self.hidden), ours)

    def looked_at(self, visits: Iterable[VisitRow]) -> dict[str, int]:
        """At how many visits of each source a caller looks, of those whose names are not public."""
        found: dict[str, int] = {}
        for visit in visits:
            if visit.held_on is None and visit.source in self.hidden | self.told:
                found[visit.source] = found.get(visit.source, 0) + 1
        return found


def veil_of(session: Session, actor: Actor) -> Veil:
    """What a caller is told of visits to come whose names are not public.

    They are told to the drawing role of the draw's authorities and of those that make the visit, and to whoever may
    have the full file (docs/draw-protocol.md §8); an inspector sees his own, to which every list confines him.
    """
    sources = veiled(session)
    told = {source for source, authorities in sources.items() if _told(actor, authorities)}
    own = actor.authority if actor.role in DRAWING else None
    return Veil(frozenset(sources.keys() - told), frozenset(told), own)


def _told(actor: Actor, authorities: frozenset[str]) -> bool:
    if actor.role == Role.INSPECTOR:
        return True
    if actor.role in DRAWING and actor.authority in authorities:
        return True
    return actor.role in {Role.AUDITOR, Role.APPROVER} and any(actor.reaches(one) for one in authorities)
