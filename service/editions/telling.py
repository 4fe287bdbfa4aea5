"""Proposals of editions as they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from scoring.edition import parse
from service.editions.examining import told
from service.editions.proposing import GREATEST, steps_of
from service.editions.queries import text_of
from service.editions.tables import EditionProposal
from service.platform import Problem

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_SHOWN = ("edition_id", "rulebook", "predecessor", "digest", "force_from", "person", "reason", "proposed_on")


def proposals(session: Session) -> list[dict[str, Any]]:
    """Every proposal with its steps, the latest first."""
    rows = session.scalars(select(EditionProposal).order_by(EditionProposal.id.desc()))
    return [_shown(session, row) for row in rows]


def proposal_told(session: Session, proposal: int) -> dict[str, Any]:
    """A proposal with its text, its cases, and each change to its predecessor in words.

    Raises:
        Problem: ``edition_proposal_not_found``.
    """
    row = session.get(EditionProposal, proposal) if proposal <= GREATEST else None
    if row is None:
        raise Problem("edition_proposal_not_found", proposal=proposal)
    older = None if row.predecessor is None else text_of(session, row.predecessor)
    changes = list(told(older, row.text, parse(row.text)))
    return {**_shown(session, row), "text": row.text, "cases": row.cases, "changes": changes}


def _shown(session: Session, row: EditionProposal) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in _SHOWN}
    return {"proposal": row.id, **shown, "steps": steps_of(session, row.id)}
