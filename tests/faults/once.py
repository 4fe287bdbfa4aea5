"""Counting what is stored before and after a program is killed at its commit points: once, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.builders.partners import rows
from tests.faults.stalling import kill_where_it_waits, table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.platform import Database


def stored(database: Database, names: Sequence[str]) -> dict[str, int]:
    """How many rows each of these tables has."""
    return {name: rows(database, f"SELECT count(*) FROM {name}")[0][0] for name in names}  # noqa: S608 our own names


def grown(database: Database, before: dict[str, int]) -> dict[str, int]:
    """By how many rows the tables have grown that have."""
    after = stored(database, list(before))
    return {name: after[name] - count for name, count in before.items() if after[name] != count}


def killed_at(
    database: Database, url: str, program: Callable[[], object], points: Sequence[str], names: Sequence[str]
) -> None:
    """Kill the program where it writes to one table after the other; nothing is stored of it."""
    before = stored(database, names)
    for name in points:
        kill_where_it_waits(url, program, table(name))
        assert stored(database, names) == before, name


def once_or_not_at_all(
    database: Database, url: str, program: Callable[[], object], points: Sequence[str], names: Sequence[str]
) -> dict[str, int]:
    """Kill the program at each point, then let it be; what it stored then, by table."""
    before = stored(database, names)
    killed_at(database, url, program, points, names)
    program()
    return grown(database, before)
