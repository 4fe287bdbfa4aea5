"""Absorption within a case: codes exist, nothing absorbs itself, no circles."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.edition.lint.remarks import Remarks
    from scoring.edition.model import Rating


def check_absorption(rating: Rating, notes: Remarks) -> None:
    """The table of what absorbs what."""
    absorption = rating.absorption
    for code, absorbed in absorption.by.items():
        for name in (code, *absorbed):
            if name not in rating.rules:
                notes.error(
                    "code_unknown",
                    f"/absorption/by/{code}",
                    clause=absorption.clause,
                    zh=f"吸收表中的事项 {name} 不存在；请改正或删去",
                    en=f"the absorption table names the unknown event {name}: correct or remove it",
                )
    circle = _circle(absorption.by)
    if circle:
        path = " → ".join(circle)
        notes.error(
            "absorption_cycle",
            f"/absorption/by/{circle[0]}",
            clause=absorption.clause,
            zh=f"吸收关系成环：{path}；请去掉其中一条",
            en=f"absorption runs in a circle: {path}: remove one of its links",
        )


def _circle(by: Mapping[str, tuple[str, ...]]) -> list[str]:
    """One circle in the table, or nothing."""
    finished: set[str] = set()
    for start in by:
        trail = [start]
        ways = [iter(by[start])]
        while ways:
            following = next(ways[-1], None)
            if following is None:
                finished.add(trail.pop())
                ways.pop()
            elif following in trail:
                return [*trail[trail.index(following) :], following]
            elif following not in finished:
                trail.append(following)
                ways.append(iter(by.get(following, ())))
    return []
