"""One adverse record as the conditions of repair look at it: its class and days, its owner's other records."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.editions.shipped import calendar_or_weekdays
from scoring.publicity import listed, shown_at
from scoring.repair import Eligibility, Listed, RecordFacts, eligibility
from service import editions, evidence, publicity, register
from service.repairs.vocabulary import repair_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from scoring.edition.envelope import Edition
    from scoring.rating.history import Event
    from service.register import EntityFacts


_ENDING_SHARING = frozenset({"stop_sharing", "stop_use"})


class Adverse(NamedTuple):
    """An event with its owner, as the law of repair reads it on a day.

    ``kinds``: those that the record concerns; ``publicity``: its state, where a law speaks.
    """

    event_id: int
    event: Event
    decision_kind: str
    disputed: bool
    withdrawn: bool
    entity: EntityFacts
    kinds: tuple[str, ...]
    facts: RecordFacts
    publicity: str | None = None


def kinds_concerned(known: evidence.Known, entity: EntityFacts) -> tuple[str, ...]:
    """The kinds that a record concerns: those it names, else all of which its owner holds or held a licence."""
    return known.kinds or tuple(sorted(entity.kinds))


def law_of(session: Session, matter: str, record: Adverse, day: date) -> Edition | None:
    """The edition that speaks of a matter for a record on a day."""
    return editions.law_for(session, matter=matter, kinds=record.kinds, region=record.entity.region, day=day)


def adverse(session: Session, event_id: int, *, as_of: date, materials: Collection[str] = ()) -> Adverse | None:
    """A record with all that its owner's other records say; None where there is no such event."""
    found = evidence.owned_record(session, event_id)
    if found is None:
        return None
    entity = register.facts(session, [found.entity_id], position=None)[found.entity_id]
    (asked,) = _asked(session, [entity], as_of, materials)
    return _read(asked, found)


def adverse_of(session: Session, entity: EntityFacts, *, as_of: date) -> list[Adverse]:
    """Every record that repair is for: final offences and entries in lists, neither struck nor repaired."""
    ((_, found),) = adverse_of_each(session, [entity], as_of=as_of)
    return found


def adverse_of_each(
    session: Session, entities: Sequence[EntityFacts], *, as_of: date
) -> Iterator[tuple[EntityFacts, list[Adverse]]]:
    """The same for many entities, in their order: some statements, whatever their number; ask for some hundred."""
    kinds = repairable_kinds(session)
    for asked in _asked(session, entities, as_of, ()):
        standing = [
            one
            for one in asked.others
            if one.known.decision_kind in kinds
            and one.known.event.decided_on <= as_of
            and one.known.event.annulled_on is None
            and one.known.event.repaired_on is None
        ]
        yield asked.entity, [_read(asked, one) for one in standing]


def repairable_kinds(session: Session) -> frozenset[str]:
    """The kinds of decision that repair is for: final offences and entries in lists."""
    listed_as = repair_rules()["kinds"]["listed"]
    kinds = evidence.read_catalogue(session).kinds
    return frozenset(code for code, kind in kinds.items() if kind.final and (kind.offence or code == listed_as))


def shown_places(session: Session, event_id: int, *, now: datetime) -> tuple[str, ...]:
    """Where a record is shown: published there and not taken down since."""
    found = publicity.one_record(session, event_id, now=now)
    return () if found is None else shown_at(found.record, found.as_of)


def waits_for(edition: Edition, awaited: Iterable[publicity.Awaited]) -> list[publicity.Awaited]:
    """Who must have followed before a granted case closes: who shows the record, and by the edition who was handed it.

    The latter where the edition ends sharing or use.
    """
    effects = {one.effect for one in edition.repair.effects} if edition.repair is not None else set()
    shared = bool(effects & _ENDING_SHARING)
    return [one for one in awaited if shared or not one.shared]


def eligible(record: Adverse, edition: Edition, as_of: date) -> Eligibility:
    """Whether a record may be repaired on a day under an edition with a section on repair."""
    return eligibility(record.facts, edition, as_of, calendar_or_weekdays(edition.calendar))


class _Asked(NamedTuple):
    """An entity with all its records, looked at on a day. ``shown``: by event, what the law of publicity says of it."""

    entity: EntityFacts
    others: Sequence[evidence.OwnedRecord]
    revoked: Sequence[tuple[int, date]]
    bans: Sequence[evidence.Ban]
    shown: Mapping[int, publicity.Published]
    materials: frozenset[str]


