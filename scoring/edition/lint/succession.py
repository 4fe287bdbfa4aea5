"""One edition after another: every code, dimension and grade of the earlier one is understood by the later."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from scoring.edition.lint.remarks import Remarks
    from scoring.edition.model import Edition, EventRule, Rating


def check_succession(edition: Edition, before: Edition, notes: Remarks) -> None:
    """An edition against its predecessor."""
    if edition.rulebook != before.rulebook or edition.predecessor != before.id:
        notes.error(
            "predecessor_mismatch",
            "/predecessor",
            zh=f'上一版本是 {before.rulebook} 的 {before.id}；请写 predecessor = "{before.id}" 和同一 rulebook',
            en=f"the edition before is {before.id} of {before.rulebook}: "
            f'write predecessor = "{before.id}" and the same rulebook',
        )
    if edition.force_from <= before.force_from:
        notes.error(
            "force_not_after",
            "/force_from",
            zh=f"施行日应晚于上一版本的 {before.force_from}",
            en=f"force_from must lie after {before.force_from}, when the edition before took force",
        )
    _check_reach(edition, before, notes)
    _check_map_keys(edition, before, notes)
    for kind, old, new in _pairs(edition, before):
        _check_codes(edition, kind, old, new, notes)
        _check_warnings(edition, kind, old, new, notes)
        _check_dimensions(edition, kind, old, new, notes)
        check_inherited(edition, kind, old, new, notes)


def _check_reach(edition: Edition, before: Edition, notes: Remarks) -> None:
    """The force of the edition before ends wherever it reached: what is not named again is left without a law."""
    left = [
        *_left(before.regions, edition.regions, "regions", _holds),
        *_left(before.kinds, edition.kinds, "kinds", str.__eq__),
        *(matter for matter in before.matters if matter not in edition.matters),
    ]
    if left:
        names = ", ".join(left)
        notes.warning(
            "reach_lost",
            "/predecessor",
            zh=f"上一版本适用于 {names}，本版本不适用，自施行日起该处不再有本办法；如非本意，请一并写入",
            en=f"the edition before reaches {names}, this one does not, and from its first day nothing of the rulebook "
            "is in force there: name it here too, unless that is meant",
        )


def _left(old: Iterable[str], new: Sequence[str], every: str, holds: Callable[[str, str], bool]) -> list[str]:
    """What the old names and the new do not hold; an empty list of names is all of them, told as ``every``."""
    if not new:
        return []
    return [one for one in old if not any(holds(other, one) for other in new)] if old else [every]


def _holds(region: str, other: str) -> bool:
    """Whether a region (GB/T 2260) holds another: it is equal up to its trailing pairs of zeros."""
    while region.endswith("00"):
        region = region[:-2]
    return other.startswith(region)


def _pairs(edition: Edition, before: Edition) -> Iterator[tuple[str, Rating, Rating]]:
    if not (before.ratings and edition.ratings):
        return  # what does not rate carries no points into the other
    for kind in dict.fromkeys((*before.ratings, *edition.ratings)):
        yield kind, before.rating_for(kind), edition.rating_for(kind)


def _check_map_keys(edition: Edition, before: Edition, notes: Remarks) -> None:
    codes = {code for rating in before.ratings.values() for code in (*rating.rules, *_warning_codes(rating))}
    dimensions = {dimension.key for rating in before.ratings.values() for dimension in rating.dimensions}
    for part, keys, known in (
        ("codes", edition.map_codes, codes),
        ("dimensions", edition.map_dimensions, dimensions),
    ):
        for key in keys:
            if key not in known:
                notes.error(
                    "map_stray",
                    f"/map/{part}/{key}",
                    zh=f"上一版本没有 {key}；请改正或删去",
                    en=f"the edition before has no {key}: correct or remove this line",
                )


def _warning_codes(rating: Rating) -> set[str]:
    """Codes of the risk warnings, which follow the map like every code the current edition names (page, 1.5)."""
    return set() if rating.risk is None else {warning.code for warning in rating.risk.warnings}


def _check_codes(edition: Edition, kind: str, old: Rating, new: Rating, notes: Remarks) -> None:
    for code in old.rules:
        target = edition.map_codes.get(code, code)
        if target and target not in new.rules:
            known = code in edition.map_codes
            notes.error(
                "code_unmapped",
                f"/map/codes/{code}" if known else "/map/codes",
                zh=f"门类 {kind}：上一版本的事项 {code} 在本版本没有去处；"
                '请在 [map.codes] 中写新代码，或写 "" 表示不再评',
                en=f"kind {kind}: event {code} of the edition before has no place here: "
                'map it under [map.codes] to a code, or to "" if it is no longer known',
            )


def _check_warnings(edition: Edition, kind: str, old: Rating, new: Rating, notes: Remarks) -> None:
    if new.risk is None:
        return  # the whole of inherent risk was given up, and with it every warning
    for code in sorted(_warning_codes(old)):
        target = edition.map_codes.get(code, code)
        if target and target not in _warning_codes(new):
            notes.error(
                "warning_unmapped",
                f"/map/codes/{code}" if code in edition.map_codes else "/map/codes",
                zh=f"门类 {kind}：上一版本的风险预警 {code} 在本版本没有去处；"
                '请在 [map.codes] 中写新代码，或写 "" 表示不再计',
                en=f"kind {kind}: risk warning {code} of the edition before has no place here: "
                'map it under [map.codes] to a warning, or to "" if it counts no more',
            )


def _check_dimensions(edition: Edition, kind: str, old: Rating, new: Rating, notes: Remarks) -> None:
    here = {dimension.key for dimension in new.dimensions}
    for dimension in dict.fromkeys(rule.dimension for rule in old.rules.values()):
        if edition.map_dimensions.get(dimension, dimension) not in here:
            notes.error(
                "dimension_unmapped",
                "/map/dimensions",
                zh=f"门类 {kind}：上一版本的维度 {dimension} 在本版本没有去处；请在 [map.dimensions] 中对照",
                en=f"kind {kind}: dimension {dimension} of the edition before has no place here: "
                "map it under [map.dimensions]",
            )


def check_inherited(edition: Edition, kind: str, old: Rating, new: Rating, notes: Remarks) -> None:
    """What an old event still carries into this edition: its sign and the grades that it names."""
    if edition.transition == "restate":
        return
    if old.direction != new.direction:
        notes.error(
            "direction_changed",
            "/transition",
            zh=f'门类 {kind}：方向与上一版本相反，旧分值会算反；请写 transition = "restate"',
            en=f"kind {kind}: the direction was turned, old points would count the wrong way: "
            'write transition = "restate"',
        )
    grades = {grade.key for grade in new.grades}
    for rule in old.rules.values():
        for grade in _named_grades(rule):
            if grade not in grades:
                notes.error(
                    "grade_unmapped",
                    "/rating/grade",
                    zh=f"门类 {kind}：上一版本的事项 {rule.code} 指名等级 {grade}，本版本没有；"
                    '请保留该等级或写 transition = "restate"',
                    en=f"kind {kind}: event {rule.code} of an earlier edition names grade {grade}, which is not here: "
                    'keep that grade or write transition = "restate"',
                )


def _named_grades(rule: EventRule) -> tuple[str, ...]:
    named = (rule.direct and rule.direct.grade, rule.floor and rule.floor.grade, rule.shift and rule.shift.limit)
    return tuple(grade for grade in named if grade)


def check_older(edition: Edition, older: Edition, notes: Remarks) -> None:
    """An edition against one before its predecessor, whose events may still count."""
    for kind, old, new in _pairs(edition, older):
        check_inherited(edition, kind, old, new, notes)
