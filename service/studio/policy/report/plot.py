"""Two plots of a sampling policy: what is traded off with as many visits, and what more inspector days would find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from markupsafe import Markup

from service.studio.plots import Dot, Line, lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SIZE: Final = (540, 270)
_ROOM: Final = 1.05
"""Above the highest end of an interval."""


class Point(NamedTuple):
    """A plan: the share of its visits that go to the worse tiers, what it finds per hundred, and the interval."""

    share: float
    found: float
    low: float
    high: float


def trade_off(points: Sequence[Point], marked: Mapping[str, Point], words: Mapping[str, str]) -> Markup:
    """Findings per hundred visits over the share of visits for the worse tiers; ``marked``: single plans by name.

    Nothing where the bounds leave no choice.
    """
    if len(points) < 2:  # noqa: PLR2004 - a line has two ends
        return Markup("")
    most = max(point.high for point in (*points, *marked.values())) or 1.0
    told = Line(
        words["per_hundred"],
        [(one.share, one.found) for one in points],
        [(one.share, one.low, one.high) for one in points],
    )
    names = [(part / 10, f"{10 * part} %") for part in range(0, 11, 2)]
    dots = [Dot(name, one.share, one.found) for name, one in marked.items()]
    up = (0.0, most * _ROOM)
    return lines([told], title=words["curve"], across=(0.0, 1.0), up=up, names=names, dots=dots, size=_SIZE)


def growth(plans: Sequence[Mapping[str, Any]], capacity: int, words: Mapping[str, str]) -> Markup:
    """Findings of the year over visits in all, as the best plans grow; nothing where that is one plan, or unknown."""
    known = [one for one in plans if one["finds"] is not None]
    if len(known) < 2:  # noqa: PLR2004 - a line has two ends
        return Markup("")
    told = Line(
        words["found"],
        [(one["in_all"], one["finds"]) for one in known],
        [(one["in_all"], *one["interval"]) for one in known],
    )
    here = [Dot(words["best"], one["in_all"], one["finds"]) for one in known if one["in_all"] == capacity]
    across = (0.0, float(known[-1]["in_all"]))
    up = (0.0, max(one["interval"][1] for one in known) * _ROOM or 1.0)
    return lines([told], title=words["growth"], across=across, up=up, dots=here, size=_SIZE)
