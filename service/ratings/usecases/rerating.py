"""What makes ratings be made again: a new edition, the passing of a day, a wish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

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


def decide_edition(
    *, uow: UnitOfWork, proposal: int, outcome: Literal["approved", "refused"], reason: str
) -> editions.Adopted:
    """Approve or refuse a proposed edition; if it is adopted and rates, mark every entity in the same transaction.

    What was rated before knows nothing of the edition's first day: from its mark on each read explains anew, and the
    drain writes that day as the next change.

    Raises:
        Problem: as `service.editions.decide`.
    """
    return _marked(uow, editions.decide(uow=uow, proposal=proposal, outcome=outcome, reason=reason))


def withdraw_edition(*, uow: UnitOfWork, proposal: int, reason: str) -> editions.Adopted:
    """Withdraw a proposed edition before it is in force; if it was adopted and rates, mark every entity.

    Raises:
        Problem: as `service.editions.withdraw`.
    """
    return _marked(uow, editions.withdraw(uow=uow, proposal=proposal, reason=reason))


def _marked(uow: UnitOfWork, done: editions.Adopted) -> editions.Adopted:
    if done.changed is not None and done.changed.ratings:
        mark_everyone(uow=uow, reason="edition")
    return done


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
