"""What makes ratings be made again: a new edition, the passing of a day, a wish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlalchemy import text

from service import editions
from service.platform import Problem, local_day
from service.ratings.rerates.figures import rerate
from service.ratings.rerates.runs import open_run, open_runs, restart_run, stop_run, withdraw_runs
from service.ratings.rerates.speaking import BY_DAY

if TYPE_CHECKING:
    from scoring.edition.model import Edition
    from service.platform import UnitOfWork
    from service.ratings.rerates.figures import RerateFigures

EVERYONE = "INSERT INTO rerate_mark (subject, reason) SELECT entity_id, :reason FROM rating_head"
"""A head is opened for every entity by its first mark, which its registration leaves."""

HEADS_DUE = f"""
    INSERT INTO rerate_mark (subject, reason)
    SELECT head.entity_id, 'due' FROM {BY_DAY}
     WHERE head.next_change_on <= :day AND head.time_zone = :zone AND head.as_of < :day
       AND (staged.as_of IS NULL OR staged.next_change_on <= :day)
       AND NOT EXISTS (SELECT FROM rerate_mark WHERE subject = head.entity_id)
    RETURNING 1
"""  # noqa: S608 - text of this room
"""But for those that what is staged speaks for: they are folded."""
ZONES = "SELECT DISTINCT time_zone FROM rating_head WHERE time_zone IS NOT NULL"
# Whoever rates locks heads before it reads the law. It is asked for first of all: who holds heads may wait for runs.
WHEN_NOBODY_RATES = text("LOCK TABLE rating_head IN EXCLUSIVE MODE")


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
    """Approve or refuse a proposed edition; if it is adopted and rates, open its re-rating in the same transaction.

    No entity is marked: from now on every read knows the edition's first day, and what is staged until then speaks
    from that day on.

    Raises:
        Problem: as `service.editions.decide`.
    """
    done = editions.decide(uow=uow, proposal=proposal, outcome=outcome, reason=reason)
    if done.changed is not None and done.changed.ratings:
        open_run(uow, proposal=proposal, edition=done.changed, reason=reason)
    return done


def withdraw_edition(*, uow: UnitOfWork, proposal: int, reason: str) -> editions.Adopted:
    """Withdraw a proposed edition before it is in force; if it was adopted and rates, end its re-rating with it.

    What was staged for it is not used. Entities whose ratings know its first day are marked; who rates at that moment
    is waited for, so that nobody rates by the law of before once they are marked.

    Raises:
        Problem: as `service.editions.withdraw`.
    """
    uow.session.execute(WHEN_NOBODY_RATES)
    done = editions.withdraw(uow=uow, proposal=proposal, reason=reason)
    if done.changed is not None and done.changed.ratings:
        # This step may have waited for another over midnight, and the pointer have moved meanwhile.
        if any(run.proposal == proposal and run.switched for run in open_runs(uow.session)):
            day = done.changed.force_from.isoformat()
            raise Problem("edition_in_force_already", edition=done.changed.id, day=day)
        withdraw_runs(uow, proposal=proposal, edition=done.changed)
    return done


def cancel_rerate(*, uow: UnitOfWork, run: int, reason: str) -> None:
    """Call off the staging of a run: what was staged is not used, and each entity explained when it is asked for.

    The edition takes force on its day all the same.

    Raises:
        Problem: ``rerate_not_found``, ``out_of_scope``, ``rerate_over``: it is cancelled or ended, or its day has come.
    """
    found = _own(uow, run)
    if found.state not in {"staging", "staged"} or not stop_run(uow, run, reason):
        raise Problem("rerate_over", run=run, edition=found.edition, state=found.state)
    uow.audit("ratings.rerate_cancelled", found.edition, {"run": run, "reason": reason})
    uow.wake("rerate")


def restart_rerate(*, uow: UnitOfWork, run: int, reason: str) -> int:
    """Begin the staging of a cancelled run again, in a run of its own; returns the number of that one.

    Raises:
        Problem: ``rerate_not_found``, ``out_of_scope``, ``rerate_not_cancelled``: it goes on or ended, or its day has
            come.
    """
    found = _own(uow, run)
    number = restart_run(uow, run, reason)
    if number is None:
        raise Problem("rerate_not_cancelled", run=run, edition=found.edition, state=found.state)
    return number


def _own(uow: UnitOfWork, run: int) -> RerateFigures:
    """A run for places that the actor answers for."""
    found = rerate(uow.session, run)
    if not all(uow.actor.may_see(found.authority, region) for region in found.regions or (None,)):
        raise Problem("out_of_scope")
    return found


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
