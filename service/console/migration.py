"""How many go from which tier to which, as tables: of all kinds together, then kind by kind."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

Way: TypeAlias = Literal["better", "worse", "same", "other"]


class Cell(NamedTuple):
    """How many go to a tier, and whether it is a better one."""

    after: str | None
    entities: int
    way: Way


class Migration(NamedTuple):
    """Of one kind (``kind`` None: of all together), row by row from which tier; tiers best first, None last."""

    kind: str | None
    entities: int
    better: int
    worse: int
    moved: int
    columns: Sequence[str | None]
    rows: Sequence[tuple[str | None, Sequence[Cell]]]


def migrations(kinds: Mapping[str, Mapping[str, Any]]) -> list[Migration]:
    """All kinds together, then those in which somebody moves, most first."""
    rated = {kind: found for kind, found in kinds.items() if found["tiers"]}
    moving = sorted(rated.items(), key=lambda pair: (-pair[1]["moved"], pair[0]))
    every = _migration(None, list(rated.values()))
    return [every, *(_migration(kind, [found]) for kind, found in moving if found["moved"])]


def _migration(kind: str | None, parts: Collection[Mapping[str, Any]]) -> Migration:
    cells: Counter[tuple[str | None, str | None]] = Counter()
    for found in parts:
        for one in found["tiers"]:
            cells[one["before"], one["after"]] += one["entities"]
    order: Sequence[str] = max((found["order"] for found in parts), key=len, default=[])
    rows, columns = (_best_first({pair[side] for pair in cells}, order) for side in (0, 1))
    table = [
        (before, [Cell(after, cells[before, after], _way(before, after, order)) for after in columns])
        for before in rows
    ]
    entities, better, worse, moved = (
        sum(found[name] for found in parts) for name in ("entities", "better", "worse", "moved")
    )
    return Migration(kind, entities, better, worse, moved, columns, table)


def _best_first(found: Collection[str | None], order: Sequence[str]) -> list[str | None]:
    place = {tier: number for number, tier in enumerate(order)}
    return sorted(found, key=lambda tier: (tier is None, place.get(tier or "", len(order)), str(tier)))


def _way(before: str | None, after: str | None, order: Sequence[str]) -> Way:
    if before == after:
        return "same"
    if before not in order or after not in order:
        return "other"
    return "better" if order.index(str(after)) < order.index(str(before)) else "worse"
