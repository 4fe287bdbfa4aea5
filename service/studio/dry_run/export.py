"""A dry run as CSV: one line for each count, so that a spreadsheet can make any table of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.platform import sheet, sheet_pieces
from service.studio.dry_run.movers import LINE, lines_of
from service.studio.dry_run.queries import run_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.platform import Actor, Database
    from service.studio.dry_run.movers import Which

COLUMNS = ("kind", "group", "value", "what", "before", "after", "entities")
"""``group``: whole, or what the entities are told apart by; ``what``: tier or grade."""


def as_csv(document: Mapping[str, Any]) -> str:
    """The matrices of all kinds and groups (RFC 4180, UTF-8)."""
    return sheet(COLUMNS, _rows(document))


def entities_as_csv(database: Database, actor: Actor, run: int, which: Which) -> Iterator[str]:
    """Who moves, or is near a bound, a line each, read piece by piece."""
    with database.reader() as session:
        yield from sheet_pieces(LINE, lines_of(session, run_of(session, actor, run), which))


def _rows(document: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    for kind, found in document["kinds"].items():
        yield from _cells(kind, "whole", None, found)
        for group, values in found["by"].items():
            for each in values:
                yield from _cells(kind, group, each["value"], each)


def _cells(kind: str, group: str, value: str | None, found: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    for what in ("tier", "grade"):
        for cell in found[f"{what}s"]:
            yield kind, group, value, what, cell["before"], cell["after"], cell["entities"]
