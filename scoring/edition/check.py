"""The lint of an edition: what a lawyer should mend before it is put in force, each with what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.edition.document import SECTIONS
from scoring.edition.lint.caps import check_caps
from scoring.edition.lint.cases import check_absorption
from scoring.edition.lint.envelope import (
    check_base_clause,
    check_calendar,
    check_clauses,
    check_envelope,
    check_frequency,
)
from scoring.edition.lint.events import check_dimensions, check_events
from scoring.edition.lint.grades import check_grades, check_named_grades
from scoring.edition.lint.outcomes import check_ceilings, check_outcomes, check_streaks
from scoring.edition.lint.remarks import Remarks
from scoring.edition.lint.repairs import check_repairs
from scoring.edition.lint.succession import check_older, check_succession
from scoring.edition.lint.tiers import check_matrix, check_provisional, check_risk, check_tiers
from scoring.edition.overrides import EVERY_KIND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.edition.model import Edition, Rating
    from scoring.kernel.errors import Finding

_OF_A_RATING = (
    check_base_clause,
    check_dimensions,
    check_events,
    check_absorption,
    check_caps,
    check_streaks,
    check_grades,
    check_named_grades,
    check_outcomes,
    check_ceilings,
    check_risk,
    check_matrix,
    check_tiers,
    check_provisional,
    check_repairs,
)


def check(edition: Edition, predecessor: Edition | None = None) -> list[Finding]:
    """Everything wrong or doubtful in an edition, in the order of the document.

    An edition with a finding of severity ``error`` must not be put in force; a ``warning`` works as written and is
    probably not meant. With ``predecessor``, also whether every code, dimension and grade of it is understood here.
    """
    notes = Remarks()
    check_envelope(edition, notes)
    check_calendar(edition, notes)
    check_clauses(edition, notes)
    if predecessor is not None:
        check_succession(edition, predecessor, notes)
    if edition.ratings:
        _check_ratings(edition, notes)
    check_frequency(edition, notes)
    for name, section in SECTIONS.items():
        if name in edition.matters:
            own = Remarks(prefix=f"/{name}")
            section.check(edition, own)
            notes.found += own.found
    return list(dict.fromkeys(notes.found))


def check_chain(editions: Sequence[Edition]) -> list[Finding]:
    """Every edition of a rulebook, oldest first, against its predecessor and against all before that."""
    found: list[Finding] = []
    for place, edition in enumerate(editions):
        found += check(edition, editions[place - 1] if place else None)
        notes = Remarks()
        for older in editions[: max(0, place - 1)]:
            check_older(edition, older, notes)
        found += notes.found
    return found


def _check_ratings(edition: Edition, notes: Remarks) -> None:
    section = Remarks(prefix="/rating")
    _check_rating(edition.ratings[EVERY_KIND], section)
    notes.found += section.found
    for number, rating in enumerate(_overrides(edition)):
        own = Remarks(prefix=f"/rating/override/{number}", is_override=True, known=section.said())
        _check_rating(rating, own)
        notes.found += own.found


def _check_rating(rating: Rating, notes: Remarks) -> None:
    for one in _OF_A_RATING:
        one(rating, notes)


def _overrides(edition: Edition) -> list[Rating]:
    """The rating of each override, in the order of the document; kinds of one override share it."""
    ratings = {id(rating): rating for kind, rating in edition.ratings.items() if kind != EVERY_KIND}
    return list(ratings.values())
