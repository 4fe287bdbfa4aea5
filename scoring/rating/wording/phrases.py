"""The fixed halves of sentences, Chinese and English."""

from __future__ import annotations

from typing import Final

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "head": (
        "{as_of}，{entity}（门类：{kind}）依据《{title}》的评价",
        "{entity} (kind {kind}) on {as_of}, rated by “{title}”",
    ),
    "illustrative": ("本办法仅为示例，不具法律效力", "This rulebook is illustrative and has no legal force"),
    "unverified": ("本办法部分内容未经核对原文", "Parts of this rulebook have not been checked against its source"),
    "no_edition": ("当日没有施行中的评价办法，不评级", "No edition of the rulebook is in force on that day: not rated"),
    "no_valid_licence": ("当日没有有效许可，不评级", "No licence is valid on that day: not rated"),
    "start": ("起始分{points}", "Starts from {points}"),
    "start_of": ("{dimension}起始分{points}", "{dimension} starts from {points}"),
    "counted": ("{day} {fact}：计{points}", "{day} {fact}: {points}"),
    "by_clause": ("依据{clause}", "under {clause}"),
    "raw": ("应计{points}", "would be {points}"),
    "factor": ("按{clause}乘以{factor}", "times {factor} under {clause}"),
    "repeated": ("第{nth}次发生，按{clause}乘以{factor}", "number {nth} of its kind, times {factor} under {clause}"),
    "restored": ("已纠正，按{clause}返还{share}", "corrected, {share} given back under {clause}"),
    "cut": ("受上限约束（{clause}），计至{points}", "limited to {points} by the cap under {clause}"),
    "until": ("计至{day}前一日", "counts until the day before {day}"),
    "until_open": ("没有预定的截止日", "counts without a set end"),
    "dimension": ("{dimension}合计{points}", "{dimension}: {points} in all"),
    "streak": ("连续守信{points}（{clause}）", "Clean run: {points} ({clause})"),
    "total": ("总分{points}", "Score: {points}"),
    "worst_item": ("最重单项{points}", "Worst single item: {points}"),
    "banded": ("按分数为{grade}（{clause}）", "By its score: {grade} ({clause})"),
    "outcome_grade": ("{text}，定为{grade}（{clause}）", "{text}: {grade} ({clause})"),
    "outcome_state": ("{text}（{clause}）", "{text} ({clause})"),
    "direct": (
        "因{fact}直接判为不高于{grade}（{clause}）{until}",
        "{fact} sets the grade directly at {grade} or worse ({clause}){until}",
    ),
    "floor": (
        "因{fact}不低于{grade}（{clause}）{until}",
        "{fact} keeps the grade at {grade} or better ({clause}){until}",
    ),
    "shift": ("因{fact}调整为{grade}（{clause}）{until}", "{fact} moves the grade to {grade} ({clause}){until}"),
    "ceiling": (
        "{fact}修复后一段时间内不高于{grade}（{clause}）{until}",
        "After the repair of {fact} no better than {grade} for a time ({clause}){until}",
    ),
    "term": ("，至{day}前一日", ", until the day before {day}"),
    "grade": ("信用等级：{grade}", "Credit grade: {grade}"),
    "risk": ("风险等级：{level}，风险分{points}", "Risk level: {level}, {points} of risk"),
    "risk_attribute": ("风险因素{name}：{points}（{clause}）", "Risk factor {name}: {points} ({clause})"),
    "risk_warning": ("风险预警 {day} {fact}：{points}（{clause}）", "Risk warning {day} {fact}: {points} ({clause})"),
    "tier": ("监管等级：{tier}", "Tier of supervision: {tier}"),
    "no_tier": ("本办法不设监管等级", "This rulebook gives no tier of supervision"),
    "ratio": ("抽查比例{ratio}", "drawn at a ratio of {ratio}"),
    "min_per_year": ("每年不少于{count}次", "at least {count} a year"),
    "max_per_year": ("每年不超过{count}次", "at most {count} a year"),
    "min_interval_days": ("两次间隔不少于{count}日", "at least {count} days apart"),
    "off_site_first": ("优先非现场检查", "off site first"),
    "verification_sample": ("另抽{ratio}核查", "and {ratio} drawn for verification"),
    "frequency": ("检查频次：{parts}（{clause}）", "Frequency of inspection: {parts} ({clause})"),
    "left_out": ("{day} {fact}：不计分，{why}", "{day} {fact}: does not count, {why}"),
    "change": ("在没有新信息的情况下，评价结果将于{day}变化", "With no new information this answer changes on {day}"),
    "no_change": ("在没有新信息的情况下，评价结果不再变化", "With no new information this answer does not change"),
}
"""Of the waterfall."""

