"""Whether there are visits enough for a figure to be read, against limits that are handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.studio.measures.discrimination import Discrimination
    from service.studio.measures.groups import GroupRate


class Shortage(NamedTuple):
    """Of ``what`` (a key of the limits) there are ``has`` where ``needs`` are asked for, in that group."""

    what: str
    has: int
    needs: int
    group: int | None = None


def shortages(
    discrimination: Discrimination, groups: Sequence[GroupRate], least: Mapping[str, int]
) -> Iterator[Shortage]:
    """What there is too little of.

    Args:
        discrimination: of all visits: findings (``problems``) and others (``clean``) each have a limit.
        groups: the visits of each group have the limit ``visits``.
        least: the limits by name.
    """
    for what, has in (("problems", discrimination.problems), ("clean", discrimination.clean)):
        if has < least[what]:
            yield Shortage(what, has, least[what])
    for number, group in enumerate(groups):
        if group.visited < least["visits"]:
            yield Shortage("visits", group.visited, least["visits"], number)
