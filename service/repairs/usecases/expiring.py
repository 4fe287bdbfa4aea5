"""Repair by expiry: a record whose longest publicity is over is repaired with nobody asking and nobody deciding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service import editions, evidence, publicity, register
from service.repairs.reading import cases_of
from service.repairs.record import adverse, kinds_concerned, law_of, shown_places
from service.repairs.usecases.effects import repair
from service.repairs.usecases.filing import open_case
from service.repairs.usecases.stepping import take

if TYPE_CHECKING:
    from datetime import date

    from scoring.edition.envelope import Edition
    from service.platform import UnitOfWork
    from service.publicity import Over
    from service.repairs.record import Adverse

AT_ONCE: Final = 1_000
"""Records sorted in one transaction."""
_STANDS: Final = frozenset({"granted", "closed"})
"""States of a case after which the record stays repaired; a revocation leads to another."""


def sort_over(uow: UnitOfWork, *, after: int) -> tuple[list[Over], int | None]:
    """Of the next records whose longest publicity is over, by number, those that the law repairs by itself.

    The others are settled. Returns these and the number to go on after; None at the end.
    """
    found = publicity.over_records(uow.session, after=after, limit=AT_ONCE)
    if not found:
        return [], None
    shelf = editions.shelf(uow.session)
    entities = register.facts(uow.session, {one.entity for one in found}, position=None)
    known = evidence.known_records(uow.session, [one.event for one in found])
    repaired: list[Over] = []
    kept: list[int] = []
    for one in found:
        entity = entities[one.entity]
        concerned = kinds_concerned(known[one.event], entity)
        law = shelf.law(matter="repair", kinds=concerned, region=entity.region)
        if _by_itself(law.on(one.since)):
            repaired.append(one)
        else:
            kept.append(one.event)
    if kept:
        publicity.settle(uow.session, kept)
        uow.audit("repairs.expiry_sorted", "repairs", {"kept": len(kept)})
    return repaired, found[-1].event


def repair_expired(uow: UnitOfWork, *, record: int, since: date) -> str | None:
    """Repair a record from the day on which its publicity was over, if the law of that day says so; or None.

    The step tells where the record is still shown: who must take it down now. Where that is nobody, the case ends.
    A record that waits for a decision is come back to; any other one is settled.
    """
    cases = cases_of(uow.session, record)
    if any((one.open and one.state not in _STANDS) or one.state == "revoked" for one in cases):
        return None  # who cheated waits for a decision; who applied has one coming
    publicity.settle(uow.session, [record])
    found = adverse(uow.session, record, as_of=since)
    edition = None if found is None else law_of(uow.session, "repair", found, since)
    law = None if edition is None or edition.repair is None else edition.repair.on_expiry
    if found is None or edition is None or law is None or any(one.state in _STANDS for one in cases) or _gone(found):
        uow.audit("repairs.expiry_sorted", "repairs", {"kept": 1})
        return None
    reason = law.text["zh"]
    case = open_case(uow, "repair", found, edition)
    told = list(shown_places(uow.session, record, now=uow.now))
    effects = repair(uow, case, reason, on=since)
    detail = {"since": since.isoformat(), "told": told, "effects": effects, "clause": law.clause}
    take(uow, case, "expire", "service", reason=reason, detail=detail)
    if not told:
        take(uow, case, "close", "service", reason=None)
    return case.row.number


def _gone(found: Adverse) -> bool:
    """Whether a record was struck or repaired."""
    return found.withdrawn or found.event.annulled_on is not None or found.event.repaired_on is not None


def _by_itself(edition: Edition | None) -> bool:
    """Whether an edition repairs at the end of the longest publicity."""
    return edition is not None and edition.repair is not None and edition.repair.on_expiry is not None
