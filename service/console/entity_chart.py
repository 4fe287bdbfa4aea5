"""The waterfall of a rating: from the points an entity starts with to its total, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Step(NamedTuple):
    """One bar. ``part``: `base`, `event`, `streak`, `bounds` or `total`; points and the sum after it in hundredths.

    ``bounds`` is what the lines alone do not explain: what dimensions start with, and what least and greatest totals
    add or take.
    """

    part: str
    code: str
    ref: str
    points: int
    after: int


def waterfalls(explanations: Iterable[Mapping[str, Any]]) -> dict[str, list[Step]]:
    """For each kind whose rating has a total: its steps in their order, without events that change nothing."""
    return {one["kind"]: _steps(one) for one in explanations if "total" in one}


def _steps(said: Mapping[str, Any]) -> list[Step]:
    reached = _hundredths(said.get("base", "0.00"))
    steps = [Step("base", "", "", reached, reached)]
    for line in said.get("lines", []):
        points = _hundredths(line.get("counted", "0.00"))
        if points:
            reached += points
            steps.append(Step("event", line["code"], line["ref"], points, reached))
    if "streak" in said:
        points = _hundredths(said["streak"]["points"])
        reached += points
        steps.append(Step("streak", "", "", points, reached))
    total = _hundredths(said["total"])
    if total != reached:
        steps.append(Step("bounds", "", "", total - reached, total))
    return [*steps, Step("total", "", "", total, total)]


def _hundredths(written: str) -> int:
    """Points written with two decimals, in hundredths."""
    whole, _, part = written.partition(".")
    size = int(whole.lstrip("-") or 0) * 100 + int(part.ljust(2, "0")[:2] or 0)
    return -size if written.startswith("-") else size
