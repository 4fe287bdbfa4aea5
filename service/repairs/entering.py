"""By which codes those entered who acted in a case for the entity: whoever issued one takes no decision in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from service.accounts import entries_of
from service.repairs.tables import RepairMaterial

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from scoring.repair import Row
    from service.accounts import Entry
    from service.platform import Actor
    from service.repairs.tables import RepairCase, RepairStep

FINDINGS: Final = "findings"
"""What guards the steps by which somebody says what he found of a record."""


def entries_in(session: Session, row: RepairCase, steps: Sequence[RepairStep]) -> dict[str, Entry]:
    """The codes with which somebody entered who took a step or sent a paper of a case, by hand (`kind:id`)."""
    sent = session.scalars(select(RepairMaterial.person).where(RepairMaterial.case_id == row.id))
    return entries_of(session, {*sent, *(step.person for step in steps)})


def is_barred(row: Row) -> bool:
    """Whether a step decides, or says what was found: whoever issued a code that was used here does not take it."""
    return bool(row.apart) or FINDINGS in row.guards


def issued_one(actor: Actor, entries: Mapping[str, Entry]) -> bool:
    """Whether the caller issued one of these codes."""
    return any(entry.is_of(actor) for entry in entries.values())
