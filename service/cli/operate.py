"""Commands of the operator: migrate, tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from service import accounts
from service.bootstrap import known_scope
from service.cli.options import data_option
from service.cli.prepare import prepare
from service.cli.runtime import runtime
from service.platform import Role, migration_head

if TYPE_CHECKING:
    from pathlib import Path


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
