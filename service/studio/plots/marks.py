"""Single marks of a drawing, and a scale on which numbers lie. Lengths are in the units of the drawing."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

INK: Final = "#1e293b"
PALE: Final = "#cbd5e1"
HUES: Final = ("#0f5c8c", "#c2410c", "#1b7f5c", "#64748b")
"""Told apart also where colours are not: they differ in darkness."""
_HEAD: Final = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {:.0f} {:.0f}" width="{:.0f}"><title>{}</title>'
)
_TEXT: Final = Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" font-size="{}" fill="{}">{}</text>')
_BOX: Final = Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}" fill-opacity="{:.2f}"/>')
_LINE: Final = Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="{}"{}/>')
_PATH: Final = Markup('<polyline points="{}" fill="none" stroke="{}" stroke-width="2"/>')
_BAND: Final = Markup('<polygon points="{}" fill="{}" fill-opacity="0.15"/>')
_DOT: Final = Markup('<circle cx="{:.1f}" cy="{:.1f}" r="{}" fill="{}"/>')
_DASHED: Final = Markup(' stroke-dasharray="4 4"')
_PLAIN: Final = Markup("")
_STEPS: Final = (1, 2, 5, 10)
_TICKS: Final = 6
_NEAR: Final = 1e-9


class Scale(NamedTuple):
    """From ``low`` to ``high`` in numbers, from ``begin`` to ``end`` in the drawing."""

    low: float
    high: float
    begin: float
    end: float

    def at(self, value: float) -> float:
        """Where a number lies."""
        return self.begin + (self.end - self.begin) * (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        """A few round numbers between both ends."""
        rough = (self.high - self.low) / _TICKS
        power = 10.0 ** floor(log10(rough))
        step = next(power * each for each in _STEPS if power * each >= rough * (1 - _NEAR))
        first, last = ceil(self.low / step - _NEAR), floor(self.high / step + _NEAR)
        return [place * step for place in range(first, last + 1)]


def drawn(wide: float, high: float, title: str, marks: Iterable[Markup]) -> Markup:
    """A drawing of marks."""
    return Markup("").join((_HEAD.format(wide, high, wide, title), *marks, Markup("</svg>")))


def text(x: float, y: float, said: str, anchor: str = "start", *, size: int = 12, ink: str = INK) -> Markup:
    """Words; ``y`` is their foot."""
    return _TEXT.format(x, y, anchor, size, ink, escape(said))


def box(x: float, y: float, wide: float, high: float, *, hue: str, strength: float = 1.0) -> Markup:
    """A filled box from its upper left; ``strength``: from 0, not to be seen, to 1, full."""
    return _BOX.format(x, y, wide, high, hue, strength)


def line(
    start: tuple[float, float], end: tuple[float, float], *, hue: str = PALE, wide: int = 1, dashed: bool = False
) -> Markup:
    """A straight line."""
    return _LINE.format(*start, *end, hue, wide, _DASHED if dashed else _PLAIN)


def path(points: Sequence[tuple[float, float]], *, hue: str) -> Markup:
    """A line through points."""
    return _PATH.format(_joined(points), hue)


def band(points: Sequence[tuple[float, float]], *, hue: str) -> Markup:
    """A pale area within points."""
    return _BAND.format(_joined(points), hue)


def dot(x: float, y: float, *, hue: str, size: int = 4) -> Markup:
    """A point that can be seen."""
    return _DOT.format(x, y, size, hue)


def number(value: float, *, percent: bool = False) -> str:
    """A number as it stands at a tick."""
    return f"{100 * value:g} %" if percent else f"{round(value, 9):g}"


def _joined(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
