"""``xinjian webhook`` and ``xinjian notice``: who is told of changes, and what entities were told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.bootstrap import known_scope
from service.cli.options import DAY, INSTANT, data_option, lang_option
from service.cli.runtime import runtime
from service.cli.steps import DONE, as_option, file_argument, loaded, named
from service.notices.webhooks import Networks, partners, queries
from service.notices.webhooks.redelivering import redeliver
from service.notices.webhooks.schemas import PartnerBodySchema
from service.notices.written import queries as notices
from service.notices.written.making import notify
from service.notices.written.penalties import notify_of_penalty
from service.notices.written.schemas import NoticeBodySchema
from service.notices.written.serving import record_service
from service.platform import load_settings, web

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

SHOWN = 1_000
"""Rows that a list shows at most."""

reason_option = click.option("--reason", required=True, help="理由 · why")


@click.group()
def webhook() -> None:
    """推送接收方 · Partners that are told of changes (docs/webhooks.md)."""


@webhook.command("add")
@file_argument
@data_option
def add_partner(file: Path, data: Path | None) -> None:
    """由 JSON 文件登记接收方,密钥只显示一次 · Register a partner out of JSON; its secret is shown once."""
    said = loaded(PartnerBodySchema(), web.read_json(file.read_bytes()))
    with runtime(data) as running, running.database.unit_of_work(running.actor) as uow:
        networks = Networks.named(load_settings(running.environ).webhook_networks)
        issued = partners.register_partner(uow=uow, networks=networks, registered=known_scope, **said)
    click.echo(issued.secret)


@webhook.command("list")
@data_option
def list_partners(data: Path | None) -> None:
    """列出接收方 · List partners, with what waits for each and what was given up."""
    with runtime(data) as running, running.database.reader() as session:
        now = running.database.clock.now()
        for one in queries.partners(session, running.actor, now, after="", limit=SHOWN):
            counts = f"待推送 waiting {one['waiting']}  已放弃 dead {one['dead']}"
            click.echo(f"{one['code']}  {one['state']}  {counts}  {one['url']}")


@webhook.command("dead")
@click.argument("code")
@data_option
def dead_letters(code: str, data: Path | None) -> None:
    """列出已放弃的消息 · List the messages that were given up."""
    with runtime(data) as running, running.database.reader() as session:
        for one in queries.deliveries(session, running.actor, code, state="dead", after=0, limit=SHOWN):
            why = one["status"] or one["outcome"]
            click.echo(f"{one['message']}  {one['topic']}  {one['subject']}  {one['attempts']} × {why}")


@webhook.command("rotate")
@click.argument("code")
@click.option("--overlap-hours", type=int, help="新旧并用的小时数 · hours for which the old one signs too")
@data_option
def rotate(code: str, overlap_hours: int | None, data: Path | None) -> None:
    """更换密钥,新密钥只显示一次 · Give a partner a new secret; it is shown once."""
    with runtime(data) as running, running.database.unit_of_work(running.actor) as uow:
        issued = partners.rotate_secret(uow=uow, code=code, overlap_hours=overlap_hours)
    click.echo(issued.secret)


@webhook.command("redeliver")
@click.argument("code")
@reason_option
@click.option("--message", "messages", type=int, multiple=True, help="消息编号 · number of a message (repeatable)")
@click.option("--since", type=INSTANT, help="自此时刻起 · recorded from this instant on")
@click.option("--until", type=INSTANT, help="至此时刻前 · recorded before this instant")
@click.option("--dead", is_flag=True, help="只重发已放弃的 · only those that were given up")
@data_option
def redeliver_messages(
    *,
    code: str,
    reason: str,
    messages: tuple[int, ...],
    since: datetime | None,
    until: datetime | None,
    dead: bool,
    data: Path | None,
) -> None:
    """重新推送 · Deliver messages again: those named, or all of a span."""
    with runtime(data) as running, running.database.unit_of_work(running.actor) as uow:
        state = "dead" if dead else None
        again = redeliver(uow=uow, code=code, reason=reason, messages=messages, since=since, until=until, state=state)
    click.echo(f"{again.count}")
    for one in again.held_back:
        click.echo(f"{one.message} → {one.waits_for}", err=True)


def _step(name: str, act: Callable[..., None], says: str) -> None:
    @webhook.command(name, help=says)
    @click.argument("code")
    @reason_option
    @data_option
    def command(code: str, reason: str, data: Path | None) -> None:
        with runtime(data) as running, running.database.unit_of_work(running.actor) as uow:
            act(uow=uow, code=code, reason=reason)
        click.echo(DONE)


_step("pause", partners.pause_partner, "暂停推送 · Tell a partner nothing for a while.")
_step("resume", partners.resume_partner, "恢复推送 · Go on with a partner.")
_step("end", partners.end_partner, "终止推送 · Tell a partner nothing any more, for good.")


@click.group()
def notice() -> None:
    """告知书 · Notices to entities (docs/notices.md)."""


@notice.command("make")
@file_argument
@as_option
@data_option
def make_notice(file: Path, person: str, data: Path | None) -> None:
    """由 JSON 文件制作告知书 · Make a notice out of JSON: {"kind", "entity" or "event", "facts"}."""
    said: dict[str, Any] = loaded(NoticeBodySchema(), web.read_json(file.read_bytes()))
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        click.echo(notify_of_penalty(uow=uow, **said) if "event" in said else notify(uow=uow, **said))


@notice.command("list")
@click.option("--entity", help="主体公共编码 · public key of an entity")
@click.option("--kind", help="种类 · kind of notice")
@click.option("--unserved", is_flag=True, help="只列尚未送达的 · only those that nobody has served")
@data_option
def list_notices(entity: str | None, kind: str | None, *, unserved: bool, data: Path | None) -> None:
    """列出告知书 · List notices, oldest first."""
    with runtime(data) as running, running.database.reader() as session:
        found = notices.notices(
            session, running.actor, entity=entity, kind=kind, unserved=unserved, after=0, limit=SHOWN
        )
        for one in found:
            click.echo(f"{one.number}  {one.made_on}  {one.kind}  {one.entity_key}  {one.about or ''}")


@notice.command("show")
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="全部内容，JSON · all of it, as JSON")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="写成 PDF 文件 · write it as a PDF file")
@lang_option
@data_option
def show_notice(*, number: str, as_json: bool, pdf: Path | None, lang: str, data: Path | None) -> None:
    """显示告知书 · Show a notice, or write it as PDF."""
    with runtime(data) as running, running.database.reader() as session:
        _, whole = notices.notice(session, running.actor, number)
    found = whole["texts"][lang]
    if pdf is not None:
        from service.notices.written.printing import printed  # noqa: PLC0415 -- 100 modules, for those who print

        pdf.write_bytes(printed(found["text"], number=number, digest=found["sha256"]))
    said = json.dumps(whole, ensure_ascii=False, indent=2, default=str) if as_json else found["text"].rstrip("\n")
    click.echo(str(pdf) if pdf is not None else said)


@notice.command("served")
@click.argument("number")
@click.option("--way", required=True, help="送达方式 · way of serving")
@click.option("--on", "on_day", type=DAY, required=True, help="送达日 · day")
@click.option("--recipient", help="签收人 · who signed")
@click.option("--failed", "note", help="未能送达的原因 · why it could not be served")
@as_option
@data_option
def served_notice(
    *,
    number: str,
    way: str,
    on_day: datetime,
    recipient: str | None,
    note: str | None,
    person: str,
    data: Path | None,
) -> None:
    """登记送达 · Record that a notice was served, or could not be."""
    day, served = on_day.date(), note is None
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        record_service(uow=uow, number=number, way=way, on_day=day, served=served, recipient=recipient, note=note)
    click.echo(DONE)
