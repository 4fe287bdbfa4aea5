"""The types of credit commitment as shipped (data/commitment_types.toml), and how a commitment may stand."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

OUTCOMES: Final = ("kept", "broken", "withdrawn")
"""What may become of a commitment."""
STATES: Final = ("open", "overdue", *OUTCOMES)
"""How a commitment may stand: overdue when its day has passed without an outcome."""


class CommitmentType(NamedTuple):
    """A type of commitment. ``events``: by outcome, the code of the event that it becomes."""

    code: str
    names: Mapping[str, str]
    events: Mapping[str, str]


@cache
def commitment_types() -> Mapping[str, CommitmentType]:
    """All types by code, in the order of the file."""
    file = resources.files("service.evidence") / "data" / "commitment_types.toml"
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["type"]
    return {
        row["code"]: CommitmentType(
            row["code"],
            {"zh": row["zh"], "en": row["en"]},
            {outcome: row[outcome] for outcome in OUTCOMES if outcome in row},
        )
        for row in rows
    }
