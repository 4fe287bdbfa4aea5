"""``xinjian studio``: what editions would do, tried on a column snapshot of the evidence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from service.cli.back_testing import back_test
from service.cli.options import DAY, data_option
from service.cli.rehearsing import dry_run
from service.cli.runtime import runtime
from service.cli.searching import monotone, policy, sensitivity
from service.platform import Problem, load_settings

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.group()
def studio() -> None:
    """推演 · Trying editions; told by docs/studio.md."""


studio.add_command(sensitivity)
studio.add_command(monotone)
studio.add_command(policy)


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


studio.add_command(dry_run)
studio.add_command(back_test)
