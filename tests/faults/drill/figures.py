"""What drills say at their end: a table of their faults, and one line."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

TARGET = 30.0
"""Seconds within which something new must be accepted and rated, after the end of whatever fault."""


class Recovery(NamedTuple):
    """How long it took after a fault's end until something new was accepted, and until that was rated; in seconds."""

    fault: str
    accepted: float
    rated: float


class Result(NamedTuple):
    """What came of a drill. ``longest``: seconds from acceptance to a tier; ``faulty``: whatever should not be."""

    accepted: int
    lost: int
    doubled: int
    longest: float
    fallen: list[str]
    recoveries: list[Recovery]
    faulty: list[str]

    def line(self) -> str:
        """The one line."""
        return (
            f"accepted {self.accepted}, faults {len(self.fallen)}, lost {self.lost}, duplicated {self.doubled},"
            f" longest delay {self.longest:.1f} s"
        )

    def table(self) -> str:
        """Markdown: each fault, how often it fell, and its longest recoveries in seconds."""
        seen = defaultdict(list)
        for one in self.recoveries:
            seen[one.fault].append(one)
        rows = [
            "| fault | fell | looked at | longest until accepted, s | longest until rated, s |",
            "|---|---|---|---|---|",
        ]
        for name, count in sorted(Counter(self.fallen).items()):
            accepted = f"{max(one.accepted for one in seen[name]):.1f}" if seen[name] else "–"
            rated = f"{max(one.rated for one in seen[name]):.1f}" if seen[name] else "–"
            rows.append(f"| {name} | {count} | {len(seen[name])} | {accepted} | {rated} |")
        return "\n".join(rows)

    def slow(self) -> list[str]:
        """Recoveries that took longer than they may."""
        return [f"{one.fault}: rated after {one.rated:.1f} s" for one in self.recoveries if one.rated > TARGET]

    def dumped(self) -> str:
        """As JSON."""
        return json.dumps(self._asdict())

    @classmethod
    def loaded(cls, said: str) -> Result:
        """Out of JSON."""
        facts = json.loads(said)
        return cls(**{**facts, "recoveries": [Recovery(*one) for one in facts["recoveries"]]})


def together(results: Sequence[Result]) -> Result:
    """Several drills as one."""
    return Result(
        sum(one.accepted for one in results),
        sum(one.lost for one in results),
        sum(one.doubled for one in results),
        max((one.longest for one in results), default=0.0),
        [name for one in results for name in one.fallen],
        [each for one in results for each in one.recoveries],
        [each for one in results for each in one.faulty],
    )
