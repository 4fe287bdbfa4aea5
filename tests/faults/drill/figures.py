"""What a drill says at its end: a table of its faults, and one line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.faults.drill.running import worst

if TYPE_CHECKING:
    from tests.faults.drill.running import Drill


def line(held: Drill) -> str:
    """The one line."""
    counted = held.counted
    return (
        f"accepted {counted.accepted}, faults {len(held.fallen)}, lost {counted.lost}, duplicated {counted.doubled},"
        f" longest delay {held.watch.longest:.1f} s"
    )


def table(held: Drill) -> str:
    """Markdown: each fault, how often it fell, and the longest recoveries in seconds."""
    longest = worst(held.recoveries)
    rows = ["| fault | fell | longest until accepted, s | longest until rated, s |", "|---|---|---|---|"]
    for name, count in sorted(Counter(held.fallen).items()):
        seen = longest.get(name, [])
        accepted = f"{max(one.accepted for one in seen):.1f}" if seen else "–"
        rated = f"{seen[0].rated:.1f}" if seen else "–"
        rows.append(f"| {name} | {count} | {accepted} | {rated} |")
    return "\n".join(rows)
