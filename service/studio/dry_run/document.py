"""What a dry run found, as JSON: for each kind who goes where, as a whole and group by group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from service.studio.dry_run.migration import migration_by, migration_of, moved, near_bounds
from service.studio.dry_run.standing import standing_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from service.studio.dry_run.migration import Cell, Migration
    from service.studio.dry_run.standing import Law
    from service.studio.stock import Stock

MOST_GROUPS: Final = 50
"""An attribute with more values than this (a day, a size in figures) is no way to group by."""


def dry_run_document(stock: Stock, before: Law, after: Law, day: date, *, within: int) -> dict[str, Any]:
    """Two laws over every kind of a stock on a day. ``within``: how near a bound is told, in hundredths.

    Kinds in which neither law gives anybody a tier or a grade are left out.
    """
    kinds = {kind: _kind(stock, kind, (before, after), day, within) for kind in stock.kinds}
    return {
        "position": stock.position,
        "stock_day": stock.day.isoformat(),
        "stock_digest": stock.digest,
        "day": day.isoformat(),
        "kinds": {kind: found for kind, found in kinds.items() if found["rated"]},
    }


def _kind(stock: Stock, kind: str, laws: tuple[Law, Law], day: date, within: int) -> dict[str, Any]:
    then, now = (standing_of(stock, kind, law, day) for law in laws)
    held = stock.of(kind)
    whole = migration_of(then, now)
    few = {
        f"attribute:{name}": coded for name, coded in held.columns.attributes.items() if len(coded.texts) <= MOST_GROUPS
    }
    groups = {"region": held.region, "authority": held.authority, **few}
    return {
        "entities": held.columns.entities,
        "rated": any(cell != (None, None) for cells in (whole.tiers, whole.grades) for cell in cells),
        "moved": len(moved(then, now)),
        **_migration(whole),
        "near_bounds": [
            {"grade": grade, "reach": reach, "miss": miss} for grade, (reach, miss) in near_bounds(now, within).items()
        ],
        "by": {
            name: [{"value": value, **_migration(found)} for value, found in migration_by(then, now, coded).items()]
            for name, coded in groups.items()
        },
    }


def _migration(found: Migration) -> dict[str, Any]:
    return {
        "better": found.better,
        "worse": found.worse,
        "tiers": _cells(found.tiers),
        "grades": _cells(found.grades),
    }


def _cells(cells: Mapping[Cell, int]) -> list[dict[str, Any]]:
    return [{"before": before, "after": after, "entities": count} for (before, after), count in cells.items()]