def _asked(
    session: Session, entities: Sequence[EntityFacts], as_of: date, materials: Collection[str]
) -> Iterator[_Asked]:
    noon = datetime.combine(as_of, time(12), UTC)
    ids = [one.id for one in entities]
    shown: dict[int, dict[int, publicity.Published]] = {number: {} for number in ids}
    for record in publicity.records_of_each(session, ids, now=noon, as_of=as_of):
        shown[record.entity.id][record.decision.event] = record
    others, revoked = evidence.owned_records_of(session, ids), evidence.revocations_of(session, ids)
    bans = evidence.bans_of(session, ids)
    for one in entities:
        yield _Asked(one, others[one.id], revoked[one.id], bans[one.id], shown[one.id], frozenset(materials))


def _read(asked: _Asked, found: evidence.OwnedRecord) -> Adverse:
    event, kind = found.known.event, found.known.decision_kind
    shown = asked.shown.get(found.id)
    standing = None if shown is None else shown.standing
    facts = RecordFacts(
        decision_kind=kind,
        class_=None if standing is None else standing.record_class,
        days=_days(found, asked.others, asked.revoked),
        penalty_kinds=frozenset(() if shown is None else listed(shown.record, "penalty_kinds")),
        attributes={**asked.entity.attributes, **event.attributes},
        minimum_ends_on=None if standing is None else standing.earliest_end,
        same=_same(found, asked.others),
        lists=(*_lists(asked.others), *_banned(asked.bans)),
        materials=asked.materials,
    )
    withdrawn = found.known.withdrawn_on is not None
    state = None if standing is None else standing.state
    kinds = kinds_concerned(found.known, asked.entity)
    return Adverse(found.id, event, kind, found.known.disputed, withdrawn, asked.entity, kinds, facts, state)


def _days(
    found: evidence.OwnedRecord, others: Iterable[evidence.OwnedRecord], revoked: Sequence[tuple[int, date]]
) -> Mapping[Any, date]:
    rules = repair_rules()
    event = found.known.event
    days: dict[str, date | None] = {
        "decided_on": event.decided_on,
        "performed_on": event.performed_on,
        "corrected_on": event.corrected_on,
        "listed_on": event.decided_on if found.known.decision_kind == rules["kinds"]["listed"] else None,
        "revoked_on": _last(day for _, day in revoked),
        "record_revoked_on": _last(day for record, day in revoked if record == found.id),
        "repaired_on": _last(one.known.event.repaired_on for one in others if one.id != found.id),
        "promise_broken_on": _last(
            one.known.event.decided_on
            for one in others
            if one.known.decision_kind == rules["kinds"]["promise_broken"] and one.known.event.annulled_on is None
        ),
    }
    for fact, attribute in rules["attributes"].items():
        with suppress(ValueError):
            days[fact] = date.fromisoformat(event.attributes.get(attribute, ""))
    return {fact: day for fact, day in days.items() if day is not None}


def _last(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)


def _same(found: evidence.OwnedRecord, others: Iterable[evidence.OwnedRecord]) -> Mapping[str, tuple[date, ...]]:
    """Days of the owner's other decisions of the same code, and of the same kind, those struck left out."""
    standing = [one for one in others if one.id != found.id and one.known.event.annulled_on is None]
    return {
        "code": tuple(one.known.event.decided_on for one in standing if one.known.event.code == found.known.event.code),
        "decision_kind": tuple(
            one.known.event.decided_on for one in standing if one.known.decision_kind == found.known.decision_kind
        ),
    }


def _lists(others: Iterable[evidence.OwnedRecord]) -> Iterable[Listed]:
    """The lists on which the owner is or was: entered by one decision, left by a later one, by repair or annulment."""
    rules = repair_rules()
    records = [one.known for one in others]
    left = [one.event for one in records if one.decision_kind == rules["kinds"]["delisted"]]
    for one in records:
        if one.decision_kind != rules["kinds"]["listed"] or one.event.annulled_on is not None:
            continue
        name = one.event.attributes.get("list") or rules["lists"].get(one.event.code, one.event.code)
        exits = [  # an exit that names no list ends every entry before it
            event.decided_on
            for event in left
            if event.decided_on >= one.event.decided_on and event.attributes.get("list", name) == name
        ]
        ends = [*exits, *([] if one.event.repaired_on is None else [one.event.repaired_on])]
        yield Listed(name, one.event.decided_on, min(ends, default=None))


def _banned(bans: Iterable[evidence.Ban]) -> Iterable[Listed]:
    """A measure that a statute orders stands as a list of its own, for as long as it runs."""
    return (Listed(repair_rules()["bans"]["list"], ban.since, ban.until) for ban in bans)
