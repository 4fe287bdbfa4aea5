"""A row of the table before and after it was measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """What was seen. ``ratio`` compares ours with the peer, or with the target where there is no peer."""

    ours: str
    peer: str
    ratio: float
    met: bool
    memory: str


@dataclass(frozen=True)
class Row:
    """What is measured, and what it must reach, in words."""

    id: str
    what: str
    target: str

    def record_of(self, figures: Figures) -> dict[str, str | float | bool]:
        """The row as ``results.json`` holds it."""
        return {
            "id": self.id,
            "what": self.what,
            "ours": figures.ours,
            "peer": figures.peer,
            "ratio": round(figures.ratio, 3),
            "target": self.target,
            "met": figures.met,
            "memory": figures.memory,
        }
