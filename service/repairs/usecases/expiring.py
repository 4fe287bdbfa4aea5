"""Repair by expiry: a record whose longest publicity is over is repaired with nobody asking and nobody deciding."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from service.repairs.reading import cases_of
from service.repairs.record import adverse, law_of, shown_places
from service.repairs.usecases.effects import repair
from service.repairs.usecases.filing import open_case
from service.repairs.usecases.stepping import take

if TYPE_CHECKING:
    from datetime import date

    from service.platform import UnitOfWork
    from service.publicity import Published


class Over(NamedTuple):
    """A record whose longest publicity is over, and the first day on which it was."""

    event: int
    since: date


def over(found: Published) -> Over | None:
    """Whether the longest publicity of a record is over, and it is neither struck nor repaired."""
    standing, event = found.standing, found.record
    if standing.state != "ended" or standing.ends_on is None or standing.latest_end is None:
        return None
    if standing.ends_on < standing.latest_end or event.repaired_on is not None or not event.final:
        return None
    return Over(found.decision.event, standing.ends_on + timedelta(days=1))


def repair_expired(uow: UnitOfWork, *, record: int, since: date) -> str | None:
    """Repair a record from the day on which its publicity was over, if the law of that day says so; or None.

    The step tells where the record is still shown: who must take it down now. Where that is nobody, the case ends.
    """
    found = adverse(uow.session, record, as_of=since)
    if found is None or found.withdrawn or found.event.repaired_on is not None or found.event.annulled_on is not None:
        return None
    edition = law_of(uow.session, "repair", found.entity, since)
    if edition is None or edition.repair is None or edition.repair.on_expiry is None:
        return None
    if any(one.open or one.state == "revoked" for one in cases_of(uow.session, record)):
        return None  # who cheated waits for a decision; who applied has one coming
    reason = edition.repair.on_expiry.text["zh"]
    case = open_case(uow, "repair", found, edition)
    told = list(shown_places(uow.session, record, now=uow.now))
    effects = repair(uow, case, reason, on=since)
    detail = {"since": since.isoformat(), "told": told, "effects": effects, "clause": edition.repair.on_expiry.clause}
    take(uow, case, "expire", "service", reason=reason, detail=detail)
    if not told:
        take(uow, case, "close", "service", reason=None)
    return case.row.number
