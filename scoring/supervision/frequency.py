"""How often an entity is drawn, by its tier."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scoring.edition.model import Edition, Frequency


def frequency_of(edition: Edition, tier: str | None) -> Frequency | None:
    """The frequency that an edition lays down for a tier; None without a tier, or where the edition is silent."""
    return None if tier is None else edition.frequency.get(tier)
