"""Recipients: who shows records or holds them, speaks for that place, and says itself what it took down."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from service import accounts, evidence, register
from service.platform import Problem, Role, local_day
from service.platform.metrics import ALARMS
from service.publicity.alike import Readings
from service.publicity.queries import open_duties
from service.publicity.reading import confirming_places, covered_kinds, published
from service.publicity.vocabulary import comparison_terms

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Actor, UnitOfWork
    from service.publicity.queries import Owed

_LAST = text("""
SELECT DISTINCT ON (place) place, compared_on, held, differences
  FROM publication_comparison WHERE place = ANY(CAST(:places AS text[]))
 ORDER BY place, compared_on DESC, id DESC
""")


_OWED = text("""
SELECT w.event_id FROM publication_watch w
 WHERE w.owed_on IS NOT NULL AND EXISTS (
   SELECT FROM publication_act p WHERE p.event_id = w.event_id AND p.place = ANY(CAST(:places AS text[])))
 ORDER BY w.owed_on, w.event_id LIMIT :limit
""")
_LOOKED_AT = 1_000
_ONCE = text("SELECT pg_advisory_xact_lock(hashtextextended('publication_comparison alarms', 0))")
_TOLD = text("""
SELECT subject, payload ->> 'compared_on' FROM outbox
 WHERE topic = 'alarm.comparison' AND subject = ANY(CAST(:places AS text[]))
""")
_AWAITED = text("""
SELECT event_id, place, shown, shared, last, last_on FROM (
  SELECT event_id, place,
         (array_agg(act ORDER BY id DESC) FILTER (WHERE act IN ('publish', 'withdraw')))[1] = 'publish' AS shown,
         (array_agg(act ORDER BY id DESC) FILTER (WHERE act <> 'publish'))[1] = 'forward' AS shared,
         (array_agg(act ORDER BY id DESC))[1] AS last, (array_agg(done_on ORDER BY id DESC))[1] AS last_on
    FROM publication_act
   WHERE event_id = ANY(CAST(:events AS bigint[])) AND act IN ('publish', 'forward', 'withdraw', 'acknowledge')
   GROUP BY event_id, place) p
 WHERE shown OR shared OR last = 'withdraw'
 ORDER BY event_id, place
""")
GIVING = frozenset({"publish", "forward"})
TAKING = frozenset({"withdraw", "acknowledge"})
"""Acts by which a place has a record, and those by which it has it no more."""


class Awaited(NamedTuple):
    """A place that still has a record or has not said that it took it down.

    ``shared``: it was handed on to the place and is not shown there by our books.
    """

    event: int
    place: str
    shared: bool


def awaited(session: Session, events: Collection[int]) -> list[Awaited]:
    """Where these records still are: shown, handed on, or taken down and not yet confirmed by a place that confirms."""
    confirming = dict(confirming_places(session))
    return [
        Awaited(row.event_id, row.place, shared=bool(row.shared) and not row.shown)
        for row in session.execute(_AWAITED, {"events": list(events)})
        if row.shown or row.shared or confirming.get(row.place, date.max) <= row.last_on
    ]


def refuse_foreign(session: Session, actor: Actor, place: str) -> None:
    """Refuse whoever does not speak for a place: a partner whose token does not name it, staff where any token does.

    Raises:
        Problem: ``publication_place_foreign``.
    """
    own = place in actor.places if actor.role is Role.PARTNER else place not in accounts.named_places(session)
    if not own:
        raise Problem("publication_place_foreign", pointer="/place", place=place)


def owed_to_confirm(session: Session, actor: Actor, *, now: datetime, limit: int) -> list[Owed]:
    """What a partner is yet to take down or to confirm at its places, in its scope, what is due first first.

    It rests on the last look of the sweep that raises the alarms.
    """
    events = list(session.scalars(_OWED, {"places": list(actor.places), "limit": _LOOKED_AT}))
    found = published(session, evidence.Wanted(covered_kinds(session), events=events), now=now, readings=Readings())
    own = [
        owed
        for one in found
        if actor.may_see(one.entity.authority, one.entity.region)
        for owed in open_duties(one)
        if owed.due.place in actor.places and owed.due.act in TAKING
    ]
    return sorted(own, key=lambda owed: (owed.due.due_on, owed.of.decision.event, owed.due.duty))[:limit]


def latest_day(session: Session, now: datetime) -> date:
    """Today where it is latest among the authorities."""
    return max((local_day(now, one.timezone) for one in register.authorities(session)), default=now.date())


def known_recipients(session: Session, *, now: datetime) -> list[dict[str, Any]]:
    """The places that speak for themselves, each with its newest comparison; ``late``: one is owed by now."""
    today = latest_day(session, now)
    places = sorted(accounts.named_places(session))
    last = {row.place: row for row in session.execute(_LAST, {"places": places})}
    found = []
    for place in places:
        row = last.get(place)
        late = row is None or (today - row.compared_on).days > comparison_terms().every_days
        found.append({
            "place": place,
            "compared_on": None if row is None else row.compared_on.isoformat(),
            "held": None if row is None else row.held,
            "missing": None if row is None else len(row.differences["missing"]),
            "surplus": None if row is None else len(row.differences["surplus"]),
            "late": late,
        })  # fmt: skip
    return found


def raise_comparison_alarms(uow: UnitOfWork) -> int:
    """Tell of each place that is late with what it holds, once until it sends something; returns how many were told."""
    late = {one["place"]: one["compared_on"] for one in known_recipients(uow.session, now=uow.now) if one["late"]}
    if not late:
        uow.abandon()
        return 0
    uow.session.execute(_ONCE)
    told = {tuple(row) for row in uow.session.execute(_TOLD, {"places": list(late)})}
    new = {place: day for place, day in late.items() if (place, day) not in told}
    if not new:
        uow.abandon()
        return 0
    uow.audit("publicity.comparisons_late", "publications", {"places": sorted(new)})
    for place, day in sorted(new.items()):
        uow.publish("alarm.comparison", place, {"compared_on": day})
        uow.after_commit(ALARMS.labels("comparison", "overdue").inc)
    return len(new)
