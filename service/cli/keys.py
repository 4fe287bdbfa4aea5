"""``xinjian keys``: what is stored encrypted under which key, and all of it under the first one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from service.accounts.vault import VAULT as SECOND_FACTORS
from service.cli.options import data_option
from service.cli.runtime import runtime
from service.inspections.draws.kept_secrets import VAULT as DRAWS
from service.notices.webhooks.vault import VAULT as WEBHOOKS
from service.platform import key_names, rotate, taken_stock

if TYPE_CHECKING:
    from pathlib import Path

    from service.platform import Fault, Stock

VAULTS = DRAWS, WEBHOOKS, SECOND_FACTORS
"""Everywhere that secrets are stored encrypted."""

_KINDS = {
    "draw": "抽取 · draws",
    "webhook": "推送 · webhooks",
    "second-factor": "第二因素 · second factors",
}
_WHY = {
    "encryption_key_missing": "的密钥不在设置中 · its key is not among the settings",
    "ciphertext_broken": "已被改动或移位 · was changed or moved",
}


@click.group(invoke_without_command=True)
@data_option
@click.pass_context
def keys(context: click.Context, data: Path | None) -> None:
    """静态加密密钥 · Keys of what is stored encrypted, and how much is under each (docs/operations.md).

    Exit 1 where something does not open.
    """
    if context.invoked_subcommand is not None:
        context.obj = data
        return
    with runtime(data) as running, running.database.reader() as session:
        stock = taken_stock(session, VAULTS)
    _tell(stock)


@keys.command("rotate")
@click.option("--batch", type=click.IntRange(1, 10_000), default=200, show_default=True, help="每批行数 · rows a batch")
@data_option
@click.pass_obj
def rotate_keys(above: Path | None, /, *, batch: int, data: Path | None) -> None:
    """全部改用第一个密钥重新加密，可中断后重来 · Encrypt everything under the first key; cut off, run it again.

    Exit 1 where something does not open; all else is done.
    """
    with runtime(data or above) as running:
        stock = rotate(running.database, running.actor, VAULTS, batch=batch)
    click.echo(f"已重新加密 {stock.moved.total()} 项 · encrypted again")
    _tell(stock)


def _tell(stock: Stock) -> None:
    own = key_names()
    for key in stock.named():
        place = "第一 first" if key in own[:1] else "旧 older" if key in own else "不在设置中 not among the settings"
        held = [f"{said} {stock.under[key, kind]}" for kind, said in _KINDS.items() if stock.under[key, kind]]
        click.echo(f"{key}  {place}  {', '.join(held) or '无 · nothing'}")
    for key in stock.unused():
        click.echo(f"密钥 {key} 已无任何内容使用，可从设置中移除 · nothing is under it: take it out of the settings")
    for fault in stock.faults:
        click.echo(_fault(fault), err=True)
    if stock.faults:
        raise SystemExit(1)


def _fault(fault: Fault) -> str:
    return f"{_KINDS[fault.kind]}，{fault.name}（{fault.key}）{_WHY[fault.code]}"
