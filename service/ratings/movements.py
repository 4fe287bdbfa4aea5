"""How many tiers moved lately, from which to which, and what every tier gained or lost by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import insert, text

from service.platform import region_prefix
from service.ratings.tables import TierMove

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from service.platform import Actor

MOST_DAYS: Final = 366
"""The longest time over which moves are counted."""
# Answered from the index alone.
_MOVED = text("""
SELECT was, now, fell, count(*) AS moves FROM tier_move
 WHERE moved_on > :after AND (CAST(:authorities AS text[]) IS NULL OR authority = ANY(:authorities))
   AND (CAST(:inside AS text[]) IS NULL OR region LIKE ANY(:inside))
 GROUP BY was, now, fell ORDER BY was, now NULLS LAST, fell
""")


class Move(NamedTuple):
    """Ratings of one kind that moved alike. ``now`` is null where no tier is in force any more."""

    was: str
    now: str | None
    fell: bool
    moves: int


class Moved(NamedTuple):
    """A rating whose tier moved, to be kept; ``fell``: to a worse one, in the order of its edition."""

    entity_id: int
    kind: str
    moved_on: date
    authority: str
    region: str
    was: str
    now: str | None
    fell: bool


def keep_moves(session: Session, moved: Iterable[Moved]) -> None:
    """Keep moves, in the transaction that makes them."""
    rows = [one._asdict() for one in moved]
    if rows:
        session.execute(insert(TierMove), rows)


def movements(session: Session, actor: Actor, *, after: date) -> Sequence[Move]:
    """The moves after a day within the caller's scope; a rating that moved twice counts twice."""
    inside = [f"{region_prefix(one)}%" for one in actor.regions] or None
    asked = {"after": after, "authorities": actor.authorities, "inside": inside}
    return [Move(*row) for row in session.execute(_MOVED, asked)]


def net(moves: Iterable[Move]) -> dict[str, int]:
    """By how many ratings each tier grew, less those that left it."""
    found: dict[str, int] = {}
    for one in moves:
        found[one.was] = found.get(one.was, 0) - one.moves
        if one.now is not None:
            found[one.now] = found.get(one.now, 0) + one.moves
    return dict(sorted(found.items()))
