"""``xinjian studio back-test``: whether ratings of the past predict what random visits found afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.cli.options import DAY, WORDS, data_option, json_option
from service.cli.runtime import runtime
from service.cli.searching import answer
from service.studio.runs import KINDS

if TYPE_CHECKING:
    from datetime import datetime

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("back-test")
@click.option(
    "--edition",
    "text",
    type=WORDS,
    help="版本文本 · an edition, as if it had always been in force (default: the law as it was)",
)
@click.option("--rulebook", help="评价办法 · whose ratings are tried")
@click.option("--from", "first", type=DAY, help="第一个时点 · day of the first origin")
@click.option("--to", "last", type=DAY, help="最后一个时点 · day of the last origin")
@click.option("--horizon", type=click.IntRange(1, 36), help="检验月数 · months after an origin")
@click.option(
    "--knowledge",
    type=click.Choice(["recorded", "decided"]),
    help="按录入时间或决定日期 · by what was recorded, or decided, then",
)
@click.option("--html", "page", type=_FILE, help="写出网页报告 · write a report with plots")
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="报告语言 · of the report"
)
@json_option
@data_option
def back_test(*, page: Path | None, lang: str, as_json: bool, data: Path | None, **asked: Any) -> None:  # noqa: ANN401 - click gives them
    """回测 · Whether ratings of the past predict what random visits found afterwards."""
    with runtime(data) as running:
        told = answer(running, "back-test", options_of(**asked))
    if page is not None:
        page.write_text(KINDS["back-test"].page(told, lang) or "", encoding="utf-8")
    click.echo(json.dumps(told, ensure_ascii=False, indent=1) if as_json else in_figures(told))


def options_of(
    *, first: datetime | None = None, last: datetime | None = None, **plain: str | int | None
) -> dict[str, Any]:
    """What was asked, as the study takes it."""
    said: dict[str, Any] = {
        "first": None if first is None else first.date(),
        "last": None if last is None else last.date(),
        **plain,
    }
    return {name: value for name, value in said.items() if value is not None}


def in_figures(told: dict[str, Any]) -> str:
    """The main figures for a person, in both languages."""
    origins = told["origins"]
    lines = [
        (
            f"回测 back-test {told['edition']}: 时点 origins {len(origins)} ({origins[0]} … {origins[-1]})"
            f" · 随机检查 random visits {told['visits']:,} · 发现问题 with problems {told['found']:,}"
        ),
        f"AUC 等级 tier {figure(told['tier']['auc'])} · 分值 points {figure(told['points']['auc'])}",
    ]
    lines += [
        f"  {one['tier']}: 发现率 rate {figure(one['rate'], percent=True)} · 提升 lift {figure(one['lift'])}"
        for one in told["tiers"]
        if one["visits"]
    ]
    found = told["detection"]
    if found is not None:
        lines.append(
            f"每百次检查发现 found per 100 visits: 按等级 by tier {figure(found['policy'])}"
            f" · 平均 uniform {found['uniform']:.1f} · 理想 oracle {found['oracle']:.1f}"
        )
    for one in told["warnings"]:
        lines += [f"! {one['zh']}", f"! {one['en']}"]
    return "\n".join(lines)


def figure(said: dict[str, Any] | None, *, percent: bool = False) -> str:
    """A figure with its interval."""
    if said is None or said["value"] is None:
        return "—"
    numbers = [
        None if said[name] is None else said[name] * (100 if percent else 1) for name in ("value", "low", "high")
    ]
    digits = 1 if percent or (said["value"] > 1 and said["low"] is not None and said["low"] > 1) else 3
    value, low, high = ("—" if one is None else f"{one:.{digits}f}" for one in numbers)
    return f"{value}{' %' if percent else ''} ({low}–{high})"
