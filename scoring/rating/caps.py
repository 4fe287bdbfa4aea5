"""Step 5: caps, filled oldest first within their buckets."""

from __future__ import annotations

from operator import gt
from typing import TYPE_CHECKING, TypeAlias

from scoring.kernel.days import months_after
from scoring.rating.result import Cut
from scoring.rating.spans import span_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.edition.model import Cap
    from scoring.rating.items import Item
    from scoring.rating.plan import Plan

    Bucket: TypeAlias = tuple[str, int]


def apply_caps(plan: Plan, items: list[Item], attributes: Mapping[str, str]) -> None:
    """Sets the counted points of what stands as ``counted``, cap by cap."""
    live = [item for item in items if item.standing == "counted" and item.raw]
    effects = [0] * len(plan.caps)
    for item in live:
        item.counted = item.raw
        effect = item.raw * plan.bad
        good, bad = item.rule.caps
        if effect > 0:
            for place in bad:
                effects[place] += effect
        else:
            for place in good:
                effects[place] -= effect
    if not any(map(gt, effects, plan.limits)):
        return
    for cap, effect in zip(plan.caps, effects, strict=True):
        if effect > cap.limit:  # else no bucket of this cap can be over its limit
            sign = plan.bad if cap.side == "bad" else -plan.bad
            side = _concerned(cap, sign, live)
            if sum([item.counted for item in side]) * sign > cap.limit:
                _fill(cap, sign, side, attributes)


def _concerned(cap: Cap, sign: int, live: list[Item]) -> list[Item]:
    """Those of the cap's side that it does not leave alone by their name."""
    side = [item for item in live if item.counted * sign > 0]
    if not cap.over:
        return side
    if cap.stage == "dimension":
        return [item for item in side if item.rule.dimension in cap.over]
    return side if cap.stage == "period" else [item for item in side if item.rule.code in cap.over]


def _fill(cap: Cap, sign: int, side: list[Item], attributes: Mapping[str, str]) -> None:
    if cap.months is not None:
        _fill_rolling(cap, sign, side, attributes)
        return
    left: dict[Bucket, int] = {}
    for item in side:
        bucket = _bucket(cap, item, attributes)
        if bucket is None:
            continue
        room = left.get(bucket, cap.limit)
        effect = item.counted * sign
        if effect > room:
            _cut(cap, item, room * sign)
            effect = room
        left[bucket] = room - effect


def _fill_rolling(cap: Cap, sign: int, side: list[Item], attributes: Mapping[str, str]) -> None:
    """As ``_fill``, but the earlier ones fall out of the bucket after the cap's months."""
    after = months_after(cap.months or 0)
    filled: dict[Bucket, list[tuple[date, int]]] = {}
    for item in side:
        bucket = _bucket(cap, item, attributes)
        if bucket is None:
            continue
        earlier = filled.setdefault(bucket, [])
        day = item.event.decided_on
        room = max(cap.limit - sum(effect for until, effect in earlier if until > day), 0)
        if item.counted * sign > room:
            _cut(cap, item, room * sign)
        earlier.append((after[day], item.counted * sign))


def _cut(cap: Cap, item: Item, left: int) -> None:
    item.counted = left
    item.cuts = (*item.cuts, Cut(cap.stage, cap.clause, left))


def _bucket(cap: Cap, item: Item, attributes: Mapping[str, str]) -> Bucket | None:
    """The bucket of an event: its name, split by year or cycle span; None where the cap leaves the event alone."""
    code = item.rule.code
    if cap.stage == "period":
        name = named = ""
    elif cap.stage == "dimension":
        name = named = item.rule.dimension
    elif cap.stage == "code":
        name = named = code
        if not code:
            return None
    else:
        if item.event.case_ref is None:
            return None
        name, named = item.event.case_ref, code
    if cap.over and named not in cap.over:
        return None
    day = item.event.decided_on
    if cap.calendar_year:
        return name, day.year
    if cap.cycle is not None:
        return name, span_of(cap.cycle, attributes, day)[0].toordinal()
    return name, 0
