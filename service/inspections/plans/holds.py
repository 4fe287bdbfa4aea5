"""Tasks that a draw holds: what was committed over them is not edited any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from service.inspections.plans.tables import TaskHold
from service.platform import Problem, turn_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from service.platform import UnitOfWork

_STILL = turn_of("holds")
_NEWEST = text("""
SELECT DISTINCT ON (number) number, draw, held FROM inspection_task_hold
 WHERE number = ANY(:numbers) ORDER BY number, id DESC
""")
_OVER = text("SELECT draw FROM inspection_task_hold WHERE number = :number AND held ORDER BY id")


def keep_tasks_still(session: Session) -> None:
    """Let no amendment come into force, and no other draw begin, until the transaction ends.

    As the first statement of a transaction it comes before the snapshot is taken.
    """
    session.execute(_STILL)


def hold_task(uow: UnitOfWork, *, task: str, draw: str, held: bool, audit_id: int) -> None:
    """Note that a draw holds a task from now on, or no longer."""
    uow.session.add(TaskHold(number=task, draw=draw, held=held, audit_id=audit_id))
    uow.session.flush()


def draws_over(session: Session, task: str) -> list[str]:
    """The numbers of the draws that were frozen over a task, oldest first, void ones included."""
    return list(session.execute(_OVER, {"number": task}).scalars())


def refuse_held(session: Session, numbers: Iterable[str]) -> None:
    """Refuse to change, or to draw anew, tasks that a draw holds.

    Raises:
        Problem: ``task_frozen``.
    """
    for number, draw, held in session.execute(_NEWEST, {"numbers": sorted(numbers)}):
        if held:
            raise Problem("task_frozen", task=number, draw=draw)
