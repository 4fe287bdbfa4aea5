"""What rates entities at some moment, and what is in force on a day by it: for the drain, staging and every reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from service import editions, register
from service.ratings.proposals.settle import shown
from service.ratings.rate import rate_entity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy.orm import Session

    from service.ratings.assemble import Subject
    from service.ratings.proposals.settle import Known, Summary
    from service.ratings.rate import EntityRating


class Law(NamedTuple):
    """The editions, and the supervision domain of each kind."""

    shelf: editions.Shelf
    domains: Mapping[str, str]

    def rated(self, subject: Subject, day: date) -> EntityRating:
        """What the evidence gives for an entity on a day."""
        return rate_entity(subject, shelf=self.shelf, domains=self.domains, as_of=day)

    def shown(self, subject: Subject, day: date, known: Known, before: Summary) -> EntityRating:
        """What is in force for an entity on a day, as `settle.shown` says; nothing is written."""
        return shown(self.rated(subject, day), known, before, self.domains)


def law_of(session: Session, position: int | None = None) -> Law:
    """The law as known at a sealed position of the ledger (None: now)."""
    return Law(editions.shelf(session, position), register.domains(session))
