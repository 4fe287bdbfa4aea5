"""The daily comparison with a recipient: what it says it shows, against what is shown there by our acts and by law."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from scoring.kernel.canonical import canonical
from service import evidence
from service.platform import Problem
from service.publicity.alike import Readings
from service.publicity.queries import AT_ONCE
from service.publicity.reading import covered_kinds, published
from service.publicity.recipients import GIVING, TAKING, latest_day, refuse_foreign
from service.publicity.tables import PublicationAct, PublicationComparison

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    from sqlalchemy.orm import Session

    from service.platform import UnitOfWork
    from service.publicity.reading import Published


class Compared(NamedTuple):
    """The differences. ``missing``: to be shown there and not held; ``surplus``: held and not to be shown, and why."""

    id: int
    held: int
    missing: tuple[int, ...]
    surplus: tuple[tuple[int, str], ...]


def compare_holdings(*, uow: UnitOfWork, place: str, compared_on: date, events: Collection[int]) -> Compared:
    """Hold what a recipient shows against what it should, in the caller's scope; keep the differences.

    Args:
        uow: of staff, or of the recipient.
        place: the recipient's, as acts name it.
        compared_on: the day for which the recipient speaks.
        events: numbers of the decisions that it shows.

    Raises:
        Problem: ``publication_place_foreign``, ``publication_compared_ahead``.
    """
    refuse_foreign(uow.session, uow.actor, place)
    today = latest_day(uow.session, uow.now)
    if compared_on > today:
        raise Problem("publication_compared_ahead", pointer="/compared_on", today=today)
    held = set(events)
    missing: list[int] = []
    seen: dict[int, str | None] = {}
    for one in _published_at(uow, place, held):
        number = one.decision.event
        seen[number] = _why_not(one, place)
        if number not in held and seen[number] is None:
            missing.append(number)
    surplus = tuple((number, seen.get(number, "unknown_in_scope")) for number in sorted(held))
    wrong = tuple((number, why) for number, why in surplus if why is not None)
    differences = {"missing": missing, "surplus": [{"event": number, "why": why} for number, why in wrong]}
    sorted_held = sorted(held)
    audit_id = uow.audit(
        "publicity.compared", place, {"held": len(held), "missing": len(missing), "surplus": len(wrong)}
    )
    row = PublicationComparison(
        place=place,
        compared_on=compared_on,
        held=len(held),
        sha256=sha256(canonical(sorted_held)).digest(),
        differences=differences,
        person=f"{uow.actor.kind}:{uow.actor.id}",
        audit_id=audit_id,
    )
    uow.session.add(row)
    uow.session.flush()
    return Compared(row.id, len(held), tuple(missing), wrong)


def comparisons(session: Session, *, place: str | None, after: int, limit: int) -> list[dict[str, Any]]:
    """Comparisons by number, those after ``after``."""
    wanted = select(PublicationComparison).where(PublicationComparison.id > after)
    if place is not None:
        wanted = wanted.where(PublicationComparison.place == place)
    rows = session.scalars(wanted.order_by(PublicationComparison.id).limit(limit))
    return [
        {
            "id": row.id,
            "place": row.place,
            "compared_on": row.compared_on.isoformat(),
            "held": row.held,
            "sha256": row.sha256.hex(),
            **row.differences,
        }
        for row in rows
    ]


def _published_at(uow: UnitOfWork, place: str, held: Collection[int]) -> Iterator[Published]:
    """Every record that was ever given there or is held, in scope, some at a time."""
    session, actor = uow.session, uow.actor
    given = PublicationAct.act.in_(GIVING)
    ever = select(PublicationAct.event_id).where(given, PublicationAct.place == place)
    numbers = sorted({*session.scalars(ever), *held})
    kinds, readings = covered_kinds(session), Readings()
    for first in range(0, len(numbers), AT_ONCE):
        wanted = evidence.Wanted(kinds, events=numbers[first : first + AT_ONCE], authorities=actor.authorities)
        for one in published(session, wanted, now=uow.now, readings=readings):
            if actor.may_see(one.entity.authority, one.entity.region):
                yield one


def _why_not(one: Published, place: str) -> str | None:
    """Why a record is not to be shown or held at a place; None where it is."""
    own = [act.act for act in one.acts if act.place == place and act.act in {*GIVING, *TAKING}]
    if not own:
        return "never_published_there"
    if own[-1] in TAKING:
        return "taken_down"
    return None if one.standing.state in {"due", "public"} else one.standing.reasons[0].code
