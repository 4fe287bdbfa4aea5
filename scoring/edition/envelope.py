"""An edition as a whole: its envelope, and its sections, of which it may lack any but one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.edition.model import Rating
    from scoring.edition.sections.deadlines import DeadlinesLaw
    from scoring.edition.sections.objection import Objection
    from scoring.edition.sections.publicity import PublicityLaw
    from scoring.edition.sections.repair import Repair
    from scoring.edition.tiering import Frequency, Text

MATTERS: Final = ("rating", "publicity", "repair", "objection", "deadlines")
"""What an edition may lay down the law for; it has a section for one of them at least. Frequency goes with rating."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a rulebook: the envelope and its sections.

    ``kinds`` empty means every kind. ``ratings`` is keyed by kind, ``"*"`` for all kinds without an override, and empty
    where the edition does not rate. Of the other sections each is None where the edition has none.
    ``digest``: SHA-256, hex, of the edition's text as UTF-8 bytes. ``verified``: every number was read in its source.
    """

    id: str
    rulebook: str
    title: Text
    legal_basis: tuple[Text, ...]
    verified: bool
    illustrative: bool
    authority: str
    regions: tuple[str, ...]
    kinds: tuple[str, ...]
    force_from: date
    force_to: date | None
    digest: str
    clauses: Mapping[str, Text]
    unverified_clauses: frozenset[str]
    transition: Literal["keep", "restate"]
    earlier_events: Literal["count", "ignore"]
    predecessor: str | None
    map_codes: Mapping[str, str]
    map_dimensions: Mapping[str, str]
    ratings: Mapping[str, Rating]
    frequency: Mapping[str, Frequency]
    published_to_public: bool
    """Whether the public may see a tier under this edition (不公开 where false)."""
    calendar: str | None = None
    """The jurisdiction whose working days its periods count; a shipped calendar."""
    publicity: PublicityLaw | None = None
    deadlines: DeadlinesLaw | None = None
    repair: Repair | None = None
    objection: Objection | None = None

    @property
    def matters(self) -> tuple[str, ...]:
        """What it lays down the law for: those of ``MATTERS`` of which it has the section."""
        held = {"rating": bool(self.ratings), **{name: getattr(self, name) is not None for name in MATTERS[1:]}}
        return tuple(name for name in MATTERS if held[name])

    def rating_for(self, kind: str) -> Rating:
        """The rating section that holds for a kind of entity.

        Raises:
            KeyError: the edition does not rate.
        """
        return self.ratings.get(kind, self.ratings["*"])
