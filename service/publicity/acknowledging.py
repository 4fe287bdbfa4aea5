"""Confirming by who held a record that it was taken down: what a partner does by itself, for its own places."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from service.platform import Problem
from service.publicity.queries import one_record
from service.publicity.recipients import GIVING, TAKING, refuse_foreign
from service.publicity.usecases import hold, write_act

if TYPE_CHECKING:
    from datetime import date, datetime

    from service.platform import UnitOfWork
    from service.publicity.reading import ActRow, Published

_KNOWN = GIVING | TAKING
_RECORDED = text("SELECT a.recorded_at FROM publication_act p JOIN audit a ON a.id = p.audit_id WHERE p.id = :id")


class Acknowledged(NamedTuple):
    """The confirmation, with the instant at which it was recorded. ``held``: the same was said before."""

    id: int
    recorded_at: datetime
    held: bool


def acknowledge_takedown(*, uow: UnitOfWork, event: int, place: str, done_on: date, reference: str) -> Acknowledged:
    """Record that a place took a record down, said by who speaks for the place; said again, it is answered as before.

    Where our books still have the record there, it is entered as taken down by the same word.

    Args:
        uow: of a partner whose token names the place.
        event: number of the decision, one that was shown at or handed on to the place.
        place: as acts name it.
        done_on: the day on which it was taken down.
        reference: the evidence, such as an address or the number of the recipient's own entry.

    Raises:
        Problem: ``publication_place_foreign``; ``publication_record_unknown``: none that was ever given to this place,
            in the caller's scope; ``publication_day_impossible``, ``publication_still_shown``,
            ``publication_acknowledged_otherwise``.
    """
    refuse_foreign(uow.session, uow.actor, place)
    hold(uow, event)
    found = one_record(uow.session, event, now=uow.now)
    own = [] if found is None else [one for one in found.acts if one.place == place and one.act in _KNOWN]
    if found is None or not own or not uow.actor.may_see(found.entity.authority, found.entity.region):
        raise Problem("publication_record_unknown", event=event)
    last = own[-1]
    if last.act == "acknowledge":
        return _again(uow, last, done_on, reference)
    since = max(one.done_on for one in own if one.act in GIVING)
    if not since <= done_on <= found.as_of:
        raise Problem("publication_day_impossible", pointer="/done_on", decided=since, today=found.as_of)
    if last.act in GIVING:
        _refuse_early(found)
    shown = [one.act for one in own if one.act in {"publish", "withdraw"}]
    if shown and shown[-1] == "publish":
        write_act(uow, found, "withdraw", place=place, done_on=done_on, reference=reference, reason=None)
    row = write_act(uow, found, "acknowledge", place=place, done_on=done_on, reference=reference, reason=None)
    return Acknowledged(row.id, uow.now, held=False)


def _refuse_early(found: Published) -> None:
    if found.standing.state in {"due", "public"}:
        raise Problem("publication_still_shown", state=found.standing.state, until=found.standing.ends_on or "–")


def _again(uow: UnitOfWork, last: ActRow, done_on: date, reference: str) -> Acknowledged:
    if (last.done_on, last.reference) != (done_on, reference):
        raise Problem("publication_acknowledged_otherwise", place=last.place, on=last.done_on, act=last.id)
    return Acknowledged(last.id, uow.session.execute(_RECORDED, {"id": last.id}).scalar_one(), held=True)
