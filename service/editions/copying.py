"""A next edition begun from one that was adopted: its text with another name and first day, and some other numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.edition.changed import changed
from scoring.edition.succeeding import succeeding
from scoring.kernel.errors import EditionError
from service.editions.queries import text_of
from service.editions.refusing import read_offered, refusal
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session


def copied(
    session: Session, copy_of: str, edition_id: str, *, force_from: date, changes: Sequence[tuple[str, str]]
) -> str:
    """The text of an edition as that of its successor, with some numbers replaced; comments and layout stay.

    Args:
        session: where the edition is.
        copy_of: its id, which the successor names as predecessor.
        edition_id: of the successor.
        force_from: the first day of the successor.
        changes: pairs of the place of a number (a JSON pointer) and what it is to be.

    Raises:
        Problem: ``edition_unknown``, ``edition_invalid`` (a place without a number, and what is wrong with the text
            thereafter), ``edition_not_copied`` (its keys stand otherwise than line by line).
    """
    text = text_of(session, copy_of)
    if text is None:
        raise Problem("edition_unknown", edition=copy_of)
    try:
        begun = succeeding(changed(text, changes), edition_id, predecessor=copy_of, force_from=force_from)
    except EditionError as error:
        raise refusal(copy_of, error.findings) from error
    edition = read_offered(begun)
    if (edition.id, edition.predecessor, edition.force_from) != (edition_id, copy_of, force_from):
        raise Problem("edition_not_copied", edition=copy_of)
    return begun