WHY: Final[dict[str, tuple[str, str]]] = {
    "annulled": ("该决定已被撤销", "the decision was annulled"),
    "warning": ("尚非终局决定，仅作预警", "it is no final decision, only a warning"),
    "before_edition": ("早于本办法施行", "it is from before the rulebook"),
    "no_rule": ("本办法没有对应条款", "the rulebook has no rule for it"),
    "condition_not_met": ("不符合该条款的适用条件", "the condition of the rule is not met"),
    "severity_not_rated": ("该情节没有对应分值", "the rule has no points for its severity"),
    "value_missing": ("未报分值", "it carries no value"),
    "value_not_allowed": ("所报分值不在允许范围内", "its value is none that the rule allows"),
    "outside_window": ("已不在评价周期内", "it is outside the period that is looked at"),
    "lapsed": ("有效期已满", "its validity has ended"),
    "repaired": ("已完成信用修复", "it was repaired"),
    "absorbed": ("同一案件中已由 {ref} 吸收", "{ref} of the same case absorbs it"),
    "lesser_of_group": ("同组中 {ref} 更重，只计一项", "{ref} weighs more in its group, and only one counts"),
}
"""Why an event does not count, by its standing."""

WAYS: Final[dict[str, tuple[str, str]]] = {
    "today": ("{as_of}的{scale}：{value}", "{scale} on {as_of}: {value}"),
    "tier": ("监管等级", "tier of supervision"),
    "grade": ("信用等级", "credit grade"),
    "none": ("未评级", "not rated"),
    "best": ("已是最高，没有更好的等级", "This is the best there is"),
    "lapses": ("{fact}（{ref}，{points}）自{day}起不再计分", "{fact} ({ref}, {points}) no longer counts from {day}"),
    "holds": ("{fact}（{ref}）对等级的限制至{day}前一日", "{fact} ({ref}) holds the grade until the day before {day}"),
    "holds_open": ("{fact}（{ref}）对等级的限制没有预定的截止日", "{fact} ({ref}) holds the grade without a set end"),
    "never_lapses": ("{fact}（{ref}，{points}）没有预定的截止日", "{fact} ({ref}, {points}) has no set end"),
    "waiting": (
        "不发生新的情况，最早于{day}达到{value}",
        "Without anything new, {value} is reached on {day} at the earliest",
    ),
    "not_by_waiting": (
        "仅靠等待，{years}年内达不到{value}",
        "By waiting alone, {value} is not reached within {years} years",
    ),
    "correct": ("如于{day}纠正{fact}（{ref}）", "If {fact} ({ref}) is corrected on {day}"),
    "perform": ("如于{day}履行{fact}（{ref}）", "If {fact} ({ref}) is performed on {day}"),
    "together": ("如于{day}将以上各项全部完成", "If all of this is done on {day}"),
    "score_after": ("总分由{before}变为{after}", "the score goes from {before} to {after}"),
    "reaches": ("最早于{day}达到{value}", "{value} is reached on {day} at the earliest"),
    "earlier": ("（提前{days}日）", " ({days} days earlier)"),
    "not_otherwise": ("（否则{years}年内达不到）", " (not within {years} years otherwise)"),
}
"""Of the ways back to a better tier."""


def phrase(table: dict[str, tuple[str, str]], key: str, lang: str, **parts: object) -> str:
    """A phrase in a language with its parts put in."""
    zh, en = table[key]
    return (en if lang == "en" else zh).format(**parts)
