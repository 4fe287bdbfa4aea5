"""Bars: who rises and who falls, and counts before and after side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from service.studio.plots.marks import HUES, INK, box, drawn, line, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

WORSE, BETTER, SAME = HUES[1:]
_BAR: Final = 22
_WIDE: Final = 300
_STEP: Final = 34
_TALL: Final = 160
_SPARSE: Final = 14
"""So many names fit beside each other; of more, every other one is written."""


class Bar(NamedTuple):
    """A group's name, and how many rise and fall."""

    name: str
    better: int
    worse: int


def rising_and_falling(bars: Sequence[Bar], words: Mapping[str, str]) -> Markup:
    """Who falls to the left, who rises to the right, group by group.

    ``words``: better, worse, and groups, which is the title.
    """
    most = max((max(bar.better, bar.worse) for bar in bars), default=0) or 1
    left, half = 150, _WIDE / 2
    middle = left + half + 40
    marks = [
        text(middle - 8, 14, words["worse"], "end", ink=WORSE),
        text(middle + 8, 14, words["better"], ink=BETTER),
    ]
    for number, bar in enumerate(bars):
        y = 24 + _BAR * number
        marks.append(text(left - 8, y + 14, bar.name, "end"))
        for count, hue, side in ((bar.worse, WORSE, -1), (bar.better, BETTER, 1)):
            length = half * count / most
            begin = middle if side > 0 else middle - length
            marks.append(box(begin, y + 2, length, _BAR - 6, hue=hue, strength=0.85))
            anchor = "start" if side > 0 else "end"
            marks.append(text(middle + side * (length + 5), y + 14, f"{count:,}", anchor, size=11))
    marks.append(line((middle, 20), (middle, 24 + _BAR * len(bars)), hue=SAME))
    return drawn(middle + half + 60, 30 + _BAR * len(bars), words["groups"], marks)


def columns(
    pairs: Sequence[tuple[str, int, int]],
    words: Mapping[str, str],
    *,
    title: str,
    zero: int | None = None,
    most: int = 0,
) -> Markup:
    """Two columns side by side for each name, before and after; ``zero``: the place of a line between two of them.

    ``most``: a height that is marked by a line across, where above 0. ``words``: before, after.
    """
    high = max((max(before, after) for _, before, after in pairs), default=0)
    high = max(high, most) or 1
    top, left = 30, 56
    wide, foot = left + _STEP * len(pairs), top + _TALL
    marks = [
        box(left, 6, 10, 10, hue=SAME, strength=0.45), text(left + 15, 15, words["before"]),
        box(left + 100, 6, 10, 10, hue=INK, strength=0.85), text(left + 115, 15, words["after"]),
        text(left - 6, top + 8, f"{high:,}", "end", size=11), text(left - 6, foot, "0", "end", size=11),
        line((left, foot), (wide, foot), hue=SAME),
    ]  # fmt: skip
    for number, (name, before, after) in enumerate(pairs):
        x = left + _STEP * number
        for count, hue, strength, at in ((before, SAME, 0.45, 3), (after, INK, 0.85, 17)):
            height = _TALL * count / high
            marks.append(box(x + at, foot - height, 13, height, hue=hue, strength=strength))
        if len(pairs) <= _SPARSE or number % 2 == 0:
            marks.append(text(x + _STEP / 2, foot + 16, name, "middle", size=11))
    if zero is not None:
        marks.append(line((left + _STEP * zero, top), (left + _STEP * zero, foot), hue=WORSE))
    if most:
        level = foot - _TALL * most / high
        marks.append(line((left, level), (wide, level), hue=WORSE))
    return drawn(wide + 10, foot + 26, title, marks)
