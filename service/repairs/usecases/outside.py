"""Repairs that another system decided: the measures that rest upon the record follow, as the law says of a repair."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from service import evidence
from service.platform import Database, Inbox, job_actor, note_done
from service.repairs.record import adverse, law_of
from service.repairs.usecases.effects import LIFTS

if TYPE_CHECKING:
    from service.platform import Outbox, UnitOfWork

log = structlog.get_logger(__name__)

CONSUMER: Final = "repairs.outside"
REPAIRED: Final = "record.repaired"
REVOKED: Final = "record.repair_revoked"

_inboxes: WeakKeyDictionary[Database, Inbox] = WeakKeyDictionary()


def follow_outside(database: Database) -> int:
    """Let the measures follow each repair, and each revocation, that came from outside; returns how many rows it saw.

    The act itself is evidence already: points, tier and publicity follow from it at once. Each is followed in a
    transaction of its own; one that fails is tried again and keeps no other waiting.
    """
    inbox = _inboxes.setdefault(database, Inbox(CONSUMER, (REPAIRED, REVOKED)))
    with database.reader() as session:
        rows = inbox.look(session, database.clock.now())
    for row in rows:
        try:
            with database.unit_of_work(job_actor("repairs")) as uow:
                _follow(uow, row)
                note_done(uow.session, CONSUMER, [row.id])
        except (OperationalError, InterfaceError):
            raise  # the database went away: the row is to blame for nothing
        except Exception:
            log.exception("outside_repair_not_followed", message=row.id)
    return len(rows)


def _follow(uow: UnitOfWork, row: Outbox) -> None:
    record, reference, reason = (row.payload[name] for name in ("record", "reference", "reason"))
    on = date.fromisoformat(row.payload["on"])
    moved: list[int] = []
    if row.topic == REVOKED:
        moved = evidence.restore_repaired(uow=uow, record=record, reference=reference, on=on, reason=reason)
    elif _lifts(uow, record, on):
        moved = evidence.lift_measures(uow=uow, record=record, case=reference, on=on, reason=reason)
    uow.audit("repairs.outside_followed", row.subject, {"record": record, "reference": reference, "measures": moved})


def _lifts(uow: UnitOfWork, record: int, on: date) -> bool:
    """Whether a repair lifts measures by the law in force on its day; not once the record is struck."""
    found = adverse(uow.session, record, as_of=on)
    if found is None or found.withdrawn or found.event.repaired_on is None:
        return False
    edition = law_of(uow.session, "repair", found, on)
    section = None if edition is None else edition.repair
    return section is not None and LIFTS in {one.effect for one in section.effects}
