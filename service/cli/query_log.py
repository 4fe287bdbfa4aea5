"""``xinjian query-log``: how many notes of who asked what are no longer kept, and taking them away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from service.cli.options import data_option
from service.cli.runtime import runtime
from service.platform import kept_from, old_notes, purge_query_log

if TYPE_CHECKING:
    from pathlib import Path


@click.group("query-log")
def query_log() -> None:
    """查询记录 · Notes of who asked what, and how long they are kept (docs/operations.md)."""


@query_log.command("purge")
@click.option("--dry-run", is_flag=True, help="只告知数量 · only tell how many")
@click.option(
    "--batch", type=click.IntRange(1, 100_000), default=10_000, show_default=True, help="每批行数 · rows a batch"
)
@data_option
def purge(*, dry_run: bool, batch: int, data: Path | None) -> None:
    """清除保存期满的查询记录，并记入账本 · Take away notes older than QUERY_LOG_YEARS; the ledger tells of it."""
    with runtime(data, as_owner=True) as running:
        years = running.query_log_years
        with running.database.reader() as session:
            found = old_notes(session, kept_from(running.database.clock.now(), years))
        if found.first is not None:
            click.echo(f"{found.first.isoformat()} … {found.last and found.last.isoformat()}")
        if dry_run:
            click.echo(f"保存期（{years} 年）已满 {found.notes} 条 · older than {years} years")
            return
        count = purge_query_log(running.database, running.actor, years=years, batch=batch)
    click.echo(f"已清除 {count} 条 · taken away")
