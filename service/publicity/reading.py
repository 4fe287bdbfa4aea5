"""Records with their publicity and what is owed about them, from evidence, acts and editions."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from scoring.publicity import Done, Record
from service import accounts, editions, evidence, register
from service.platform import local_day
from service.publicity.alike import Readings
from service.publicity.vocabulary import endings

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from scoring.edition.model import Edition
    from scoring.publicity import Due, Standing
    from service.evidence import Decision, Wanted
    from service.publicity.alike import Reading
    from service.register import EntityFacts


_ACTS = text("""
SELECT id, event_id, act, place, done_on, reference, reason, person
  FROM publication_act WHERE event_id = ANY(:events) ORDER BY id
""")


class ActRow(NamedTuple):
    """Something done about a record, as `PublicationAct` stores it."""

    id: int
    event_id: int
    act: str
    place: str
    done_on: date
    reference: str | None
    reason: str | None
    person: str


class Published(NamedTuple):
    """One record on a day: what was decided, what the law makes of it and what was done."""

    decision: Decision
    entity: EntityFacts
    record: Record
    reading: Reading
    acts: tuple[ActRow, ...]
    as_of: date

    @property
    def standing(self) -> Standing:
        """Its publicity."""
        return self.reading.standing

    @property
    def due(self) -> tuple[Due, ...]:
        """What is owed about it."""
        return self.reading.due

    @property
    def edition(self) -> Edition | None:
        """The edition that reads it; None where none does."""
        return self.reading.edition


def covered_kinds(session: Session) -> list[str]:
    """Every kind of decision of which some edition says whether it is public."""
    shelf = editions.shelf(session).editions
    kinds = {kind for one in shelf if one.publicity is not None for kind in one.publicity.decision_kinds}
    exempt = {
        kind
        for one in shelf
        if one.publicity is not None
        for rule in one.publicity.exemptions
        for kind in rule.match.decision_kinds
    }
    return sorted(kinds | exempt)


def published(
    session: Session, wanted: Wanted, *, now: datetime, as_of: date | None = None, readings: Readings | None = None
) -> list[Published]:
    """The records wanted, on a day (None: today where the entity's authority is).

    ``readings``: what was read before, for who looks at many records, and whether to look ahead; None: as for one.
    """
    found = evidence.decisions(session, wanted)
    entities = register.facts(session, {one.entity for one in found}, position=None)
    acts = _acts(session, [one.event for one in found])
    ended = _ended(session, found)
    known = (readings or Readings(ahead=True)).under(editions.shelf(session))
    today = {zone: as_of or local_day(now, zone) for zone in {one.timezone for one in entities.values()}}
    confirming = confirming_places(session)
    records: list[Published] = []
    for one in found:
        entity, done, day = entities[one.entity], acts.get(one.event, ()), today[entities[one.entity].timezone]
        record = _record(one, entity, done, ended.get(one.event), confirming)
        kinds = one.known.kinds or tuple(entity.kinds)
        reading = known.of(record, kinds=kinds, region=entity.region, day=day)
        records.append(Published(one, entity, record, reading, tuple(done), day))
    return records


def confirming_places(session: Session) -> frozenset[tuple[str, date]]:
    """The places that confirm themselves what they took down, each with the day since when, the latest of anywhere."""
    named = accounts.named_places(session)
    zones = {one.timezone for one in register.authorities(session)} if named else set()
    return frozenset(
        (place, max((local_day(since, zone) for zone in zones), default=since.date())) for place, since in named.items()
    )


def _record(
    decision: Decision,
    entity: EntityFacts,
    acts: Sequence[ActRow],
    left_on: date | None,
    confirming: frozenset[tuple[str, date]],
) -> Record:
    event = decision.known.event
    stated = event.publicity_ends_on  # the first day on which it is over, for whoever rates by it
    recorded_at = decision.recorded_at
    return Record(
        decision_kind=decision.known.decision_kind,
        code=event.code,
        decided_on=event.decided_on,
        severity=event.severity,
        final=event.final,
        attributes={**entity.attributes, **event.attributes},
        recorded_on=None if recorded_at is None else local_day(recorded_at, entity.timezone),
        changed_on=decision.changed_on,
        disputed_on=decision.disputed_on,
        performed_on=event.performed_on,
        repaired_on=event.repaired_on,
        annulled_on=event.annulled_on,
        deleted_on=decision.known.withdrawn_on,
        suspended_on=decision.known.suspended_on,
        left_on=left_on,
        stated_end=None if stated is None else stated - timedelta(days=1),
        acts=tuple(Done(one.act, one.place, one.done_on) for one in acts),  # type: ignore[arg-type] # checked when stored
        confirming=confirming,
    )


def _acts(session: Session, events: Collection[int]) -> dict[int, list[ActRow]]:
    found: dict[int, list[ActRow]] = defaultdict(list)
    for row in session.execute(_ACTS, {"events": list(events)}):
        found[row[1]].append(ActRow._make(row))
    return found


def _ended(session: Session, found: Sequence[Decision]) -> dict[int, date]:
    """By event, the first day on which another decision of the same case ended it."""
    open_to = [one for one in found if one.known.decision_kind in endings() and one.known.event.case_ref is not None]
    if not open_to:
        return {}
    wanted = evidence.Wanted(kinds=set(endings().values()), entities={one.entity for one in open_to})
    exits = [one for one in evidence.decisions(session, wanted) if _counts(one)]
    days: dict[int, date] = {}
    for one in open_to:
        own = [
            other.known.event.decided_on
            for other in exits
            if (other.entity, other.known.event.case_ref) == (one.entity, one.known.event.case_ref)
            and other.known.decision_kind == endings()[one.known.decision_kind]
            and other.known.event.decided_on >= one.known.event.decided_on
        ]
        if own:
            days[one.event] = min(own)
    return days


def _counts(decision: Decision) -> bool:
    known = decision.known
    return known.event.annulled_on is None and known.withdrawn_on is None and known.event.final
