"""Conditions that can never hold together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.edition.lint.remarks import Remarks
    from scoring.edition.model import Condition


def never_together(conditions: Sequence[Condition]) -> str | None:
    """The attribute of which the conditions ask two different values at once, or None."""
    left: dict[str, set[str]] = {}
    for condition in conditions:
        values = left.setdefault(condition.attribute, set(condition.one_of))
        values.intersection_update(condition.one_of)
        if not values:
            return condition.attribute
    return None


def check_together(conditions: Sequence[Condition], notes: Remarks, path: str, *, clause: str, where: str) -> None:
    """Refuse conditions on one attribute that share no value."""
    attribute = never_together(conditions)
    if attribute is not None:
        notes.error(
            "condition_never_holds",
            path,
            clause=clause,
            zh=f"{where}：对 {attribute} 的几个条件没有共同取值，永远不会成立；请合并为一个条件的 one_of",
            en=f"{where}: the conditions on {attribute} share no value and never hold together: "
            "write one condition with all values in one_of",
        )
