"""``xinjian studio dry-run``: an edition that is nowhere in force, tried on everybody, shown or kept."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.cli.options import DAY, WORDS, data_option, lang_option
from service.cli.progress import Step
from service.cli.runtime import runtime
from service.cli.steps import named
from service.platform import load_settings, web

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.cli.runtime import Runtime
    from service.studio.dry_run.asking import Wanted

_file = click.Path(dir_okay=False, path_type=Path)


@click.command("dry-run")
@click.argument("text", metavar="[FILE]", required=False, type=WORDS)
@click.option("--proposal", type=click.IntRange(1), help="提案编号 · of a proposal, instead of a file")
@click.option("--in-force", "in_force", help="版本号 · an edition that was put in force, instead of a file")
@click.option("--change", "changes", multiple=True, metavar="PLACE=NUMBER", help="改一个数字 · with --in-force")
@click.option("--day", type=DAY, help="日期 · the day of both (default: the stock's or the edition's first)")
@click.option("--position", type=click.IntRange(0), help="快照位置 · of an older stock (default: the newest)")
@click.option("--within", type=click.IntRange(0, 10_000), default=1, help="距档线分数 · points from a bound: near")
@click.option("--causes/--no-causes", default=True, help="逐条试改动 · try each changed clause by itself")
@click.option("--store", "person", metavar="PERSON", help="保存，经办人员代码 · keep the run, in whose name")
@click.option("--html", "page", type=_file, help="写出网页报告 · write a report with plots")
@click.option("--csv", "table", type=_file, help="写出矩阵 · write the matrices")
@click.option("--entities", type=_file, help="写出变动名单及理由 · who moves and why, one JSON a line")
@lang_option
@data_option
def dry_run(
    *,
    person: str | None,
    page: Path | None,
    table: Path | None,
    entities: Path | None,
    lang: str,
    data: Path | None,
    **asked: Any,  # noqa: ANN401 -- the options of the question
) -> None:
    """试算一个版本，不生效 · Who would move under an edition, were it put in force; nothing changes in force."""
    from service.studio.dry_run.export import as_csv  # noqa: PLC0415 -- NumPy, for this command alone
    from service.studio.dry_run.report import as_page  # noqa: PLC0415 -- likewise

    if entities is not None and person is None:
        raise click.UsageError("--entities 须与 --store 一起使用 · --entities goes with --store")
    wanted = _wanted(**asked)
    with runtime(data) as running:
        if wanted.position is None:
            _stocked(running)
        said = _tried(running, wanted) if person is None else _kept(running, wanted, person, entities, lang)
        if page is not None:
            with running.database.reader() as session:
                page.write_text(as_page(session, said, lang), encoding="utf-8")
    if table is not None:
        table.write_text(as_csv(said), encoding="utf-8", newline="")
    click.echo(json.dumps(said, ensure_ascii=False, indent=1))


def _stocked(running: Runtime) -> None:
    """See that there is a stock to try on: where servers are embedded one of now, elsewhere one at all."""
    from service.studio.stock import build_stock, stocks_kept  # noqa: PLC0415 -- NumPy, for this command alone

    settings = load_settings(running.environ)
    folder = settings.stock_folder
    given = {"DATABASE_URL", "DATABASE_URL_FILE"} & set(os.environ)
    if folder is not None and (not given or not stocks_kept(folder)):
        with Step("数据快照 · snapshot of the evidence"):
            build_stock(database=running.database, folder=folder, keep=settings.stocks_kept)


def _wanted(**asked: Any) -> Wanted:  # noqa: ANN401 -- the options of the question
    from service.studio.dry_run.asking import Wanted  # noqa: PLC0415 -- NumPy, for this command alone

    changes = [tuple(each.rsplit("=", 1)) for each in asked.pop("changes")]
    if any(len(each) == 1 for each in changes):
        raise click.UsageError("--change 写成 /rating/base=99 的形式 · write --change like /rating/base=99")
    day: datetime | None = asked.pop("day")
    return Wanted(
        edition=asked.pop("in_force"),
        changes=changes,
        day=None if day is None else day.date(),
        **asked,
    )


def _tried(running: Runtime, wanted: Wanted) -> dict[str, Any]:
    from service.studio.dry_run import usecases  # noqa: PLC0415 -- NumPy, for this command alone

    with running.database.reader() as session:
        folder = load_settings(running.environ).stock_folder
        return usecases.tried(session, folder, running.actor, wanted, whole=True)


def _kept(running: Runtime, wanted: Wanted, person: str, entities: Path | None, lang: str) -> dict[str, Any]:
    from service.studio.dry_run import queries, usecases  # noqa: PLC0415 -- NumPy, for this command alone

    actor = named(running, person)
    with running.database.unit_of_work(actor, one_snapshot=True) as uow:
        folder = load_settings(running.environ).stock_folder
        number = usecases.rehearse(uow=uow, folder=folder, wanted=wanted)
        if entities is not None:
            with entities.open("w", encoding="utf-8") as sink:
                sink.writelines(f"{json.dumps(one, ensure_ascii=False)}\n" for one in _all(uow.session, number, lang))
        return queries.whole_of(queries.run_of(uow.session, actor, number))


def _all(session: Session, number: int, lang: str) -> Iterable[dict[str, Any]]:
    from service.studio.dry_run.movers import Which, entities_of  # noqa: PLC0415 -- NumPy, for this command alone
    from service.studio.dry_run.tables import DryRun  # noqa: PLC0415 -- likewise

    run, page = session.get_one(DryRun, number), web.Page(500, None)
    while rows := entities_of(session, run, Which(), page, lang=lang)[: page.limit]:
        yield from rows
        page = web.Page(page.limit, (rows[-1]["n"],))
