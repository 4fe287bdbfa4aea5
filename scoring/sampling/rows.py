"""The rows of a frame and of a roster, as every step of a draw reads them (§2)."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, TypeAlias

State: TypeAlias = Literal["in", "out"]

REASONS = frozenset(
    {"closed", "deregistered", "moved", "suspended", "targeted", "full_coverage", "cooldown", "out_of_scope", "cap"}
)
"""Why a row may be out of the frame; anything else is no reason."""

CODE = re.compile(r"[0-9A-Z][0-9A-Z-]{0,39}")
"""What entities and inspectors are drawn under (§1)."""

HEAVIEST = 2**32 - 1
"""The largest weight of a row; the smallest is 1."""


class Avoid(NamedTuple):
    """Whom a visit to this entity avoids, both ascending: ``recused`` by the rules, ``last`` at its last visit."""

    recused: tuple[str, ...] = ()
    last: tuple[str, ...] = ()


class FrameRow(NamedTuple):
    """One entity of a SamplingFrame, drawn from or excluded with a reason.

    ``stratum`` is "" where ``state`` is ``out``; ``reason`` and ``basis`` (the record that says so) are "" where it is
    ``in``. ``weight`` is 1 where the stratum's order is ``equal``. ``avoid`` is the hex leaf hash of the avoidance row,
    ``salt`` 16 bytes in hex.
    """

    code: str
    kind: str
    stratum: str
    weight: int = 1
    state: State = "in"
    reason: str = ""
    basis: str = ""
    avoid: str = ""
    salt: str = ""


class RosterRow(NamedTuple):
    """One inspector of a Roster.

    ``cap``: seats at most in this draw. ``load``: seats earlier this year, those he left included. ``valid_from`` and
    ``valid_to``: first and last day of the certificate, ``YYYY-MM-DD``. ``salt``: 16 bytes in hex.
    """

    id: str
    authority: str
    skills: tuple[str, ...]
    cap: int
    load: int
    valid_from: str
    valid_to: str
    salt: str = ""
