"""``xinjian code``: codes with which an entity enters the portal, and what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from service import accounts
from service.cli.options import data_option
from service.cli.runtime import runtime
from service.cli.steps import DONE, as_option, named
from service.notices.written.codes import issue_at_counter, issue_with_notice
from service.notices.written.making import entity_seen, noticed_entity

if TYPE_CHECKING:
    from pathlib import Path

    from service.notices.written.codes import CodeWithLetter

_key = click.argument("key")
_ONCE = "此登录码只显示一次，只能使用一次 · shown once, and opens once"


@click.group()
def code() -> None:
    """主体登录码 · Codes with which entities enter the portal (docs/portal.md)."""


@code.command("issue")
@_key
@click.option("--identified", required=True, help="怎样核验了来访人的身份 · how the visitor was identified")
@as_option
@data_option
def issue(*, key: str, identified: str, person: str, data: Path | None) -> None:
    """当面发给来访人 · Issue a code to a visitor at the counter; a letter tells the entity, for another to serve."""
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        issued = issue_at_counter(uow, key=key, identified=identified)
    _tell(issued)


@code.command("with-notice")
@click.argument("number")
@as_option
@data_option
def with_notice(*, number: str, person: str, data: Path | None) -> None:
    """随告知书送达 · Issue the code that a notice carries when it is served."""
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        issued = issue_with_notice(uow, number=number)
    _tell(issued)


def _tell(issued: CodeWithLetter) -> None:
    click.echo(issued.made.code)
    click.echo(f"{_ONCE}\n告知书 · letter: {issued.letter}", err=True)


@code.command("list")
@_key
@data_option
def listed(*, key: str, data: Path | None) -> None:
    """列出发放记录 · The codes of an entity, newest first: by whom, on which grounds, when used."""
    with runtime(data) as running, running.database.reader() as session:
        entity = entity_seen(session, running.actor, key)
        for one in accounts.codes_of(session, entity.key, running.database.clock.now()):
            used = "" if one["used_at"] is None else f"  使用 used {one['used_at']:%Y-%m-%dT%H:%M}"
            grounds = one["notice"] or one["identified"]
            issuer = one["issuer"] or one["issued_by"]
            click.echo(f"{one['id']}  {one['issued_at']:%Y-%m-%dT%H:%M}  {one['state']}  {issuer}  {grounds}{used}")


@code.command("end")
@_key
@click.argument("known")
@as_option
@data_option
def end(*, key: str, known: str, person: str, data: Path | None) -> None:
    """作废登录码 · Have a code that was lost open nothing any more; KNOWN is its id in the list."""
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        accounts.end_code(uow, subject=noticed_entity(uow, key).key, code=known)
    click.echo(DONE)
