"""Proposals of editions as they are shown."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from scoring.edition import parse
from service.editions.examining import told
from service.editions.proposing import GREATEST, steps_of
from service.editions.queries import text_of
from service.editions.refusing import read_stored
from service.editions.tables import EditionProposal
from service.platform import Problem, contains

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.platform import Actor

_SHOWN = ("edition_id", "rulebook", "predecessor", "digest", "force_from", "person", "reason", "proposed_on")
_AT_ONCE = 20
"""Proposals that are fetched together: each has its whole text."""


def proposals(
    session: Session, actor: Actor, *, before: int = GREATEST, limit: int | None = None
) -> list[dict[str, Any]]:
    """The proposals of editions for places that the actor reaches, with their steps, the latest first.

    Those numbered below ``before``, at most ``limit``; None: all.
    """
    asked = select(EditionProposal).where(EditionProposal.id < before).order_by(EditionProposal.id.desc())
    with session.scalars(asked.execution_options(yield_per=_AT_ONCE)) as rows:
        return [_shown(session, row) for row in islice((row for row in rows if _reaches(actor, row)), limit)]


def proposal_told(session: Session, proposal: int, actor: Actor) -> dict[str, Any]:
    """A proposal with its text, its cases, and each change to its predecessor in words.

    Raises:
        Problem: ``edition_proposal_not_found``, also where the actor does not reach it.
    """
    row = _reached(session, proposal, actor)
    older = None if row.predecessor is None else text_of(session, row.predecessor)
    changes = list(told(older, row.text, parse(row.text)))
    return {**_shown(session, row), "text": row.text, "cases": row.cases, "changes": changes}


def text_proposed(session: Session, proposal: int, actor: Actor) -> str:
    """The text that a proposal offers.

    Raises:
        Problem: ``edition_proposal_not_found``, also where the actor does not reach it.
    """
    return _reached(session, proposal, actor).text


def _reached(session: Session, proposal: int, actor: Actor) -> EditionProposal:
    row = session.get(EditionProposal, proposal) if proposal <= GREATEST else None
    if row is None or not _reaches(actor, row):
        raise Problem("edition_proposal_not_found", proposal=proposal)
    return row


def _reaches(actor: Actor, row: EditionProposal) -> bool:
    """Whether the edition is for a place within the actor's scope, or for one that holds it."""
    edition = read_stored(row.text, row.edition_id)
    if not edition.regions or not actor.regions:
        return actor.reaches(edition.authority)
    return actor.reaches(edition.authority) and any(
        contains(own, region) or contains(region, own) for own in actor.regions for region in edition.regions
    )


def _shown(session: Session, row: EditionProposal) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in _SHOWN}
    return {"proposal": row.id, **shown, "steps": steps_of(session, row.id)}
