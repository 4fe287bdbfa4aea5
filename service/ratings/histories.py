"""The histories of many entities in one kind, as the engine reads them: for those who rate many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from service.ratings.assemble import history
from service.ratings.read import read_subjects

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from scoring.rating.history import History
    from service.register import EntityFacts


class Assembled(NamedTuple):
    """An entity's history in a kind: its ``own`` evidence alone, and ``joined`` with that of its branches."""

    facts: EntityFacts
    own: History
    joined: History


def histories_in(session: Session, ids: Sequence[int], kind: str, *, as_of: date, position: int) -> list[Assembled]:
    """The histories as known at a sealed position, without events that are suspended on the day, in the order of ids.

    An entity that does not hold the kind at the position is left out. Ask for some hundred at a time.
    """
    found = []
    for subject in read_subjects(session, ids, position=position):
        if kind in subject.facts.kinds:
            own = history(subject, kind, with_branches=False, as_of=as_of)
            joined = history(subject, kind, with_branches=True, as_of=as_of) if subject.branches else own
            found.append(Assembled(subject.facts, own, joined))
    return found
