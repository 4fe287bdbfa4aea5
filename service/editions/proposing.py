"""Proposals of editions: made by one person, decided by another, withdrawn before they take force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import Range

from scoring.edition import parse
from service import register
from service.editions.examining import Examined, examine, latest_day, today_of
from service.editions.queries import shelf
from service.editions.tables import EditionProposal, EditionRow, EditionStep, ForceRow
from service.editions.usecases import one_at_a_time, refuse_overlap, store_in_force
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy.orm import Session

    from scoring.edition.model import Edition
    from service.platform import UnitOfWork

Outcome: TypeAlias = Literal["approved", "refused", "withdrawn"]

GREATEST = (1 << 63) - 1
"""The greatest number that a proposal can have."""


class Adopted(NamedTuple):
    """What a step did. ``changed``: the edition whose force began or was taken back, None where nothing changed."""

    proposal: int
    edition_id: str
    outcome: Outcome
    on: date
    changed: Edition | None


def propose(*, uow: UnitOfWork, words: str, cases: str, reason: str) -> tuple[int, Examined]:
    """Propose a text as the next edition of its rulebook; its number and what was found. Nothing changes in force.

    Raises:
        Problem: ``out_of_scope``, and as `service.editions.examining.examine`.
    """
    found = examine(uow.session, text=words, cases=cases, now=uow.now)
    edition = found.edition
    _refuse_beyond(uow, edition)
    audit_id = uow.audit("edition.proposed", edition.id, {"digest": edition.digest, "reason": reason})
    number = uow.session.scalar(
        insert(EditionProposal)
        .values(
            edition_id=edition.id,
            rulebook=edition.rulebook,
            predecessor=edition.predecessor,
            force_from=edition.force_from,
            digest=edition.digest,
            text=words,
            cases=cases,
            person=_person(uow),
            reason=reason,
            proposed_on=today_of(uow.session, edition.authority, uow.now),
            audit_id=audit_id,
        )
        .returning(EditionProposal.id)
    )
    return int(number or 0), found


def decide(*, uow: UnitOfWork, proposal: int, outcome: Literal["approved", "refused"], reason: str) -> Adopted:
    """Approve or refuse a proposal, as another person than the one who made it.

    An approval examines the text anew. The predecessor's force ends on the first day of the edition: its period is
    closed, its text stays as it is. Ratings are not touched here: `service.ratings.decide_edition` has them staged.

    Raises:
        Problem: ``edition_proposal_not_found``, ``edition_proposal_decided``, ``edition_proposal_withdrawn``,
            ``edition_same_person``, ``out_of_scope``, and for an approval as `service.editions.examining.examine`.
    """
    row = _locked(uow, proposal)
    edition = parse(row.text)
    _refuse_beyond(uow, edition)
    _refuse_closed(uow.session, row, also_withdrawn=True)
    if row.person in uow.actor.hands:
        raise Problem("edition_same_person", edition=row.edition_id)
    adopted: Edition | None = None
    if outcome == "approved":
        found = examine(uow.session, text=row.text, cases=row.cases, now=uow.now)
        adopted = found.edition
    day, audit_id = _step(uow, row, edition, outcome, reason)
    if adopted is not None:
        if found.predecessor is not None:
            _end(uow.session, found.predecessor.id, adopted.force_from)
        store_in_force(uow, adopted, row.text, reason, audit_id)
    return Adopted(row.id, row.edition_id, outcome, day, adopted)


def withdraw(*, uow: UnitOfWork, proposal: int, reason: str) -> Adopted:
    """Withdraw a proposal that waits, or an approved one before its first day: the predecessor's force goes on.

    Raises:
        Problem: ``edition_proposal_not_found``, ``edition_proposal_decided``, ``edition_proposal_withdrawn``,
            ``out_of_scope``, ``edition_in_force_already``, ``edition_has_successor``, ``edition_overlaps`` (another
            was adopted where the predecessor would go on).
    """
    row = _locked(uow, proposal)
    edition = parse(row.text)
    _refuse_beyond(uow, edition)
    steps = _refuse_closed(uow.session, row, also_withdrawn=False)
    if "approved" not in steps:
        day, _ = _step(uow, row, edition, "withdrawn", reason)
        return Adopted(row.id, row.edition_id, "withdrawn", day, None)
    if edition.force_from <= latest_day(uow.session, edition, uow.now):
        raise Problem("edition_in_force_already", edition=edition.id, day=edition.force_from.isoformat())
    later = [
        one.id
        for one in shelf(uow.session).editions
        if one.rulebook == edition.rulebook and one.force_from > edition.force_from
    ]
    if later:
        raise Problem("edition_has_successor", edition=edition.id, other=later[0])
    day, _ = _step(uow, row, edition, "withdrawn", reason)
    _force_of(uow.session, edition.id, Range(empty=True))
    if edition.predecessor is not None:
        _go_on(uow.session, edition.predecessor)
    uow.publish("edition.withdrawn", edition.id, {"digest": edition.digest, "from": edition.force_from.isoformat()})
    return Adopted(row.id, row.edition_id, "withdrawn", day, edition)


def _refuse_beyond(uow: UnitOfWork, edition: Edition) -> None:
    """Whoever acts for one authority or some regions adopts no law for others, nor for places beyond its own."""
    actor = uow.actor
    within = all(actor.may_see(edition.authority, region) for region in edition.regions or (None,))
    if not within or (actor.authority is not None and not _holds(uow.session, actor.authority, edition.regions)):
        raise Problem("out_of_scope")


def _holds(session: Session, authority: str, regions: Collection[str]) -> bool:
    """Whether the region of an authority holds all of some; none named, that is every place, as a country does."""
    own = next((one.region for one in register.authorities(session) if one.code == authority), None)
    if own is None:
        return False
    if not regions:
        return all(row.parent is None for row in register.regions(session) if row.code == own)
    inside = tuple(register.region_prefixes(session, own))
    return all(region.startswith(inside) for region in regions)


def steps_of(session: Session, proposal: int) -> list[EditionStep]:
    """What became of a proposal so far, in order."""
    return list(
        session.scalars(select(EditionStep).where(EditionStep.proposal_id == proposal).order_by(EditionStep.id))
    )


def _locked(uow: UnitOfWork, proposal: int) -> EditionProposal:
    one_at_a_time(uow.session)
    row = uow.session.get(EditionProposal, proposal) if proposal <= GREATEST else None
    if row is None:
        raise Problem("edition_proposal_not_found", proposal=proposal)
    return row


def _refuse_closed(session: Session, row: EditionProposal, *, also_withdrawn: bool) -> set[str]:
    """The steps taken, none of which ends the proposal for the step to come."""
    steps = {one.step: one for one in steps_of(session, row.id)}
    ends = ("withdrawn", "refused", "approved") if also_withdrawn else ("withdrawn", "refused")
    for one in ends:
        if one in steps:
            code = "edition_proposal_withdrawn" if one == "withdrawn" else "edition_proposal_decided"
            raise Problem(code, edition=row.edition_id, outcome=one, day=steps[one].taken_on.isoformat())
    return set(steps)


def _step(uow: UnitOfWork, row: EditionProposal, edition: Edition, step: Outcome, reason: str) -> tuple[date, int]:
    day = today_of(uow.session, edition.authority, uow.now)
    audit_id = uow.audit(f"edition.{step}", edition.id, {"digest": row.digest, "reason": reason})
    uow.session.execute(
        insert(EditionStep).values(
            proposal_id=row.id, step=step, person=_person(uow), reason=reason, taken_on=day, audit_id=audit_id
        )
    )
    return day, audit_id


def _end(session: Session, edition_id: str, day: date) -> None:
    """Close the periods of an edition that would reach past a day."""
    session.execute(
        update(ForceRow)
        .where(
            ForceRow.edition == select(EditionRow.id).where(EditionRow.edition_id == edition_id).scalar_subquery(),
            func.coalesce(func.upper(ForceRow.period) > day, True),
        )
        .values(period=func.daterange(func.lower(ForceRow.period), day))
        .execution_options(synchronize_session=False)
    )


def _go_on(session: Session, edition_id: str) -> None:
    """Let the force of an edition reach again as far as its own text says."""
    edition = parse(session.scalar(select(EditionRow.text).where(EditionRow.edition_id == edition_id)) or "")
    refuse_overlap(session, edition)
    _force_of(session, edition_id, Range(edition.force_from, edition.force_to, bounds="[)"))


def _force_of(session: Session, edition_id: str, period: Range[date]) -> None:
    numbers = select(EditionRow.id).where(EditionRow.edition_id == edition_id).scalar_subquery()
    change = update(ForceRow).where(ForceRow.edition == numbers).values(period=period)
    session.execute(change.execution_options(synchronize_session=False))


def _person(uow: UnitOfWork) -> str:
    return f"{uow.actor.kind}:{uow.actor.id}"
