"""How each edition became law, by which steps, and whether it is the law of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import func, select

from service.editions.examining import today_of
from service.editions.queries import shelf
from service.editions.refusing import read_stored
from service.editions.tables import EditionProposal, EditionStep, ForceRow
from service.editions.tables import EditionRow as Stored
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from scoring.edition.model import Edition

Status: TypeAlias = Literal["adopted", "in_force", "ended", "withdrawn"]


class EditionRow(NamedTuple):
    """One edition in a list: its names, its digest, when it is in force and for which matters, and how it stands."""

    edition_id: str
    rulebook: str
    title: Mapping[str, str]
    digest: str
    force_from: date
    force_to: date | None
    matters: tuple[str, ...]
    status: Status


def adoptions(session: Session, now: datetime) -> list[EditionRow]:
    """Every edition that was adopted, by rulebook and first day, those withdrawn again among them."""
    kept = {one.id: one for one in shelf(session).editions}
    texts = session.execute(select(Stored.text, Stored.edition_id)).all()
    every = [(kept.get(name) or read_stored(text, name), name in kept) for text, name in texts]
    every.sort(key=lambda pair: (pair[0].rulebook, pair[0].force_from, pair[0].id))
    days = {name: today_of(session, name, now) for name in {edition.authority for edition, _ in every}}
    return [_row(edition, days[edition.authority], kept=there) for edition, there in every]


def adoption_of(session: Session, edition_id: str, now: datetime, *, persons: bool) -> dict[str, Any]:
    """How an edition became law. ``persons``: whether to tell who took the steps.

    Raises:
        Problem: ``edition_unknown``.
    """
    stored = session.scalar(select(Stored).where(Stored.edition_id == edition_id))
    if stored is None:
        raise Problem("edition_unknown", edition=edition_id)
    kept = next((one for one in shelf(session).editions if one.id == edition_id), None)
    edition = kept or read_stored(stored.text, edition_id)
    proposal = session.scalar(select(EditionProposal).where(EditionProposal.digest == stored.digest, _approved()))
    steps = {} if proposal is None else _steps(session, proposal.id)
    approval, withdrawal = steps.get("approved"), steps.get("withdrawn")
    seed = session.scalar(select(func.min(ForceRow.reason)).where(ForceRow.edition == stored.id))
    today, stored_on = (today_of(session, edition.authority, one) for one in (now, stored.recorded_at))
    said = _row(edition, today, kept=kept is not None)._asdict() | {
        "proposal": None if proposal is None else proposal.id,
        "adopted_on": stored_on if approval is None else approval.taken_on,
        "reason": (seed or "") if approval is None else approval.reason,
        "withdrawn_on": None if withdrawal is None else withdrawal.taken_on,
        "withdrawal_reason": None if withdrawal is None else withdrawal.reason,
    }
    if not persons or proposal is None:
        return said
    return said | {
        "proposed_by": proposal.person,
        "approved_by": None if approval is None else approval.person,
        "withdrawn_by": None if withdrawal is None else withdrawal.person,
    }


def _row(edition: Edition, today: date, *, kept: bool) -> EditionRow:
    status = _status(edition, today) if kept else "withdrawn"
    days = (edition.force_from, edition.force_to if kept else edition.force_from)
    return EditionRow(edition.id, edition.rulebook, edition.title, edition.digest, *days, edition.matters, status)


def _status(edition: Edition, today: date) -> Status:
    if today < edition.force_from:
        return "adopted"
    return "in_force" if edition.force_to is None or today < edition.force_to else "ended"


def _approved() -> Any:  # noqa: ANN401 - a clause of SQLAlchemy
    """That a proposal was approved."""
    return (
        select(EditionStep.id)
        .where(EditionStep.proposal_id == EditionProposal.id, EditionStep.step == "approved")
        .exists()
    )


def _steps(session: Session, proposal: int) -> dict[str, EditionStep]:
    rows = session.scalars(select(EditionStep).where(EditionStep.proposal_id == proposal))
    return {one.step: one for one in rows}
