"""``xinjian studio``: what editions would do, tried on a column snapshot of the evidence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service import editions
from service.cli.options import DAY, data_option
from service.cli.runtime import runtime
from service.platform import Problem, load_settings

if TYPE_CHECKING:
    from datetime import datetime


@click.group()
def studio() -> None:
    """推演 · Trying editions; told by docs/studio.md."""


@studio.command("stock")
@click.option("--day", type=DAY, help="日期 · the day of which disputes are left out (default: today)")
@click.option("--check", is_flag=True, help="核对每个文件 · compare every file with its digest")
@data_option
def stock(day: datetime | None, data: Path | None, *, check: bool) -> None:
    """生成列式数据快照 · Build the column snapshot of the newest position of the ledger, unless it is there."""
    from service.studio.stock import build_stock, open_stock  # noqa: PLC0415 -- NumPy, for this command alone

    with runtime(data) as running:
        settings = load_settings(running.environ)
        if settings.stock_folder is None:
            raise Problem("stock_no_folder")
        built = build_stock(
            database=running.database,
            folder=settings.stock_folder,
            keep=settings.stocks_kept,
            day=None if day is None else day.date(),
        )
    if built is None:
        raise click.ClickException(
            "另一个进程正在生成快照，请稍后再试 · another process is building one: try again later"
        )
    found = open_stock(built.folder)
    if check:
        found.check()
    entities = {kind: found.of(kind).columns.entities for kind in found.kinds}
    said = {"position": built.position, "day": built.day.isoformat(), "new": built.new, "entities": entities}
    click.echo(json.dumps(said | {"digest": found.digest}, ensure_ascii=False))


@studio.command("dry-run")
@click.argument("edition", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--day", type=DAY, help="日期 · the day of both (default: the stock's or the edition's first)")
@click.option("--within", type=click.IntRange(0, 10_000), default=1, help="距档线分数 · points from a bound: near")
@data_option
def dry_run(edition: Path, day: datetime | None, within: int, data: Path | None) -> None:
    """试算一个版本，不生效 · Who would move under an edition, were it put in force; nothing is changed."""
    from service.studio.dry_run import dry_run_document  # noqa: PLC0415 -- NumPy, for this command alone
    from service.studio.stock import newest_stock  # noqa: PLC0415 -- likewise

    with runtime(data) as running, running.database.reader() as session:
        settings = load_settings(running.environ)
        if settings.stock_folder is None:
            raise Problem("stock_no_folder")
        found = newest_stock(settings.stock_folder)
        now, offered = editions.shelf(session), editions.offered(edition.read_text("utf-8"))
    tried = now.trying(offered)
    asked = max(found.day, offered.force_from) if day is None else day.date()
    if asked < found.day:
        raise Problem("dry_run_before_stock", day=asked.isoformat(), stock=found.day.isoformat())
    told = dry_run_document(
        found,
        lambda kind, region: now.chain(kind=kind, region=region, as_of=asked),
        lambda kind, region: tried.chain(kind=kind, region=region, as_of=asked),
        asked,
        within=100 * within,
    )
    said = {"edition": offered.id, "edition_digest": offered.digest}
    click.echo(json.dumps(said | told, ensure_ascii=False, indent=1))
