"""``xinjian statistics``: what the service computes over plans, draws and visits, as JSON or as CSV."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from service import insight
from service.cli.options import data_option, lang_option
from service.cli.runtime import runtime

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.orm import Session

csv_option = click.option("--csv", "as_csv", is_flag=True, help="逐行输出 CSV · as CSV, line by line")

authority_option = click.option(
    "--authority", help="监管部门代码 · an authority with all below it (default: every one)"
)
year_option = click.option("--year", type=click.IntRange(1949, 9998), help="年份 · year (default: this year)")


@click.group()
def statistics() -> None:
    """统计 · Statistics of inspections; every formula is told by docs/statistics.md."""


@statistics.command("fairness")
@click.argument("number")
@click.option(
    "--seeds", type=click.IntRange(1, 100_000), help="对照的随机种子数 · other seeds to hold the teams against"
)
@csv_option
@lang_option
@data_option
def fairness(*, number: str, seeds: int | None, as_csv: bool, lang: str, data: Path | None) -> None:
    """抽取是否公平 · A draw against its design."""
    with runtime(data) as running, running.database.unit_of_work(running.actor) as uow:
        found = insight.fairness_of(uow.session, number, seeds=seeds)
        uow.audit("insight.draw_fairness", number, {})
    if as_csv:
        click.echo(insight.as_csv(insight.FAIRNESS_COLUMNS, insight.fairness_rows(found)), nl=False)
    else:
        _print(insight.fairness_document(found, lang))


@statistics.command("findings")
@authority_option
@year_option
@data_option
def findings(authority: str | None, year: int | None, data: Path | None) -> None:
    """随机检查的问题发现率 · At how many entities something would be found, by random visits alone."""
    _of_year(
        data, authority, year, lambda session, asked: insight.findings_document(insight.findings_of(session, asked))
    )


def _of_year(
    data: Path | None, authority: str | None, year: int | None, answer: Callable[[Session, insight.Asked], object]
) -> None:
    """Ask about a year and print the answer."""
    with runtime(data) as running, running.database.reader() as session:
        now = running.database.clock.now()
        _print(answer(session, insight.asked(session, running.actor, authority=authority, year=year, now=now)))


def _print(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
