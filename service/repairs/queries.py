"""Cases as those who work on them and the entity itself see them, and what an entity could have repaired."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Date, cast, func, literal, or_, select, tuple_

from scoring.editions.shipped import calendar_or_weekdays
from service import editions, evidence, register
from service.accounts import names_of_hands
from service.platform import Problem, Role, local_day, read_file
from service.repairs.entering import entries_in, issued_one
from service.repairs.opening import Opening, Prospect, Standing, awaited, openings, prospect
from service.repairs.reading import (
    CaseLaw,
    clocks_of,
    law_of_case,
    laws_of,
    materials_of,
    may_see,
    one_case,
    seen_by,
    steps_of,
)
from service.repairs.record import Adverse, adverse_of_each, eligible
from service.repairs.tables import RepairCase, RepairMaterial

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from scoring.edition.envelope import Edition
    from scoring.repair import Eligibility, Shown
    from service.accounts import Entry
    from service.platform import Actor
    from service.register import EntityFacts
    from service.repairs.tables import RepairStep


_NEVER = date.max


class Beside(NamedTuple):
    """What is told of a case beside its row: whose it is, what it is about, and how long its term still runs.

    ``name``: of a natural person only the first character. ``code``, ``decided_on``: of the record, None where law had
    it deleted. ``days_left``: working days after today up to the last one of the term, less than none past it; None
    where no last day is known. ``overdue``: the last day is over.
    """

    name: str
    code: str | None
    decided_on: date | None
    days_left: int | None
    overdue: bool


class CaseView(NamedTuple):
    """A case with all that belongs to it, on a day. ``names``: of those who took its steps, by ``kind:id``.

    ``entries``: by the same, with which codes those entered who acted for the entity.
    """

    row: RepairCase
    beside: Beside
    law: CaseLaw
    steps: Sequence[RepairStep]
    materials: Sequence[RepairMaterial]
    clocks: Sequence[Shown]
    prospect: Prospect | None
    awaited: tuple[str, ...]
    openings: Sequence[Opening]
    names: Mapping[str, str]
    as_of: date
    entries: Mapping[str, Entry]


class Chance(NamedTuple):
    """One record of an entity and whether it could be repaired; ``said`` None where no law speaks of it."""

    record: Adverse
    edition: Edition | None
    said: Eligibility | None


def cases(
    session: Session,
    actor: Actor,
    *,
    procedure: str,
    state: str | None,
    entity: str | None,
    q: str | None,
    open_only: bool,
    by_due: bool,
    after: tuple[str, int],
    limit: int,
) -> Sequence[RepairCase]:
    """Up to ``limit + 1`` cases that the caller may see, oldest first; ``by_due``: what is due first first.

    ``q``: a part of a case's number, and for staff of the name or key of its entity.
    ``after``: last day (ISO; any where it does not matter) and id of the case before, as `place_of` tells them.
    """
    day, number = after
    due = func.coalesce(RepairCase.due_on, literal(_NEVER, Date))
    wanted = select(RepairCase).where(RepairCase.procedure == procedure)
    if by_due:
        wanted = wanted.order_by(due, RepairCase.id)
        if day:
            wanted = wanted.where(tuple_(due, RepairCase.id) > tuple_(cast(day, Date), literal(number)))
    else:
        wanted = wanted.where(RepairCase.id > number).order_by(RepairCase.id)
    wanted = seen_by(wanted, actor).limit(limit + 1)
    if state is not None:
        wanted = wanted.where(RepairCase.state == state)
    if entity is not None:
        wanted = wanted.where(RepairCase.entity_key == entity)
    if q is not None:
        numbered = RepairCase.number.contains(q.strip().upper(), autoescape=True)
        wanted = wanted.where(
            or_(numbered, register.called_so(q, RepairCase.entity_id)) if actor.is_staff else numbered
        )
    if open_only:
        wanted = wanted.where(RepairCase.open)
    return session.scalars(wanted).all()


def place_of(row: RepairCase) -> tuple[str, int]:
    """The place of a case in a list by last day: those without one come last."""
    return (row.due_on or _NEVER).isoformat(), row.id


def beside(session: Session, rows: Sequence[RepairCase], *, now: datetime) -> list[Beside]:
    """What is told beside each of these cases, in their order: some statements, whatever their number."""
    owners = register.facts(session, {row.entity_id for row in rows}, position=None)
    records = evidence.known_records(session, {row.event_id for row in rows})
    laws = laws_of(session, rows)
    found: list[Beside] = []
    for row in rows:
        owner, known = owners[row.entity_id], records.get(row.event_id)
        told = known if known is not None and known.withdrawn_on is None else None
        calendar = calendar_or_weekdays(laws[row.edition_id, row.procedure].edition.calendar)
        today = local_day(now, owner.timezone)
        left = None if row.due_on is None else calendar.working_days_left(today, row.due_on)
        code, decided = (None, None) if told is None else (told.event.code, told.event.decided_on)
        name = register.masked(owner.name) if owner.natural_person else owner.name
        overdue = row.due_on is not None and row.due_on < today
        found.append(Beside(name, code, decided, left, overdue))
    return found


def case_view(session: Session, actor: Actor, procedure: str, number: str, *, now: datetime) -> CaseView:
    """One case.

    Raises:
        Problem: ``repair_case_not_found``, also outside the caller's scope.
    """
    row = one_case(session, procedure, number)
    if not may_see(session, actor, row):
        raise Problem("repair_case_not_found", case=number[:80])
    entity = register.facts(session, [row.entity_id], position=None)[row.entity_id]
    today = local_day(now, entity.timezone)
    law, steps, materials = law_of_case(session, row), steps_of(session, row), materials_of(session, row)
    (told,) = beside(session, [row], now=now)
    clocks = clocks_of(law, steps, today)
    stands = prospect(session, row, law, steps, materials, today=today)
    entries = entries_in(session, row, steps)
    standing = Standing(row, law, steps, clocks, stands, awaited(session, row, law), issued_one(actor, entries))
    names = names_of_hands(session, {step.person for step in steps})
    may = openings(actor, standing)
    return CaseView(row, told, law, steps, materials, clocks, stands, standing.awaited, may, names, today, entries)


def material_file(session: Session, actor: Actor, procedure: str, number: str, digest: str) -> tuple[str, bytes]:
    """Whose case it is, and a paper of it as it was sent.

    Raises:
        Problem: ``repair_case_not_found``, ``repair_material_not_found``.
    """
    row = one_case(session, procedure, number)
    if not may_see(session, actor, row):
        raise Problem("repair_case_not_found", case=number[:80])
    wanted = select(RepairMaterial.sha256).where(RepairMaterial.case_id == row.id)
    sent = next((one for one in session.scalars(wanted) if one.hex() == digest), None)
    kept = None if sent is None else read_file(session, sent)
    if kept is None:
        raise Problem("repair_material_not_found", digest=digest[:64])
    return row.entity_key, kept[1]


def chances(session: Session, actor: Actor, key: str, *, now: datetime, as_of: date | None) -> list[Chance]:
    """What an entity could have repaired on a day (today where none is asked), record by record.

    Raises:
        Problem: ``entity_not_found``, also outside the caller's scope.
    """
    number = register.resolve(session, [key]).get(key)
    entity = None if number is None else register.facts(session, [number], position=None).get(number)
    own = entity is not None and actor.role is Role.ENTITY and actor.subject == entity.key
    if entity is None or not (
        own or (actor.role is not Role.ENTITY and actor.may_see(entity.authority, entity.region))
    ):
        raise Problem("entity_not_found", key=key[:80])
    ((_, found),) = chances_of_each(session, [entity], as_of=as_of or local_day(now, entity.timezone))
    return found


def chances_of_each(
    session: Session, entities: Sequence[EntityFacts], *, as_of: date
) -> Iterator[tuple[EntityFacts, list[Chance]]]:
    """The same for many entities, in their order: some statements, whatever their number; ask for some hundred."""
    shelf = editions.shelf(session)
    for entity, records in adverse_of_each(session, entities, as_of=as_of):
        yield entity, [_chance(one, shelf, as_of) for one in records]


def _chance(record: Adverse, shelf: editions.Shelf, as_of: date) -> Chance:
    edition = shelf.law(matter="repair", kinds=record.kinds, region=record.entity.region).on(as_of)
    return Chance(record, edition, None if edition is None else eligible(record, edition, as_of))
