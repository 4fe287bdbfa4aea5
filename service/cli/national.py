"""``xinjian national``: rating beyond one machine; told by docs/national.md."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from service import editions
from service.cli.options import DAY, WORDS, data_option
from service.cli.progress import Step
from service.cli.runtime import runtime
from service.platform import Problem, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from service.national.rating import Engine

_out = click.option("--out", required=True, help="输出文件夹，不得已存在 · a folder that does not exist yet")


@click.group()
def national() -> None:
    """全国规模评价 · Rating beyond one machine; told by docs/national.md."""


@national.command("export")
@_out
@click.option("--with-branches", is_flag=True, help="计入分支机构 · each parent with the evidence of its branches")
@data_option
def export(out: str, data: Path | None, *, with_branches: bool) -> None:
    """将最新数据快照导出为 Parquet · Write the newest stock as Parquet by region."""
    _refuse_without("pyarrow")
    from service.national.exporting import export_stock  # noqa: PLC0415 -- needs an extra
    from service.national.output import local_folder  # noqa: PLC0415 -- likewise
    from service.studio.stock import newest_stock  # noqa: PLC0415 -- NumPy, for this command alone

    with runtime(data) as running, running.database.reader() as session:
        settings = load_settings(running.environ)
        if settings.stock_folder is None:
            raise Problem("stock_no_folder")
        stock = newest_stock(settings.stock_folder)
        export_stock(session=session, stock=stock, out=local_folder(out), with_branches=with_branches)
    click.echo(json.dumps({"position": stock.position, "day": stock.day.isoformat(), "kinds": stock.kinds}))


@national.command("rate")
@click.option(
    "--edition",
    "texts",
    multiple=True,
    required=True,
    type=WORDS,
    help="版本文件，可多次给出 · an edition; again for more",
)
@click.option("--events", required=True, help="证据文件夹 · the evidence: a path, file:///…, s3://…")
@_out
@click.option("--as-of", type=DAY, help="日期 · the day asked of (default: that of the evidence)")
@click.option("--engine", type=click.Choice(["spark", "local"]), default="spark", help="引擎 · default: spark")
@click.option("--master", help="Spark 集群地址 · of the cluster, as spark://host:7077")
@click.option("--conf", multiple=True, help="Spark 设置 · a setting of Spark, name=value; again for more")
@click.option("--threads", type=click.IntRange(1), help="本机线程数 · of the engine local (default: one a core)")
def rate(
    *,
    texts: tuple[str, ...],
    events: str,
    out: str,
    as_of: datetime | None,
    engine: str,
    master: str | None,
    conf: tuple[str, ...],
    threads: int | None,
) -> None:
    """评价证据文件夹中的全部主体 · Rate everybody of a folder of evidence, on a cluster or on this machine."""
    _refuse_without("pyarrow")
    from service.national.output import local_folder  # noqa: PLC0415 -- needs an extra
    from service.national.rating import rate_evidence  # noqa: PLC0415 -- likewise

    given = [editions.offered(text) for text in texts]
    folder = local_folder(out)
    if folder.exists():
        raise Problem("national_out_exists", folder=str(folder))
    opened = _local(events, threads) if engine == "local" else _spark(events, master, conf)
    with opened as found, Step("评价 · Rating") as step:

        def told(done: int, of: int) -> None:
            step.total = of
            step.at(done)

        rated = rate_evidence(
            engine=found, editions=given, as_of=None if as_of is None else as_of.date(), out=folder, told=told
        )
    click.echo(json.dumps(rated.kinds, ensure_ascii=False, indent=1))


@contextmanager
def _local(events: str, threads: int | None) -> Iterator[Engine]:
    from service.national.local import LocalEngine  # noqa: PLC0415 -- needs an extra

    yield LocalEngine(events, threads or os.cpu_count() or 1)


@contextmanager
def _spark(events: str, master: str | None, conf: tuple[str, ...]) -> Iterator[Engine]:
    _refuse_without("pyspark")
    from service.national.spark import SparkEngine, spark_session  # noqa: PLC0415 -- needs an extra

    settings = {}
    for each in conf:
        name, equals, value = each.partition("=")
        if not equals:
            raise click.BadParameter(f"{each}：请写成 名称=值 · write it as name=value", param_hint="--conf")
        settings[name] = value
    with spark_session(master, settings) as session:
        yield SparkEngine(session, events)


def _refuse_without(package: str) -> None:
    if find_spec(package) is None:
        raise Problem("national_extra_missing", package=package)
