"""``xinjian publicity``: what is public and why, what is owed by when, and what was done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from scoring.edition.sections.deadlines import Act
from scoring.kernel.codes import CodeError, public_key
from service import publicity
from service.cli.options import DAY, data_option, default_language
from service.cli.runtime import runtime
from service.cli.steps import as_option, named
from service.platform import sheet

if TYPE_CHECKING:
    from datetime import datetime


@click.group("publicity")
def publicity_command() -> None:
    """信用信息公示 · What is public, until when, and what is owed; told by docs/publicity.md."""


@publicity_command.command("show")
@click.argument("code")
@click.option("--as-of", type=DAY, help="哪一天 · the day asked about (default: today)")
@data_option
def show(code: str, as_of: datetime | None, data: Path | None) -> None:
    """主体的各条记录是否公示及理由 · Each record of an entity: public or not and why, until when."""
    try:
        key = str(public_key(code))
    except CodeError as error:
        raise click.UsageError(f"{error.zh} {error.en}") from error
    day = as_of.date() if as_of else None
    with runtime(data) as running, running.database.reader() as session:
        entity = publicity.entity_of(session, key)
        found = publicity.records_of(session, entity, now=running.database.clock.now(), as_of=day)
        _print([publicity.record_document(one) for one in found])


@publicity_command.command("worklist")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@data_option
def worklist(limit: int, data: Path | None) -> None:
    """应做而未做的事 · What is owed and not done, what is due first first."""
    with runtime(data) as running, running.database.reader() as session:
        found = publicity.worklist(session, running.actor, now=running.database.clock.now(), limit=limit)
        _print([publicity.owed_document(one) for one in found])


@publicity_command.command("act")
@click.argument("event", type=int)
@click.argument("act", type=click.Choice(get_args(Act)))
@click.option("--place", required=True, help="在何处 · where, such as the key of a platform")
@click.option("--on", "done_on", type=DAY, required=True, help="哪一天 · the day on which it was done")
@click.option("--reference", help="网址或编号 · where it can be seen")
@click.option("--reason", help="理由 · why")
@as_option
@data_option
def act(*, event: int, done_on: datetime, person: str, data: Path | None, **said: Any) -> None:  # noqa: ANN401 the options
    """记录公示、变更、撤下等 · Record what was done about a record; prints the number of the act."""
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        click.echo(publicity.record_publication_act(uow=uow, event=event, done_on=done_on.date(), **said))


@publicity_command.command("recipients")
@data_option
def recipients(data: Path | None) -> None:
    """自行回报的公示处及其比对 · The places that speak for themselves, and who is late with what it holds."""
    with runtime(data) as running, running.database.reader() as session:
        _print(publicity.known_recipients(session, now=running.database.clock.now()))


@publicity_command.command("export")
@click.option("--since", type=DAY, required=True, help="作出决定起 · decided from")
@click.option("--until", type=DAY, required=True, help="作出决定止 · decided until")
@click.option(
    "--to", "file", type=click.Path(dir_okay=False, path_type=Path), required=True, help="写到 · file to write"
)
@data_option
def export(*, since: datetime, until: datetime, file: Path, data: Path | None) -> None:
    """双公示处罚表 · Write the penalties in the national field set; rows with a fault are told and left out."""
    asked = {"since": since.date(), "until": until.date()}
    with runtime(data) as running, running.database.unit_of_work(running.actor) as uow:
        rows = list(publicity.double_publicity(uow.session, running.actor, now=uow.now, **asked))
        uow.audit("publicity.exported", "penalties", {name: day.isoformat() for name, day in asked.items()})
    good = [row.cells for row in rows if not row.faults]
    file.write_text(sheet(publicity.columns(), good), encoding="utf-8", newline="")
    for row in rows:
        for fault in row.faults:
            click.echo(f"{row.of.decision.event}: {fault.text(default_language()).detail} ({fault.code})", err=True)
    click.echo(f"{len(good)} / {len(rows)}")


def _print(said: object) -> None:
    click.echo(json.dumps(said, ensure_ascii=False, indent=2))
