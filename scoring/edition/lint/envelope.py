"""The envelope: clauses, dates, kinds, what is unverified, and how often a tier is drawn."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from scoring.edition.envelope import MATTERS
from scoring.edition.overrides import EVERY_KIND
from scoring.edition.tiering import STRATA
from scoring.editions.shipped import jurisdictions
from scoring.kernel.workdays import Term

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scoring.edition.lint.remarks import Remarks
    from scoring.edition.model import Edition, Rating


def check_envelope(edition: Edition, notes: Remarks) -> None:
    """What the edition says about itself."""
    if edition.force_to is not None and edition.force_to <= edition.force_from:
        notes.error("force_empty", "/force_to", zh="失效日应晚于施行日", en="force_to must lie after force_from")
    for kind in edition.ratings:
        if kind != EVERY_KIND and edition.kinds and kind not in edition.kinds:
            notes.error(
                "kind_unknown",
                "/rating/override",
                zh=f"门类 {kind} 不在 kinds 中；请补入或删去",
                en=f"kind {kind} is not among kinds: add it there or remove it here",
            )
    title_zh, title_en = edition.title.get("zh", ""), edition.title.get("en", "illustrative")
    if edition.illustrative and ("示例" not in title_zh or "illustrative" not in title_en.lower()):
        notes.error(
            "illustrative_unsaid",
            "/title",
            zh="示例版本应在名称中写明“示例”和 illustrative",
            en="an illustrative edition says so in its title: “示例” and “illustrative”",
        )
    if (edition.map_codes or edition.map_dimensions) and edition.predecessor is None:
        notes.error(
            "map_without_predecessor",
            "/map",
            zh="有对照表而没有 predecessor；请写上一版本的 id",
            en="there is a map and no predecessor: write the id of the edition before",
        )


def check_calendar(edition: Edition, notes: Remarks) -> None:
    """What counts in working days says by which calendar, and that one is shipped."""
    known = jurisdictions()
    if edition.calendar is not None and edition.calendar not in known:
        notes.error(
            "calendar_unknown",
            "/calendar",
            zh=f"没有工作日历 {edition.calendar}；可用：{', '.join(known)}",
            en=f"there is no calendar {edition.calendar}; write one of: {', '.join(known)}",
        )
    counting = (rating.provisional for rating in edition.ratings.values())
    counted = any(one is not None and one.counting == "working_days" for one in counting)
    counted = counted or any(_counts_working_days(section) for section in (edition.publicity, edition.deadlines))
    if edition.calendar is None and counted:
        notes.error(
            "calendar_missing",
            "/calendar",
            zh="期限按工作日计算而没有 calendar；请写明适用的工作日历",
            en="a period counts working days and no calendar is named: write calendar",
        )


def _counts_working_days(value: Any) -> bool:  # noqa: ANN401 - walks any part of the model
    """Whether a period below a value is one of working days."""
    if isinstance(value, Term):
        return value.unit == "working_days"
    if is_dataclass(value):
        return any(_counts_working_days(getattr(value, part.name)) for part in fields(value))
    if hasattr(value, "values"):
        return any(_counts_working_days(entry) for entry in value.values())
    return isinstance(value, tuple) and any(_counts_working_days(entry) for entry in value)


_PLAIN: Final = frozenset({str, int, bool, type(None)})
"""Most of the model is of these, and holds no clause."""


def check_clauses(edition: Edition, notes: Remarks) -> None:
    """Every clause that is named has its text, every text is used, and what is unverified is one of them."""
    used = dict(_clauses(edition))
    for clause, path in used.items():
        if clause and clause not in edition.clauses:
            notes.error(
                "clause_unknown",
                path,
                clause=clause,
                zh=f"条款“{clause}”没有条文；请在 [clauses] 中写明",
                en=f"clause “{clause}” has no text: write it under [clauses]",
            )
    for clause in edition.clauses:
        if clause not in used and clause not in edition.unverified_clauses:
            notes.warning(
                "clause_unused",
                f"/clauses/{clause.replace('~', '~0').replace('/', '~1')}",
                clause=clause,
                zh=f"没有规则依据条款“{clause}”，请删去或写出其规则",
                en=f"no rule rests on clause “{clause}”: remove it or write its rule",
            )
    for clause in sorted(edition.unverified_clauses - set(edition.clauses)):
        notes.error(
            "clause_unknown",
            "/unverified_clauses",
            clause=clause,
            zh=f"未核对的条款“{clause}”没有条文；请在 [clauses] 中写明",
            en=f"the unverified clause “{clause}” has no text: write it under [clauses]",
        )
    if edition.verified and edition.unverified_clauses:
        notes.error(
            "verified_and_not",
            "/verified",
            zh="既称已核对，又列有未核对的条款；请写 verified = false 或清空 unverified_clauses",
            en="verified is true and unverified_clauses is not empty: write verified = false or empty the list",
        )


def check_base_clause(rating: Rating, notes: Remarks) -> None:
    """Base, window and limits rest on a clause too."""
    if not rating.base_clause:
        notes.warning(
            "base_without_clause",
            "/base_clause",
            zh="起点分、计分窗口和上下限没有依据条款；请写 base_clause",
            en="base, window and limits rest on no clause: write base_clause",
        )


def _clauses(edition: Edition) -> Iterator[tuple[str, str]]:
    for kind, rating in edition.ratings.items():
        yield from _named(rating, "/rating" if kind == EVERY_KIND else "/rating/override")
    yield from _named(edition.frequency, "/frequency")
    for matter in MATTERS[1:]:
        yield from _named(getattr(edition, matter), f"/{matter}")


def _named(value: Any, path: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - walks any part of the model
    """Every ``clause`` field below a value, with the section in which it stands."""
    parts = _parts(type(value))  # type: ignore[arg-type] # mypy takes a class of anything for one without a hash
    for name, is_clause in parts or ():
        inner = getattr(value, name)
        if is_clause:
            yield inner, path
        elif inner is not None and type(inner) not in _PLAIN:
            yield from _named(inner, path)
    if parts is None and type(value) not in _PLAIN:
        entries = value if isinstance(value, tuple) else value.values() if hasattr(value, "items") else ()
        for entry in entries:
            yield from _named(entry, path)


@cache
def _parts(kind: type) -> tuple[tuple[str, bool], ...] | None:
    """The fields of a part of the model, and whether each names a clause; None: it is no such part."""
    if not is_dataclass(kind):
        return None
    return tuple((part.name, part.name == "clause" or part.name.endswith("_clause")) for part in fields(kind))


def check_frequency(edition: Edition, notes: Remarks) -> None:
    """Every tier has its frequency, none is invisible, and worse tiers are not drawn less."""
    tiers = list(dict.fromkeys(tier for rating in edition.ratings.values() for tier in rating.tiers))
    frequency = edition.frequency
    for tier, entry in frequency.items():
        at = f"/frequency/{tier}"
        if tier not in tiers and tier not in STRATA:
            notes.error(
                "tier_unknown",
                at,
                clause=entry.clause,
                zh=f"没有监管等级 {tier}；请改正或删去（另可写 {', '.join(STRATA)}）",
                en=f"there is no tier {tier}: correct or remove it (beside tiers: {', '.join(STRATA)})",
            )
        if (
            entry.min_per_year is not None
            and entry.max_per_year is not None
            and entry.min_per_year > entry.max_per_year
        ):
            notes.error(
                "limits_crossed",
                at,
                clause=entry.clause,
                zh=f"{tier}：每年最少次数大于最多次数，请降低 min_per_year 或提高 max_per_year",
                en=f"{tier}: min_per_year is above max_per_year: lower the one or raise the other",
            )
        if entry.ratio is not None and entry.ratio[0] == 0 and not (entry.verification_sample or (0, 1))[0]:
            notes.warning(
                "tier_invisible",
                at,
                clause=entry.clause,
                zh=f"{tier} 永远不会被抽到；请写比例或 verification_sample",
                en=f"{tier} is never drawn: write a ratio or a verification_sample",
            )
    _check_frequency_order(tiers, frequency, notes)


def _check_frequency_order(tiers: list[str], frequency: Mapping[str, Any], notes: Remarks) -> None:
    if not frequency:
        return
    for tier in tiers:
        if tier not in frequency:
            notes.error(
                "frequency_missing",
                "/frequency",
                zh=f"监管等级 {tier} 没有检查频次；请写 [frequency.{tier}]",
                en=f"tier {tier} has no frequency: write [frequency.{tier}]",
            )
    drawn = [(tier, frequency[tier]) for tier in tiers if tier in frequency and frequency[tier].ratio]
    for (better, entry), (worse, other) in pairwise(drawn):
        if entry.ratio[0] * other.ratio[1] > other.ratio[0] * entry.ratio[1]:
            notes.warning(
                "frequency_not_monotone",
                f"/frequency/{worse}/ratio",
                clause=other.clause,
                zh=f"{worse} 的抽查比例低于更好的 {better}",
                en=f"{worse} is drawn less than the better {better}: compare the ratios",
            )
    weighed = [(tier, frequency[tier]) for tier in tiers if tier in frequency and frequency[tier].weight]
    for (better, entry), (worse, other) in pairwise(weighed):
        if entry.weight > other.weight:
            notes.warning(
                "frequency_not_monotone",
                f"/frequency/{worse}/weight",
                clause=other.clause,
                zh=f"{worse} 的抽取权重低于更好的 {better}",
                en=f"{worse} weighs less than the better {better}: compare the weights",
            )
