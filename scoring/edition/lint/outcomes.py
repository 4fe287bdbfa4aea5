"""Outcome rules, ceilings and streaks: each can apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.edition.lint.conditions import check_together
from scoring.edition.lint.reach import has_side, is_bad, total_span

if TYPE_CHECKING:
    from scoring.edition.lint.remarks import Remarks
    from scoring.edition.model import OutcomeRule, Rating, StreakStep


def check_outcomes(rating: Rating, notes: Remarks) -> None:
    """First match decides, so every rule must leave something to the next."""
    for number, rule in enumerate(rating.outcomes):
        at = f"/outcome/{number}"
        check_together(rule.when, notes, f"{at}/when", clause=rule.clause, where=rule.reason)
        for place, code in enumerate(rule.missing_codes):
            if code not in rating.rules:
                _unknown_code(code, notes, f"{at}/missing_codes/{place}", rule.clause)
        why = _never(rule, rating)
        if why is not None:
            notes.error(
                "outcome_never",
                at,
                clause=rule.clause,
                zh=f"结果规则 {rule.reason} 永远不成立（{why}）；请改条件或删去",
                en=f"outcome {rule.reason} can never hold ({why}): change its tests or remove it",
            )
        for earlier in rating.outcomes[:number]:
            if _follows(rule, earlier):
                notes.error(
                    "outcome_unreachable",
                    at,
                    clause=rule.clause,
                    zh=f"结果规则 {rule.reason} 轮不到：{earlier.reason} 已包括它；请把更窄的放在前面",
                    en=f"outcome {rule.reason} is never reached, {earlier.reason} holds whenever it does: "
                    "put the narrower one first",
                )
                break
        if not _tests(rule):
            notes.error(
                "outcome_always",
                at,
                clause=rule.clause,
                zh=f"结果规则 {rule.reason} 没有条件，总是成立，分数段永远不用；请写条件",
                en=f"outcome {rule.reason} has no test and always holds, so no band is ever used: write a test",
            )


def _tests(rule: OutcomeRule) -> bool:
    stated = (rule.younger_than_months, rule.closed, rule.total_from, rule.total_to)
    flags = (rule.without_occasion, rule.without_evidence, rule.occasion_types, rule.missing_codes, rule.when)
    return any(part is not None for part in stated) or any(flags)


def _never(rule: OutcomeRule, rating: Rating) -> str | None:
    without = rule.without_occasion or rule.without_evidence
    if without and (rule.occasion_types or rule.closed is not None):
        return "without_occasion, without_evidence / occasion_types, closed"
    if rule.total_from is not None and rule.total_to is not None and rule.total_from > rule.total_to:
        return "total_from > total_to"
    span = total_span(rating)
    if rule.total_from is not None and span.high is not None and span.high < rule.total_from:
        return "total_from"
    if rule.total_to is not None and span.low is not None and span.low > rule.total_to:
        return "total_to"
    return None


def _follows(later: OutcomeRule, earlier: OutcomeRule) -> bool:
    """Whenever ``later`` holds, ``earlier`` holds."""
    return (
        _at_most(later.younger_than_months, earlier.younger_than_months)
        and (not earlier.without_occasion or later.without_occasion or later.without_evidence)
        and (not earlier.without_evidence or later.without_evidence)
        and (
            not earlier.occasion_types
            or (bool(later.occasion_types) and {*later.occasion_types} <= {*earlier.occasion_types})
        )
        and (earlier.closed is None or later.closed is earlier.closed)
        and (
            not earlier.missing_codes
            or (bool(later.missing_codes) and {*later.missing_codes} <= {*earlier.missing_codes})
        )
        and all(_is_met(condition.attribute, condition.one_of, later) for condition in earlier.when)
        and _at_most(later.total_to, earlier.total_to)
        and (earlier.total_from is None or (later.total_from is not None and later.total_from >= earlier.total_from))
    )


def _at_most(later: int | None, earlier: int | None) -> bool:
    return earlier is None or (later is not None and later <= earlier)


def _is_met(attribute: str, one_of: tuple[str, ...], later: OutcomeRule) -> bool:
    return any(other.attribute == attribute and set(other.one_of) <= set(one_of) for other in later.when)


def check_ceilings(rating: Rating, notes: Remarks) -> None:
    """Ceilings look at repaired adverse events, so their codes must exist and be able to be adverse."""
    for number, ceiling in enumerate(rating.ceilings):
        at = f"/ceiling/{number}"
        for place, code in enumerate(ceiling.codes):
            if code not in rating.rules:
                _unknown_code(code, notes, f"{at}/codes/{place}", ceiling.clause)
        known = [rating.rules[code] for code in ceiling.codes if code in rating.rules]
        looked_at = known if ceiling.codes else list(rating.rules.values())
        if looked_at and not any(has_side(rule, rating, "bad") for rule in looked_at):
            notes.error(
                "never_bites",
                at,
                clause=ceiling.clause,
                zh="所指事项没有扣分，修复后的上限永远不起作用；请改 codes",
                en="none of these events is adverse, so this ceiling after repair never bites: change its codes",
            )


def check_streaks(rating: Rating, notes: Remarks) -> None:
    """Streak points are good, and a longer run earns more."""
    for number, step in enumerate(rating.streaks):
        at = f"/streak/{number}"
        if step.points == 0 or is_bad(step.points, rating):
            sign_zh, sign = ("正", "above") if rating.direction == "higher_better" else ("负", "below")
            notes.error(
                "streak_not_good",
                f"{at}/points",
                clause=step.clause,
                zh=f"连续守法只能加好：此方向下应写{sign_zh}数",
                en=f"a clean run can only help: in this direction write points {sign} 0",
            )
        elif any(_is_better(other, step) for other in rating.streaks[:number] + rating.streaks[number + 1 :]):
            notes.error(
                "step_unreachable",
                at,
                clause=step.clause,
                zh="另有一档更早达到而加分不少，这一档永远不用；请改分值或期间",
                en="another step is reached sooner and earns as much, this one is never used: change points or span",
            )


def _is_better(other: StreakStep, step: StreakStep) -> bool:
    if abs(other.points) < abs(step.points):
        return False
    if step.months is not None:
        return other.months is not None and other.months < step.months
    return other.occasions is not None and step.occasions is not None and other.occasions < step.occasions


def _unknown_code(code: str, notes: Remarks, path: str, clause: str) -> None:
    notes.error(
        "code_unknown",
        path,
        clause=clause,
        zh=f"没有事项 {code}；请改正或先写它的评分规则",
        en=f"there is no event {code}: correct it or write its rule first",
    )
