"""``xinjian statistics``: what the service computes over plans, draws and visits, as JSON or as CSV."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from service import insight
from service.cli.options import data_option, lang_option
from service.cli.runtime import runtime
from service.platform import sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.orm import Session

    from service.cli.runtime import Runtime

csv_option = click.option("--csv", "as_csv", is_flag=True, help="逐行输出 CSV · as CSV, line by line")

authority_option = click.option(
    "--authority", help="监管部门代码 · an authority with all below it (default: every one)"
)
year_option = click.option("--year", type=int, help="年份 · year (default: this year)")


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
        click.echo(sheet(insight.FAIRNESS_COLUMNS, insight.fairness_rows(found)), nl=False)
    else:
        _print(insight.fairness_document(found, lang))


@statistics.command("findings")
@authority_option
@year_option
@data_option
def findings(authority: str | None, year: int | None, data: Path | None) -> None:
    """随机检查的问题发现率 · At how many entities something would be found, by random visits alone."""
    with _year(data, authority, year) as (_, session, asked):
        _print(insight.findings_document(insight.findings_of(session, asked)))


@statistics.command("coverage")
@authority_option
@year_option
@data_option
def coverage(authority: str | None, year: int | None, data: Path | None) -> None:
    """各等级检查覆盖率 · How many entities of each tier were inspected."""
    with _year(data, authority, year) as (running, session, asked):
        _print(insight.coverage_document(insight.coverage_of(session, running.actor, asked)))


@statistics.command("unvisited")
@click.argument("tier")
@csv_option
@authority_option
@year_option
@data_option
def unvisited(*, tier: str, as_csv: bool, authority: str | None, year: int | None, data: Path | None) -> None:
    """某等级未检查的主体 · The entities of a tier that nobody inspected."""
    with _year(data, authority, year) as (running, session, asked):
        rows = list(insight.unvisited(session, running.actor, asked, tier=tier))
    if as_csv:
        click.echo(sheet(insight.UNVISITED_COLUMNS, map(insight.unvisited_cells, rows)), nl=False)
    else:
        _print([insight.unvisited_row(one) for one in rows])


@statistics.command("key-figures")
@authority_option
@year_option
@lang_option
@data_option
def key_figures(authority: str | None, year: int | None, lang: str, data: Path | None) -> None:
    """主要指标 · The key figures with their formulas."""
    with _year(data, authority, year) as (_, session, asked):
        _print(insight.figures_document(asked, insight.figures_of(session, asked), lang))


@statistics.command("thresholds")
@csv_option
@authority_option
@year_option
@lang_option
@data_option
def thresholds(*, as_csv: bool, authority: str | None, year: int | None, lang: str, data: Path | None) -> None:
    """分数是否聚集于临界值 · Whether scores stop just short of a worse grade, by inspector."""
    with _year(data, authority, year) as (_, session, asked):
        rows = insight.thresholds_of(session, asked)
    if as_csv:
        cells = ([insight.threshold_row(one)[name] for name in insight.THRESHOLD_COLUMNS] for one in rows)
        click.echo(sheet(insight.THRESHOLD_COLUMNS, cells), nl=False)
    else:
        _print(insight.thresholds_document(asked, rows, lang))


@statistics.command("draws")
@click.option("--authority", help="监管部门代码 · an authority (default: every one)")
@click.option("--year", type=int, help="年份 · year (default: every one)")
@data_option
def draws(authority: str | None, year: int | None, data: Path | None) -> None:
    """各次抽取的结局 · What became of draws, by authority and year; everybody may read the same."""
    with runtime(data) as running, running.database.reader() as session:
        found = insight.draw_counts(session, authority=authority, year=year, now=running.database.clock.now())
    _print(insight.draw_counts_document(found))


@statistics.command("moves")
@click.argument("number")
@data_option
def moves(number: str, data: Path | None) -> None:
    """冻结前后的变动 · Who changed place or tier by what was recorded about the freeze of a draw."""
    with runtime(data) as running, running.database.unit_of_work(running.actor) as uow:
        found = insight.moves_of(uow.session, number, now=uow.now)
        uow.audit("insight.draw_moves", number, {})
    _print(insight.moves_document(found, rows=True))


@statistics.command("repair-cases")
@authority_option
@year_option
@data_option
def repair_cases(authority: str | None, year: int | None, data: Path | None) -> None:
    """信用修复与异议 · Cases of repair and objection: states, in time, refusals, revocations, repetition."""
    with _year(data, authority, year) as (running, session, asked):
        now = running.database.clock.now()
        _print(insight.cases_document(asked, insight.case_figures(session, running.actor, asked, now=now)))


@statistics.command("reach")
@click.argument("event", type=int)
@lang_option
@data_option
def reach(event: int, lang: str, data: Path | None) -> None:
    """更正的影响范围 · The tiers, draws and partners that a corrected event had reached."""
    with runtime(data) as running, running.database.unit_of_work(running.actor) as uow:
        found = insight.reach_of(uow.session, running.actor, event, now=uow.now)
        uow.audit("insight.correction_reach", found.entity.key, {"event": event})
    _print(insight.reach_document(found, lang))


@contextmanager
def _year(
    data: Path | None, authority: str | None, year: int | None
) -> Iterator[tuple[Runtime, Session, insight.Asked]]:
    """A session in which a year is asked about."""
    with runtime(data) as running, running.database.reader() as session:
        now = running.database.clock.now()
        yield running, session, insight.asked(session, running.actor, authority=authority, year=year, now=now)


def _print(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
