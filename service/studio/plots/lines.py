"""Lines over a plane, with pale bands for their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from service.studio.plots.marks import HUES, Scale, band, box, dot, drawn, line, number, path, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup

_LEFT: Final = 46
_TOP: Final = 26


class Dot(NamedTuple):
    """A single place with its name beside it."""

    name: str
    x: float
    y: float


class Line(NamedTuple):
    """A line through points (x, y); ``band``: (x, low, high) where an interval is known."""

    name: str
    points: Sequence[tuple[float, float]]
    band: Sequence[tuple[float, float, float]] = ()


def lines(
    told: Sequence[Line],
    *,
    title: str,
    across: tuple[float, float],
    up: tuple[float, float],
    names: Sequence[tuple[float, str]] | None = None,
    dots: Sequence[Dot] = (),
    diagonal: bool = False,
    level: float | None = None,
    size: tuple[int, int] = (420, 300),
) -> Markup:
    """Lines between the bounds ``across`` and ``up``.

    ``names``: what stands below at some places, else round numbers; ``dots``: marked, each with a name;
    ``diagonal``, ``level``: dashed, for reference.
    """
    wide, high = size
    x, y = Scale(*across, _LEFT, _LEFT + wide), Scale(*up, _TOP + high, _TOP)
    marks = [*_grid(x, y, names)]
    if diagonal:
        marks.append(line((x.begin, y.begin), (x.end, y.end), dashed=True))
    if level is not None:
        marks.append(line((x.begin, y.at(level)), (x.end, y.at(level)), dashed=True, hue=HUES[3]))
    for place, one in enumerate(told):
        hue = HUES[place % len(HUES)]
        if one.band:
            there = [(x.at(at), y.at(low)) for at, low, _ in one.band]
            back = [(x.at(at), y.at(top)) for at, _, top in reversed(one.band)]
            marks.append(band([*there, *back], hue=hue))
        marks.append(path([(x.at(at), y.at(value)) for at, value in one.points], hue=hue))
        marks += [box(_LEFT + 130 * place, 4, 12, 12, hue=hue), text(_LEFT + 130 * place + 18, 14, one.name)]
    for mark in dots:
        at, foot = x.at(mark.x), y.at(mark.y)
        aside = ("end", -9.0) if at > _LEFT + wide / 2 else ("start", 9.0)
        marks += [dot(at, foot, hue=HUES[1], size=5), text(at + aside[1], foot - 8, mark.name, aside[0], ink=HUES[1])]
    return drawn(_LEFT + wide + 24, _TOP + high + 28, title, marks)


def _grid(x: Scale, y: Scale, names: Sequence[tuple[float, str]] | None) -> Iterator[Markup]:
    for tick in y.ticks():
        yield line((x.begin, y.at(tick)), (x.end, y.at(tick)))
        yield text(x.begin - 6, y.at(tick) + 4, number(tick), "end", size=11)
    for at, name in names if names is not None else [(tick, number(tick)) for tick in x.ticks()]:
        yield line((x.at(at), y.begin), (x.at(at), y.begin + 4))
        yield text(x.at(at), y.begin + 17, name, "middle", size=11)
