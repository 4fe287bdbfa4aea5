"""``xinjian reply``: what entities say beside what is public of them, looked at before it is public."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from service.cli.options import data_option, json_option, lang_option
from service.cli.runtime import runtime
from service.cli.steps import DONE, as_option, named
from service.repairs.replies.queries import waiting_replies
from service.repairs.replies.rules import grounds
from service.repairs.replies.usecases import screen

if TYPE_CHECKING:
    from pathlib import Path


@click.group()
def reply() -> None:
    """公示回应 · Replies of entities (docs/portal.md)."""


@reply.command("list")
@json_option
@data_option
def listed(*, as_json: bool, data: Path | None) -> None:
    """待审核的回应 · Replies that wait to be looked at, oldest first."""
    with runtime(data) as running, running.database.reader() as session:
        found = waiting_replies(session, running.actor, now=running.database.clock.now())
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in found:
        late = "  已逾期 overdue" if one["overdue"] else ""
        click.echo(f"{one['id']}  {one['due_on']}{late}  {one['about']} {one['reference']}  {one['name']}")
        click.echo("".join(f"    {line}\n" for line in one["text"].splitlines()), nl=False)


@reply.command("grounds")
@lang_option
def known_grounds(lang: str) -> None:
    """不予公开的理由种类 · Grounds on which a reply is kept from the public."""
    for code, said in grounds().items():
        click.echo(f"{code}  {said[lang]}")


@reply.command("accept")
@click.argument("number", type=int)
@as_option
@data_option
def accept(*, number: int, person: str, data: Path | None) -> None:
    """予以公开 · Let a reply be public."""
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        screen(uow, reply=number, accept=True)
    click.echo(DONE)


@reply.command("refuse")
@click.argument("number", type=int)
@click.option("--ground", required=True, help="理由种类 · ground, as `reply grounds` lists them")
@click.option("--reason", required=True, help="理由，当事人可见 · why; the entity reads it")
@as_option
@data_option
def refuse(*, number: int, ground: str, reason: str, person: str, data: Path | None) -> None:
    """不予公开 · Keep a reply from the public, for what law forbids to publish alone."""
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        screen(uow, reply=number, accept=False, ground=ground, reason=reason)
    click.echo(DONE)
