"""Two dry runs against each other: which cells of their matrices differ, and by how many entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.studio.dry_run.queries import head_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.studio.dry_run.tables import DryRun

_SAME = ("position", "stock_digest", "day", "authorities", "regions")
"""What two runs must share for their counts to be about the same entities on the same day."""


def compared(one: DryRun, other: DryRun) -> dict[str, Any]:
    """What differs between the matrices of two runs; ``comparable``: both are of one stock, day and scope."""
    heads = [head_of(one), head_of(other)]
    kinds = [each.document["kinds"] for each in (one, other)]
    both = {kind: [found.get(kind, {}) for found in kinds] for kind in sorted({*kinds[0], *kinds[1]})}
    return {
        "run": heads[0],
        "against": heads[1],
        "comparable": all(heads[0][name] == heads[1][name] for name in _SAME),
        "kinds": {kind: _kind(*found) for kind, found in both.items()},
    }


def _kind(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    counts = {name: [one.get(name, 0), other.get(name, 0)] for name in ("entities", "moved", "better", "worse")}
    return {
        **{name: {"run": said[0], "against": said[1]} for name, said in counts.items()},
        **{name: _cells(one.get(name, ()), other.get(name, ())) for name in ("tiers", "grades")},
    }


def _cells(one: Any, other: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - cells as a document has them
    counts = [{(each["before"], each["after"]): each["entities"] for each in cells} for cells in (one, other)]
    return [
        {"before": cell[0], "after": cell[1], "run": counts[0].get(cell, 0), "against": counts[1].get(cell, 0)}
        for cell in sorted({*counts[0], *counts[1]}, key=lambda pair: (str(pair[0]), str(pair[1])))
        if counts[0].get(cell, 0) != counts[1].get(cell, 0)
    ]
