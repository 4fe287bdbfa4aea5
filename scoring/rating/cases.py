"""Step 4: within one case only some facts count, and of a group only the heaviest."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.edition.model import Absorption
    from scoring.rating.items import Item, Reading
    from scoring.rating.plan import Plan


def settle_cases(plan: Plan, reading: Reading) -> None:
    """Gives the standings ``absorbed`` and ``lesser_of_group``, with what outweighed the event."""
    for members in reading.cases.values():
        if len(members) > 1:
            for item, absorber in _absorbed(plan.rating.absorption, members):
                if item.standing == "counted":
                    item.standing = "absorbed"
                    item.by = absorber.event.source, absorber.event.ref
    if len(reading.grouped) > 1:
        _keep_highest(plan, reading.grouped)


def _absorbed(absorption: Absorption, members: list[Item]) -> Iterable[tuple[Item, Item]]:
    """Pairs of an absorbed event of a case and the one that absorbs it, whether they are live or not."""
    if absorption.mode == "greatest":
        heaviest = max(members, key=lambda item: abs(item.worth.unrestored))  # max gives the earliest of equals
        return [(item, heaviest) for item in members if item is not heaviest]
    found = []
    for item in members:
        code = item.rule.code
        for other in members:
            if other is not item and code and other.rule.code and code in absorption.by.get(other.rule.code, ()):
                found.append((item, other))
                break
    return found


def _keep_highest(plan: Plan, items: list[Item]) -> None:
    groups: dict[tuple[str, bool], list[Item]] = {}
    for item in items:
        name = item.rule.group
        if name is not None and item.standing == "counted" and item.raw:
            groups.setdefault((name, item.raw * plan.bad > 0), []).append(item)
    for members in groups.values():
        heaviest = max(members, key=lambda item: abs(item.raw))
        for item in members:
            if item is not heaviest:
                item.standing = "lesser_of_group"
                item.by = heaviest.event.source, heaviest.event.ref
