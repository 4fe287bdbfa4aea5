"""Caps: they name what exists, and each can bite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scoring.edition.lint.reach import greatest_effect, has_side

if TYPE_CHECKING:
    from scoring.edition.lint.remarks import Remarks
    from scoring.edition.model import Cap, EventRule, Rating


_STAGES: Final = ("case", "code", "dimension", "period")


def check_caps(rating: Rating, notes: Remarks) -> None:
    """Every cap by itself and against those before it."""
    for number, cap in enumerate(rating.caps):
        at = f"/cap/{number}"
        if _is_well_formed(rating, cap, notes, at):
            _check_bite(rating, number, notes, at)


def _is_well_formed(rating: Rating, cap: Cap, notes: Remarks, at: str) -> bool:
    right = True
    if cap.stage == "case" and (cap.calendar_year or cap.months is not None or cap.cycle is not None):
        right = False
        notes.error(
            "cap_out_of_place",
            at,
            clause=cap.clause,
            zh="案件上限不分期间；请去掉 calendar_year、months、cycle，或改用 code 阶段",
            en="a case cap has no period: leave out calendar_year, months and cycle, or use stage code",
        )
    if cap.stage == "period" and cap.over:
        right = False
        notes.error(
            "cap_out_of_place",
            f"{at}/over",
            clause=cap.clause,
            zh="期间上限管全部事项，不写 over；只管部分事项请用 code 或 dimension 阶段",
            en="a period cap holds for everything and has no over: for some events use stage code or dimension",
        )
    known = {dimension.key for dimension in rating.dimensions} if cap.stage == "dimension" else set(rating.rules)
    for place, name in enumerate(cap.over if cap.stage != "period" else ()):
        if name not in known:
            right = False
            what = "维度" if cap.stage == "dimension" else "事项"
            notes.error(
                "dimension_unknown" if cap.stage == "dimension" else "code_unknown",
                f"{at}/over/{place}",
                clause=cap.clause,
                zh=f"上限所指的{what} {name} 不存在；请改正或删去",
                en=f"the cap names the unknown {name}: correct or remove it",
            )
    return right


def _check_bite(rating: Rating, number: int, notes: Remarks, at: str) -> None:
    cap = rating.caps[number]
    touched = [rule for rule in _touched(rating, cap) if has_side(rule, rating, cap.side)]
    if not touched:
        side_zh, side = ("扣分" if cap.side == "bad" else "加分"), cap.side
        notes.error(
            "never_bites",
            at,
            clause=cap.clause,
            zh=f"所管事项没有{side_zh}，这个上限永远不起作用；请改 side 或 over",
            en=f"no event under this cap has {side} points, it never bites: change side or over",
        )
        return
    most = _most_in_bucket(rating, number, touched)
    if most is not None and most <= cap.limit:
        notes.error(
            "never_bites",
            f"{at}/limit",
            clause=cap.clause,
            zh=f"前面的规则已把分值限在 {_plain(most)} 以内，这个上限永远不起作用；请降低 limit 或删去",
            en=f"what comes before leaves at most {_plain(most)}, this cap never bites: lower its limit or remove it",
        )
    elif cap.limit == 0:
        notes.warning(
            "cap_zero",
            f"{at}/limit",
            clause=cap.clause,
            zh="上限为 0，所管分值全部不计；请改上限或删去这些分值",
            en="the limit is 0, none of these points ever count: raise it or remove the points",
        )


def _touched(rating: Rating, cap: Cap) -> list[EventRule]:
    if cap.stage == "dimension":
        return [rule for rule in rating.rules.values() if not cap.over or rule.dimension in cap.over]
    return [rule for rule in rating.rules.values() if not cap.over or rule.code in cap.over]


def _most_in_bucket(rating: Rating, number: int, touched: list[EventRule]) -> int | None:
    """The most that can reach one bucket of the cap, where earlier rules bound it; None where nothing does."""
    cap = rating.caps[number]
    bounds = [_bound_by_earlier(rating, number, touched)]
    if cap.stage == "case" and cap.side == "bad" and rating.absorption.mode == "greatest":
        bounds.append(max(greatest_effect(rule, rating, cap.side) for rule in touched))
    return min((bound for bound in bounds if bound is not None), default=None)


def _bound_by_earlier(rating: Rating, number: int, touched: list[EventRule]) -> int | None:
    """The most that earlier caps of the same side and the same periods let through to one bucket."""
    cap = rating.caps[number]
    earlier = [
        other
        for place, other in enumerate(rating.caps)
        if other.side == cap.side
        and (other.calendar_year, other.months, other.cycle) == (cap.calendar_year, cap.months, cap.cycle)
        and (_STAGES.index(other.stage), place) < (_STAGES.index(cap.stage), number)
    ]
    bounds = [_bound(bucket, earlier) for bucket in _buckets(cap, touched)]
    known = [bound for bound in bounds if bound is not None]
    return max(known) if len(known) == len(bounds) else None


def _buckets(cap: Cap, touched: list[EventRule]) -> list[list[EventRule]]:
    """The events that share a bucket of the cap."""
    if cap.stage == "code":
        return [[rule] for rule in touched]
    if cap.stage == "dimension":
        keys = dict.fromkeys(rule.dimension for rule in touched)
        return [[rule for rule in touched if rule.dimension == key] for key in keys]
    return [touched]


def _bound(rules: list[EventRule], earlier: list[Cap]) -> int | None:
    """The least of the period limit and of the sum over dimensions, each at its own limit or that of its codes."""
    dimensions: dict[str, list[int | None]] = {}
    for rule in rules:
        dimensions.setdefault(rule.dimension, []).append(_least(earlier, "code", rule.code))
    sums = [_lesser(_least(earlier, "dimension", key), _sum(codes)) for key, codes in dimensions.items()]
    return _lesser(_least(earlier, "period", ""), _sum(sums))


def _least(caps: list[Cap], stage: str, key: str) -> int | None:
    return min((cap.limit for cap in caps if cap.stage == stage and (not cap.over or key in cap.over)), default=None)


def _lesser(one: int | None, other: int | None) -> int | None:
    known = [bound for bound in (one, other) if bound is not None]
    return min(known) if known else None


def _sum(bounds: list[int | None]) -> int | None:
    known = [bound for bound in bounds if bound is not None]
    return sum(known) if len(known) == len(bounds) else None


def _plain(hundredths: int) -> str:
    whole, part = divmod(hundredths, 100)
    return f"{whole}.{part:02d}" if part else str(whole)
