"""Commands of the operator: migrate, tokens, the ledger."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

import click

from service import accounts, ratings, register
from service.bootstrap import known_scope
from service.cli.options import data_option
from service.cli.prepare import prepare
from service.cli.runtime import runtime
from service.evidence import evidence_faults, file_faults, unfinished_files
from service.platform import Role, ledger_check, migration_head, note_check, unentered

if TYPE_CHECKING:
    from pathlib import Path

MOST_FAULTS = 100
"""Rows of changed evidence that one check tells of."""


@click.command("migrate")
@data_option
def migrate_command(data: Path | None) -> None:
    """迁移数据库并装入主数据 · Bring the database to the newest revision and load the master data."""
    with runtime(data) as running:
        prepare(running)
    click.echo(migration_head())


@click.group()
def token() -> None:
    """访问令牌 · API tokens."""


@token.command("create")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="角色 · role")
@click.option("--name", default="operator", show_default=True, help="持有人 · who holds it")
@click.option("--authority", help="所属监管部门代码 · code of the authority it acts for (default: every one)")
@click.option("--region", "regions", multiple=True, help="可及行政区划 · region it may reach (repeat for several)")
@click.option("--subject", help="主体公共编码(角色 entity) · the entity it speaks for (role entity)")
@click.option("--person", help="人员编码(角色 inspector) · staff code of the inspector who holds it")
@click.option("--source", "sources", multiple=True, help="只用此来源报送 · the source it writes under (repeatable)")
@click.option(
    "--place", "places", multiple=True, help="代表此公示处(角色 partner) · the place it speaks for (repeatable)"
)
@data_option
def create_token(
    *,
    role: str,
    name: str,
    authority: str | None,
    regions: tuple[str, ...],
    subject: str | None,
    person: str | None,
    sources: tuple[str, ...],
    places: tuple[str, ...],
    data: Path | None,
) -> None:
    """新建令牌,只显示一次 · Create a token; it is shown once and only its hash is kept."""
    with runtime(data) as running, running.database.unit_of_work(running.actor) as uow:
        issued = accounts.issue_token(
            uow=uow,
            registered=known_scope,
            role=Role(role),
            label=name,
            authority=authority,
            regions=regions,
            subject=subject,
            person=person,
            sources=sources,
            places=places,
        )
    click.echo(issued.token)


@click.group()
def ledger() -> None:
    """审计账本 · The audit ledger."""


@ledger.command("check")
@data_option
def check_ledger(data: Path | None) -> None:
    """核对账本的哈希链、证据与评价 · Recompute the ledger, hold evidence and ratings against it; exit 1 at a fault."""
    with runtime(data) as running, running.database.reader() as session:
        found = ledger_check(session)
        note_check(running.database, found)
        held = (
            evidence_faults(session),
            file_faults(session),
            register.entity_faults(session),
            ratings.rating_faults(session),
            unentered(session, waiting=unfinished_files(session)),
        )
        changed = list(islice(chain(*held), MOST_FAULTS))
    click.echo(found.sentence())
    for fault in changed:
        click.echo(f"记录有改动 · A record was changed: {fault}")
    if changed or not found.intact:
        raise SystemExit(1)
    click.echo("证据、评价与账本一致 · Evidence and ratings are what the ledger says")
