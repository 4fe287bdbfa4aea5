"""Which of the stocks that are kept is asked: by position, or the newest that a day allows."""

from __future__ import annotations

from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from service.platform import Problem
from service.studio.stock.opening import open_stock, stocks_in

if TYPE_CHECKING:
    from pathlib import Path

    from service.studio.stock.opening import Stock


class Kept(NamedTuple):
    """A stock that is there to be opened; its folder is named by position and day."""

    folder: Path
    position: int
    day: date


class _Opened:
    """The stock that was opened last: its files stay mapped, so that the next question finds them in memory."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: tuple[Kept, Stock] | None = None

    def get(self, kept: Kept) -> Stock:
        with self._lock:
            if self._last is None or self._last[0] != kept:
                self._last = (kept, open_stock(kept.folder))
            return self._last[1]


_opened = _Opened()


def stocks_kept(folder: Path) -> list[Kept]:
    """Every stock in a folder, the newest first."""
    found = []
    for place in stocks_in(folder):
        position, _, day = place.name.partition("-")
        found.append(Kept(place, int(position), date.fromisoformat(day)))
    return found


def chosen_stock(folder: Path, *, position: int | None = None, day: date | None = None) -> Stock:
    """The stock of a position, else the newest; none that is of a later day than the one asked about.

    Raises:
        Problem: ``stock_missing``, ``stock_not_kept``, ``dry_run_before_stock``, ``stock_damaged``.
    """
    kept = stocks_kept(folder)
    if not kept:
        raise Problem("stock_missing", folder=str(folder))
    wanted = [one for one in kept if position is None or one.position == position]
    if not wanted:
        there = ", ".join(str(each) for each in sorted({one.position for one in kept}))
        raise Problem("stock_not_kept", pointer="/position", position=position, kept=there)
    by_then = [one for one in wanted if day is None or one.day <= day]
    if not by_then:
        first = min(one.day for one in wanted)
        raise Problem("dry_run_before_stock", pointer="/day", day=f"{day}", stock=first.isoformat())
    return _opened.get(by_then[0])
