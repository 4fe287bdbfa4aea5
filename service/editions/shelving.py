"""Editions in force as a few plain values, so that what was asked of them can be asked again years later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from service.editions.queries import Shelf
from service.editions.refusing import read_stored
from service.editions.selection import RATING, Force
from service.editions.tables import EditionRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from scoring.edition.model import Edition


def kept_of(shelf: Shelf) -> list[dict[str, Any]]:
    """The forces of the editions that rate, as JSON: where, for which kind, which edition, and the end of its force."""
    return [
        {
            "scope": one.scope,
            "kind": one.kind,
            "edition": one.edition.id,
            "force_to": None if one.edition.force_to is None else one.edition.force_to.isoformat(),
        }
        for one in shelf.forces
        if one.matter == RATING
    ]


def shelf_again(session: Session, kept: Sequence[dict[str, Any]]) -> Shelf:
    """The shelf that `kept_of` was asked of, as far as it rates: whatever was adopted or withdrawn since.

    Raises:
        Problem: ``edition_unreadable``.
    """
    named = sorted({one["edition"] for one in kept})
    texts = session.execute(select(EditionRow.edition_id, EditionRow.text).where(EditionRow.edition_id.in_(named)))
    read: dict[str, Edition] = {edition: read_stored(text, edition) for edition, text in texts}
    forces = []
    for one in kept:
        end = None if one["force_to"] is None else date.fromisoformat(one["force_to"])
        forces.append(Force(one["scope"], one["kind"], replace(read[one["edition"]], force_to=end)))
    return Shelf(forces)
