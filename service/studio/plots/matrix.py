"""How many go from which tier to which, as a matrix of shades."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Final

from service.studio.plots.bars import BETTER, SAME, WORSE
from service.studio.plots.marks import INK, box, drawn, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from markupsafe import Markup

_CELL: Final = 64
_LEFT: Final = 84
_TOP: Final = 52
_LARGE: Final = 14
_DARK: Final = 0.6
"""From this share of a row's marks on, a number is white."""


def heat_map(
    cells: Mapping[tuple[str | None, str | None], int], order: Sequence[str], words: Mapping[str, str]
) -> Markup:
    """From which tier (rows) to which (columns), best first and none last; the darker, the more of a row go there.

    ``words``: before, after, none, and matrix, which is the title.
    """
    rows, columns = (_ordered({pair[side] for pair in cells}, order) for side in (0, 1))
    totals = {row: sum(count for (before, _), count in cells.items() if before == row) for row in rows}
    marks = [
        text(_LEFT + _CELL * len(columns) / 2, 14, words["after"], "middle"),
        text(0, _TOP - 8, words["before"]),
    ]
    for across, column in enumerate(columns):
        marks.append(text(_LEFT + _CELL * (across + 0.5), 38, column or words["none"], "middle", size=_LARGE))
    for down, row in enumerate(rows):
        y = _TOP + _CELL * down
        marks.append(text(_LEFT - 10, y + _CELL / 2 + 5, row or words["none"], "end", size=_LARGE))
        for across, column in enumerate(columns):
            count = cells.get((row, column), 0)
            share = sqrt(count / totals[row]) if totals[row] else 0
            x, strength = _LEFT + _CELL * across, 0.06 + 0.84 * share if count else 0.03
            marks.append(box(x, y, _CELL - 2, _CELL - 2, hue=_hue(row, column, order), strength=strength))
            ink, said = "#ffffff" if share > _DARK else INK, f"{count:,}" if count else "·"
            marks.append(text(x + _CELL / 2 - 1, y + _CELL / 2 + 5, said, "middle", size=_LARGE, ink=ink))
    return drawn(_LEFT + _CELL * len(columns), _TOP + _CELL * len(rows), words["matrix"], marks)


def _ordered(found: Iterable[str | None], order: Sequence[str]) -> list[str | None]:
    return sorted(found, key=lambda each: (each is None, order.index(each) if each in order else len(order), str(each)))


def _hue(before: str | None, after: str | None, order: Sequence[str]) -> str:
    if before == after or before not in order or after not in order:
        return SAME
    return BETTER if order.index(str(after)) < order.index(str(before)) else WORSE
