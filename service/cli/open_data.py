"""``xinjian open-data``: the archive of everything that is public, built now, and what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from service import opendata
from service.cli.options import data_option
from service.cli.runtime import runtime

if TYPE_CHECKING:
    from pathlib import Path


@click.group("open-data")
def open_data() -> None:
    """开放数据 · Open data; told by docs/open-data.md."""


@open_data.command("build")
@data_option
def build(data: Path | None) -> None:
    """立即生成 · Build the archive of now, unless nothing has changed since the last one."""
    with runtime(data) as running:
        built = opendata.build_archive(running.database)
    click.echo("已生成 · built" if built else "没有变化，未另行生成 · nothing has changed")


@open_data.command("list")
@data_option
def listed(data: Path | None) -> None:
    """列出现行文件 · The archive that is served: of which day, with which files, rows and digests."""
    with runtime(data) as running, running.database.reader() as session:
        found = opendata.newest(session)
        if found is None:
            click.echo("尚未生成 · none was built yet")
            return
        click.echo(f"{found.as_of}  {found.size:,} B  sha256:{found.sha256.hex()}  {found.built_at:%Y-%m-%dT%H:%M:%SZ}")
        for one in found.files:
            click.echo(f"  {one['name']}  {one['rows']:,}  sha256:{one['sha256']}")
