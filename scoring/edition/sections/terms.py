"""Parts that several sections are written with: a statutory period, and what a record must look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scoring.edition.grammar import CONDITIONS, KEY, NAMES
from scoring.edition.scalars import Choice, Whole
from scoring.edition.shapes import Field, ListOf, Table, optional
from scoring.kernel.workdays import Term

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.edition.model import Condition

TERM: Final = Table(
    Term,
    {
        "number": Field(Whole(1, 36_500)),
        "unit": Field(Choice(("working_days", "calendar_days", "months"))),
        "counting": Field(Choice(("from_day", "from_next_day"))),
    },
)
KEYS: Final = ListOf(KEY)


@dataclass(frozen=True, slots=True)
class Match:
    """Which records a rule is about: what is stated must hold, of a list one entry.

    ``when`` (all) and ``unless`` (none) look at attributes of the decision, else of the entity. Nothing stated: every
    record.
    """

    decision_kinds: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    penalty_kinds: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()

    def is_open(self) -> bool:
        """Whether it holds for every record."""
        return self == EVERYTHING


EVERYTHING: Final = Match()
"""The one match that holds for every record."""

MATCH_FIELDS: Final[Mapping[str, Field]] = {
    "decision_kinds": optional(KEYS, ()),
    "codes": optional(KEYS, ()),
    "severities": optional(KEYS, ()),
    "penalty_kinds": optional(NAMES, ()),
    "when": optional(CONDITIONS, ()),
    "unless": optional(CONDITIONS, ()),
}


def matched(fields: dict[str, object]) -> Match:
    """The match among the fields of a table, which are taken out."""
    match = Match(**{name: fields.pop(name) for name in MATCH_FIELDS})  # type: ignore[arg-type] # read by their shapes
    return EVERYTHING if match.is_open() else match
