"""Repair and objection step by step, each command one use case; who acts is named, since steps need several persons."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from service import insight, repairs
from service.cli.options import DAY, data_option, lang_option
from service.cli.runtime import runtime
from service.cli.steps import DONE, as_option, file_argument, loaded, named
from service.platform import job_actor, sheet_pieces, web
from service.repairs.documents import chance, whole
from service.repairs.queries import case_view, chances
from service.repairs.schemas import ObjectionActSchema

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from pathlib import Path

_reason = click.option("--reason", required=True, help="理由 · why")
_number = click.argument("number")


def _step(data: Path | None, person: str, usecase: Callable[..., Any], **said: Any) -> None:  # noqa: ANN401 a step's own arguments
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        made = usecase(uow, **said)
    click.echo(made if isinstance(made, str) else DONE)


def _sent(data: Path | None, person: str, file: Path, **said: str) -> None:
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        kept = repairs.add_material(uow, **said, name=file.name, content=file.read_bytes())
    click.echo(kept.sha256.hex())


def _shown(data: Path | None, procedure: str, number: str) -> None:
    with runtime(data) as running, running.database.reader() as session:
        view = case_view(session, job_actor("cli"), procedure, number, now=running.database.clock.now())
        click.echo(json.dumps(whole(view, "zh", persons=True), ensure_ascii=False, indent=2))


def _plain(group: click.Group, name: str, usecase: Callable[..., Any], told: str, **fixed: str) -> None:
    """A command that takes a number and a reason, and nothing else."""

    @group.command(name, help=told)
    @_number
    @_reason
    @as_option
    @data_option
    def command(number: str, reason: str, person: str, data: Path | None) -> None:
        _step(data, person, usecase, number=number, reason=reason, **fixed)


@click.group()
def repair() -> None:
    """信用修复 · Credit repair; the steps in their order are told by docs/repair.md."""


@repair.command("can")
@click.argument("key")
@click.option("--on", type=DAY, default=None, help="日期 · the day asked for (default: today)")
@lang_option
@data_option
def can(key: str, on: datetime | None, lang: str, data: Path | None) -> None:
    """能否修复 · Which records of an entity could be repaired: now, from which day, with what missing."""
    day = None if on is None else on.date()
    with runtime(data) as running, running.database.reader() as session:
        found = chances(session, job_actor("cli"), key, now=running.database.clock.now(), as_of=day)
        told = [chance(one, lang) for one in found]
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


@repair.command("outreach")
@click.option("--authority", help="监管部门代码 · an authority with all below it (default: every one)")
@click.option("--region", default=None, help="行政区划代码 · a region and all it contains")
@click.option("--standing", type=click.Choice(insight.STANDINGS), help="只列此类 · only those of this standing")
@click.option("--by", "until", type=DAY, default=None, help="到哪一天为止可以申请 · who can apply by that day")
@click.option("--by-district", "districts", is_flag=True, help="分区计数(JSON) · only how many, by district")
@data_option
def outreach_list(
    *,
    authority: str | None,
    region: str | None,
    standing: str | None,
    until: datetime | None,
    districts: bool,
    data: Path | None,
) -> None:
    """可修复名单(CSV) · Who could be repaired now or by a day, and with what missing, as CSV."""
    day: date | None = None if until is None else until.date()
    asked = insight.Outreach(authority, region, standing, by=day)
    with runtime(data) as running, running.database.unit_of_work(running.actor) as uow:
        found = insight.outreach(uow.session, running.actor, asked, now=uow.now)
        told = {name: str(said) for name, said in asked._asdict().items() if said is not None}
        uow.audit("insight.outreach", region or authority or "all", told)
        if districts:
            click.echo(json.dumps(insight.by_district(found), ensure_ascii=False, indent=2))
        else:
            for piece in sheet_pieces(insight.OUTREACH_COLUMNS, insight.outreach_cells(found)):
                click.echo(piece, nl=False)


@repair.command("show")
@_number
@data_option
def show(number: str, data: Path | None) -> None:
    """查看案件 · A case with its steps, papers and clocks."""
    _shown(data, "repair", number)


@repair.command("apply")
@click.argument("key")
@click.argument("record", type=int)
@_reason
@as_option
@data_option
def apply(key: str, record: int, reason: str, person: str, data: Path | None) -> None:
    """申请 · Apply at the counter for the repair of a record; prints the number of the case."""
    _step(data, person, repairs.apply, entity=key, record=record, reason=reason)


@repair.command("send")
@_number
@click.argument("material")
@file_argument
@as_option
@data_option
def send(number: str, material: str, file: Path, person: str, data: Path | None) -> None:
    """交材料 · Send a paper that the edition names."""
    _sent(data, person, file, procedure="repair", number=number, key=material)


@repair.command("ask")
@_number
@click.argument("papers", nargs=-1, required=True)
@_reason
@as_option
@data_option
def ask(number: str, papers: tuple[str, ...], reason: str, person: str, data: Path | None) -> None:
    """一次性告知补正 · Ask for what is missing, once and all of it."""
    _step(data, person, repairs.ask_supplement, number=number, papers=papers, reason=reason)


@repair.command("verify")
@_number
@click.option("--fit/--unfit", required=True, help="是否符合 · whether it is fit to be granted")
@_reason
@as_option
@data_option
def verify(number: str, fit: bool, reason: str, person: str, data: Path | None) -> None:  # noqa: FBT001 an option of the command
    """核查 · Say what was found; by another person than handled the application."""
    _step(data, person, repairs.verify, number=number, fit=fit, reason=reason)


@repair.command("decide")
@_number
@click.argument("decision", type=click.Choice(["grant", "refuse", "lift", "end_lifting"]))
@_reason
@as_option
@data_option
def decide(number: str, decision: str, reason: str, person: str, data: Path | None) -> None:
    """决定 · Grant or refuse; by a third person."""
    _step(data, person, repairs.decide, number=number, decision=decision, reason=reason)


_plain(repair, "supply", repairs.supply, "补正完毕 · Say that what was asked for is there.")
_plain(repair, "accept", repairs.accept, "受理 · Accept a complete application.")
_plain(repair, "reject", repairs.refuse_acceptance, "不予受理 · Refuse to accept an application.")
_plain(repair, "extend", repairs.extend, "延长期限 · Prolong the term for the decision.", procedure="repair")
_plain(repair, "withdraw", repairs.withdraw, "撤回 · Take an application back.", procedure="repair")
_plain(repair, "close", repairs.close, "结案 · Close a granted case.")
_plain(
    repair,
    "propose-revocation",
    repairs.propose_revocation,
    "提请撤销修复 · Say that a repair was obtained by false papers.",
)
_plain(repair, "drop-revocation", repairs.drop_revocation, "不予撤销 · Decide that a repair stands; by another person.")
_plain(repair, "revoke", repairs.revoke_for_fraud, "撤销修复 · Take back a repair as another person proposed.")


@click.group()
def objection() -> None:
    """异议 · Objections; the steps in their order are told by docs/repair.md."""


@objection.command("show")
@_number
@data_option
def show_objection(number: str, data: Path | None) -> None:
    """查看异议 · An objection with its steps and clocks."""
    _shown(data, "objection", number)


@objection.command("file")
@click.argument("key")
@click.argument("record", type=int)
@_reason
@as_option
@data_option
def file_objection(key: str, record: int, reason: str, person: str, data: Path | None) -> None:
    """提出异议 · Object to a record, which is marked at once; prints the number."""
    _step(data, person, repairs.object_to, entity=key, record=record, reason=reason)


@objection.command("send")
@_number
@click.argument("material")
@file_argument
@as_option
@data_option
def send_proof(number: str, material: str, file: Path, person: str, data: Path | None) -> None:
    """交材料 · Send a paper that the objection takes, such as proof."""
    _sent(data, person, file, procedure="objection", number=number, key=material)


@objection.command("forward")
@_number
@click.argument("source")
@click.option("--partner", default=None, help="由其直接答复的合作方令牌编号 · id of the partner's token that answers")
@_reason
@as_option
@data_option
def forward(data: Path | None, person: str, **said: str) -> None:
    """转来源单位 · Ask the source to check."""
    _step(data, person, repairs.forward, **said)


@objection.command("answer")
@_number
@click.option("--right/--wrong", required=True, help="记录是否正确 · whether the record is right")
@_reason
@as_option
@data_option
def answer(number: str, right: bool, reason: str, person: str, data: Path | None) -> None:  # noqa: FBT001 an option of the command
    """来源单位答复 · Write down what the source found."""
    _step(data, person, repairs.answer, number=number, right=right, reason=reason)


@objection.command("examine")
@_number
@click.option("--right/--wrong", required=True, help="记录是否正确 · whether the record is right")
@_reason
@as_option
@data_option
def examine(number: str, right: bool, reason: str, person: str, data: Path | None) -> None:  # noqa: FBT001 an option of the command
    """核查 · Write down what a handler found; nobody corrects a record alone."""
    _step(data, person, repairs.examine, number=number, right=right, reason=reason)


@objection.command("decide")
@_number
@click.argument("decision", type=click.Choice(["uphold", "correct"]))
@click.option("--acts", default="[]", help='更正(JSON) · what is corrected, as [{"act": "annulment"}]')
@_reason
@as_option
@data_option
def decide_objection(data: Path | None, person: str, acts: str, **said: str) -> None:
    """决定 · Uphold the record or correct it."""
    corrected = loaded(ObjectionActSchema(many=True), web.read_json(acts.encode()))
    _step(data, person, repairs.decide_objection, acts=corrected, **said)


_plain(objection, "extend", repairs.extend, "延长期限 · Prolong the term that runs.", procedure="objection")
_plain(objection, "review", repairs.ask_review, "申请复核 · Ask that an upheld record be looked at again.")
_plain(objection, "withdraw", repairs.withdraw, "撤回 · Take an objection back.", procedure="objection")
