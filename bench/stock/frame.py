"""A frame of as many entities as asked for, and the key of its tickets."""

from __future__ import annotations

from scoring.sampling.keys import ticket_key
from scoring.sampling.rows import FrameRow
from scoring.sampling.sample import Stratum

KEY = ticket_key(bytes(range(32)))


def frame_of(size: int) -> list[FrameRow]:
    """Rows of one stratum by code; nothing that a draw does not read is filled in."""
    return [FrameRow(f"91110000{place:010}", "culture", "A", 1 + place % 7) for place in range(size)]


def twentieth_of(size: int, *, weighted: bool = False) -> Stratum:
    """Five percent drawn, one percent held in reserve."""
    return Stratum("pareto" if weighted else "equal", size // 20, size // 100)
