"""The kinds of measure as shipped (data/measure_kinds.toml), how a measure may stand, and what happens to one."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

STATES: Final = ("upcoming", "in_force", "suspended", "lifted", "ended")
"""How a measure may stand on a day. Suspended: lifted for a time; ended: past its own last day."""
ACTS: Final = ("lifted", "suspended", "restored")
"""What may happen to a measure."""
CAUSES: Final = ("repair", "annulment", "order")
"""What an act on a measure may rest upon; its reference names the case, the act on the record, or the order."""


class MeasureKind(NamedTuple):
    """A kind of measure. ``statutory``: it runs as its own law says, and no repair lifts it."""

    code: str
    names: Mapping[str, str]
    statutory: bool


@cache
def measure_kinds() -> Mapping[str, MeasureKind]:
    """All kinds by code, in the order of the file."""
    file = resources.files("service.evidence") / "data" / "measure_kinds.toml"
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["kind"]
    return {
        row["code"]: MeasureKind(row["code"], {"zh": row["zh"], "en": row["en"]}, row.get("statutory", False))
        for row in rows
    }


def statutory_kinds() -> list[str]:
    """The kinds that no repair lifts."""
    return [kind.code for kind in measure_kinds().values() if kind.statutory]
