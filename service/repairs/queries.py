"""Cases as those who work on them and the entity itself see them, and what an entity could have repaired."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from service import editions, register
from service.platform import Problem, Role, local_day, read_file
from service.repairs.reading import (
    CaseLaw,
    clocks_of,
    law_of_case,
    materials_of,
    may_see,
    one_case,
    seen_by,
    steps_of,
)
from service.repairs.record import Adverse, adverse_of_each, eligible
from service.repairs.tables import RepairCase, RepairMaterial

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from scoring.edition.envelope import Edition
    from scoring.repair import Eligibility, Shown
    from service.platform import Actor
    from service.register import EntityFacts
    from service.repairs.tables import RepairStep


class CaseView(NamedTuple):
    """A case with all that belongs to it, on a day."""

    row: RepairCase
    law: CaseLaw
    steps: Sequence[RepairStep]
    materials: Sequence[RepairMaterial]
    clocks: Sequence[Shown]
    as_of: date


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
    open_only: bool,
    after: int,
    limit: int,
) -> Sequence[RepairCase]:
    """Up to ``limit + 1`` cases that the caller may see, oldest first."""
    wanted = select(RepairCase).where(RepairCase.procedure == procedure, RepairCase.id > after)
    wanted = seen_by(wanted, actor).order_by(RepairCase.id).limit(limit + 1)
    if state is not None:
        wanted = wanted.where(RepairCase.state == state)
    if entity is not None:
        wanted = wanted.where(RepairCase.entity_key == entity)
    if open_only:
        wanted = wanted.where(RepairCase.open)
    return session.scalars(wanted).all()


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
    law, steps = law_of_case(session, row), steps_of(session, row)
    return CaseView(row, law, steps, materials_of(session, row), clocks_of(law, steps, today), today)


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
