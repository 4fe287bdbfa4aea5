"""Dry runs that were kept, as those see them whose scope holds all that was looked at."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from service.platform import Problem
from service.studio.dry_run.reach import reach_of
from service.studio.dry_run.tables import DryRun

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.platform import Actor

GREATEST = (1 << 63) - 1
"""The greatest number that a run can have."""
_HEAD = (
    DryRun.id,
    DryRun.person,
    DryRun.ran_at,
    DryRun.proposal_id,
    DryRun.edition_id,
    DryRun.edition_digest,
    DryRun.position,
    DryRun.stock_day,
    DryRun.stock_digest,
    DryRun.day,
    DryRun.authorities,
    DryRun.regions,
)


def runs(
    session: Session, actor: Actor, *, before: int = GREATEST, limit: int = 100, proposal: int | None = None
) -> list[dict[str, Any]]:
    """Up to so many runs that the caller may see, the latest first, without what they found."""
    asked = select(*_HEAD).where(DryRun.id < before).order_by(DryRun.id.desc())
    if proposal is not None:
        asked = asked.where(DryRun.proposal_id == proposal)
    own = reach_of(actor)
    with session.execute(asked.execution_options(yield_per=100)) as rows:
        return [head_of(row) for row in islice((row for row in rows if own.holds(row.authorities, row.regions)), limit)]


def run_of(session: Session, actor: Actor, number: int) -> DryRun:
    """One run.

    Raises:
        Problem: ``dry_run_not_found``, also where it looked at entities beyond the caller's scope.
    """
    row = session.get(DryRun, number) if number <= GREATEST else None
    if row is None or not reach_of(actor).holds(row.authorities, row.regions):
        raise Problem("dry_run_not_found", run=number)
    return row


def head_of(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a run, or the columns of its head
    """Who tried which edition on what, and when."""
    return {
        "run": row.id,
        "person": row.person,
        "ran_at": row.ran_at.isoformat(),
        "proposal": row.proposal_id,
        "edition": row.edition_id,
        "edition_digest": row.edition_digest,
        "position": row.position,
        "stock_day": row.stock_day.isoformat(),
        "stock_digest": row.stock_digest,
        "day": row.day.isoformat(),
        "authorities": None if row.authorities is None else list(row.authorities),
        "regions": list(row.regions),
    }


def whole_of(row: DryRun) -> dict[str, Any]:
    """A run with all that it found."""
    return {**head_of(row), **row.document}
