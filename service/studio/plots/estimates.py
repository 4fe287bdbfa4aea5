"""Figures with their intervals, one under the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from service.studio.plots.marks import HUES, INK, PALE, Scale, dot, drawn, line, number, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

_ROW: Final = 30
_LEFT: Final = 120
_WIDE: Final = 360


class Estimate(NamedTuple):
    """A figure and its interval, where there is one; ``beside``: what it is held against; ``note``: written behind."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    beside: float | None = None
    note: str = ""


def estimates(rows: Sequence[Estimate], *, title: str, percent: bool = False, zero: float | None = None) -> Markup:
    """A point and its interval for each row; a ring where it is held against something; a line at ``zero``."""
    ends = [end for row in rows for end in (row.value, row.low, row.high, row.beside, zero) if end is not None]
    low, high = min(0.0, *ends), max(ends, default=1.0)
    scale = Scale(low, high if high > low else low + 1, _LEFT, _LEFT + _WIDE)
    foot = 10 + _ROW * len(rows)
    marks = [
        mark
        for tick in scale.ticks()
        for mark in (
            line((scale.at(tick), 6), (scale.at(tick), foot)),
            text(scale.at(tick), foot + 16, number(tick, percent=percent), "middle", size=11),
        )
    ]
    if zero is not None:
        marks.append(line((scale.at(zero), 6), (scale.at(zero), foot), hue=INK))
    for place, row in enumerate(rows):
        marks += _row(row, scale, 10 + _ROW * (place + 0.5))
    return drawn(_LEFT + _WIDE + 130, foot + 24, title, marks)


def _row(row: Estimate, scale: Scale, y: float) -> list[Markup]:
    marks = [text(_LEFT - 10, y + 4, row.name, "end"), text(_LEFT + _WIDE + 12, y + 4, row.note, size=11)]
    if row.low is not None and row.high is not None:
        marks.append(line((scale.at(row.low), y), (scale.at(row.high), y), hue=HUES[0], wide=3))
    if row.beside is not None:
        marks += [dot(scale.at(row.beside), y, hue=HUES[1], size=6), dot(scale.at(row.beside), y, hue=PALE, size=3)]
    return [*marks, dot(scale.at(row.value), y, hue=HUES[0], size=5)]
