"""Accounts of members of staff, who sign in to the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from service import accounts
from service.bootstrap import known_scope
from service.cli.options import data_option
from service.cli.runtime import runtime
from service.platform import STAFF, Role

if TYPE_CHECKING:
    from pathlib import Path

_login = click.argument("login")
_ONCE = "此密码只显示一次，首次登录时须修改 · shown once; it must be changed at the first sign-in"


@click.group()
def account() -> None:
    """工作人员账号 · Accounts of members of staff, for the console."""


@account.command("create")
@_login
@click.option("--role", type=click.Choice(sorted(role.value for role in STAFF)), required=True, help="角色 · role")
@click.option("--name", required=True, help="姓名 · the person's name")
@click.option("--authority", help="监管部门代码 · code of the authority (default: every one)")
@click.option("--region", "regions", multiple=True, help="可及行政区划 · region within reach (repeat for several)")
@click.option("--person", help="人员编码 · staff code, as in the roster and of the person's tokens")
@data_option
def create(
    *,
    login: str,
    role: str,
    name: str,
    authority: str | None,
    regions: tuple[str, ...],
    person: str | None,
    data: Path | None,
) -> None:
    """新建账号，密码只显示一次 · Open an account; its password is shown once."""
    with runtime(data) as running, running.database.unit_of_work(running.actor) as uow:
        opened = accounts.open_account(
            uow=uow,
            registered=known_scope,
            login=login,
            name=name,
            role=Role(role),
            authority=authority,
            regions=regions,
            person=person,
        )
    _tell(opened)


def _tell(opened: accounts.OpenedAccount) -> None:
    click.echo(opened.password)
    ends = "" if opened.until is None else f"，有效至 until {opened.until:%Y-%m-%d %H:%M %Z}"
    click.echo(f"{_ONCE}{ends}", err=True)


@account.command("list")
@data_option
def listed(*, data: Path | None) -> None:
    """列出账号 · Every account, by login."""
    with runtime(data) as running, running.database.reader() as session:
        for one in accounts.accounts_within(session, running.actor):
            ended = "" if one.ended_at is None else f"  已停用 ended {one.ended_at:%Y-%m-%d}"
            locked = "" if one.locked_at is None else f"  已锁定 locked {one.locked_at:%Y-%m-%d}"
            about = f"{one.login}  {one.name}  {one.role}  {one.authority or '*'}  {one.person or '—'}"
            click.echo(f"{about}{locked}{ended}")


@account.command("reset")
@_login
@data_option
def reset(*, login: str, data: Path | None) -> None:
    """重置密码并退出其全部浏览器 · Give another password; every browser of the account is signed out."""
    with runtime(data) as running, running.database.unit_of_work(running.actor) as uow:
        opened = accounts.reset_password(uow=uow, login=login)
    _tell(opened)


@account.command("reset-second-factor")
@_login
@data_option
def forget_factor(*, login: str, data: Path | None) -> None:
    """解除第二验证因素并退出其全部浏览器 · Take the second factor away; every browser of the account is signed out."""
    with runtime(data) as running, running.database.unit_of_work(running.actor) as uow:
        accounts.reset_second_factor(uow=uow, login=login)
    click.echo(f"已解除第二验证因素 · second factor taken away: {login}")


_issuer = click.option("--issuer", required=True, help="身份提供方地址 · the provider, as OIDC_ISSUER writes it")


@account.command("link")
@_login
@_issuer
@click.option("--subject", required=True, help="该方对此人的编号（sub） · what the provider calls the person (sub)")
@data_option
def link(*, login: str, issuer: str, subject: str, data: Path | None) -> None:
    """关联统一身份 · Let a person of the identity provider sign in to an account."""
    with runtime(data) as running, running.database.unit_of_work(running.actor) as uow:
        accounts.link_identity(uow=uow, login=login, issuer=issuer, subject=subject)
    click.echo(f"已关联 · linked: {login}")


@account.command("unlink")
@_login
@_issuer
@data_option
def unlink(*, login: str, issuer: str, data: Path | None) -> None:
    """解除统一身份并退出其全部浏览器 · Unlink the identity; every browser of the account is signed out."""
    with runtime(data) as running, running.database.unit_of_work(running.actor) as uow:
        accounts.unlink_identity(uow=uow, login=login, issuer=issuer)
    click.echo(f"已解除 · unlinked: {login}")


@account.command("lock")
@_login
@data_option
def lock(*, login: str, data: Path | None) -> None:
    """锁定账号并退出其全部浏览器 · Close an account until it is unlocked; its browsers are signed out."""
    with runtime(data) as running, running.database.unit_of_work(running.actor) as uow:
        accounts.lock_account(uow=uow, login=login)
    click.echo(f"已锁定 · locked: {login}")


@account.command("unlock")
@_login
@data_option
def unlock(*, login: str, data: Path | None) -> None:
    """解锁账号 · Open an account that was locked, or closed after wrong tries."""
    with runtime(data) as running, running.database.unit_of_work(running.actor) as uow:
        accounts.unlock_account(uow=uow, login=login)
    click.echo(f"已解锁 · unlocked: {login}")


@account.command("end")
@_login
@data_option
def end(*, login: str, data: Path | None) -> None:
    """停用账号 · End an account, now and for good."""
    with runtime(data) as running, running.database.unit_of_work(running.actor) as uow:
        accounts.end_account(uow=uow, login=login)
    click.echo(f"已停用 · ended: {login}")
