"""What makes ratings be made again: a new edition, the passing of a day, a wish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from service import editions
from service.platform import local_day

if TYPE_CHECKING:
    from scoring.edition.model import Edition
    from service.platform import UnitOfWork

EVERYONE = "INSERT INTO rerate_mark (subject, reason) SELECT entity_id, :reason FROM rating_head"
"""A head is opened for every entity by its first mark, which its registration leaves."""

HEADS_DUE = """
    INSERT INTO rerate_mark (subject, reason)
    SELECT entity_id, 'due' FROM rating_head
     WHERE next_change_on <= :day AND time_zone = :zone AND as_of < :day
       AND NOT EXISTS (SELECT FROM rerate_mark WHERE subject = entity_id)
    RETURNING 1
"""
ZONES = "SELECT DISTINCT time_zone FROM rating_head WHERE time_zone IS NOT NULL"


def put_edition_in_force(*, uow: UnitOfWork, words: str, reason: str) -> Edition:
    """Put an edition in force and if it rates, mark every entity that may be rated by it, in one transaction.

    Raises:
        Problem: as `service.editions.put_in_force`.
    """
    known = {one.edition_id for one in editions.summaries(uow.session)}
    edition = editions.put_in_force(uow=uow, text=words, reason=reason)
    if edition.id not in known and edition.ratings:
        mark_everyone(uow=uow, reason="edition")
    return edition


def mark_everyone(*, uow: UnitOfWork, reason: str) -> None:
    """Ask that every entity of the register be rated again."""
    uow.session.execute(text(EVERYONE), {"reason": reason})
    uow.wake("drain")


def sweep_due(*, uow: UnitOfWork) -> int:
    """Mark the entities whose rating changes by itself today or has changed: time moves tiers too.

    Each time zone has its own today. Returns how many were marked.
    """
    marked = 0
    for (zone,) in uow.session.execute(text(ZONES)).all():
        day = local_day(uow.now, zone)
        marked += len(uow.session.execute(text(HEADS_DUE), {"day": day, "zone": zone}).all())
    uow.audit("ratings.swept", f"{marked} entities", {"count": marked})
    uow.wake("drain")
    return marked
