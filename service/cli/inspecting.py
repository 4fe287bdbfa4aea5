"""Plans and draws step by step, each command one use case; who acts is named, since steps need two persons."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from marshmallow import fields

from scoring.kernel.canonical import canonical
from scoring.sampling.bytes import digest
from service.cli.options import data_option
from service.cli.runtime import runtime
from service.cli.steps import as_option, file_argument, loaded, named, step
from service.inspections import draws, plans
from service.inspections.draws import audience, store
from service.inspections.draws.schemas import DrawTermsSchema, ValuesSchema
from service.inspections.plans.schemas import NewPlanSchema, TaskSchema
from service.platform import Problem, web

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.cli.runtime import Runtime
    from service.platform import UnitOfWork

KEY_BYTES = 32
WAITING = "已收到；尚待另一人录入数字，或交出秘密 · Taken; another person's entry, or the secret, is still to come."


@click.group()
def plan() -> None:
    """抽查计划 · Inspection plans."""


class PlanFileSchema(web.StrictSchema):
    """A plan with its tasks, as a file says it."""

    plan = fields.Nested(NewPlanSchema, required=True)
    tasks = fields.List(fields.Nested(TaskSchema), required=True)


@plan.command("draft")
@file_argument
@as_option
@data_option
def draft_plan(file: Path, person: str, data: Path | None) -> None:
    """由 JSON 文件起草并提交计划 · Draft and submit a plan out of JSON: {"plan": …, "tasks": […]}.

    The numbers of its tasks are printed, then its own.
    """
    said = loaded(PlanFileSchema(), web.read_json(file.read_bytes()))
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        number = plans.draft_plan(uow, **said["plan"])
        numbers = [_put(uow, number, place, body) for place, body in enumerate(said["tasks"])]
        plans.submit_plan(uow, plan=number)
    for each in (*numbers, number):
        click.echo(each)


def _put(uow: UnitOfWork, number: str, place: int, body: dict[str, Any]) -> str:
    """A task of the file; what does not fit is told with its place in the file."""
    try:
        return plans.put_task(uow, plan=number, body=TaskSchema().dump(body))
    except Problem as refused:
        at = f"/tasks/{place}"
        found = [
            Problem(one.code, pointer=f"{at}{one.pointer or ''}", **one.params) for one in refused.errors or [refused]
        ]
        raise Problem("invalid_body", errors=found, count=len(found)) from refused


@plan.command("publish")
@click.argument("number")
@as_option
@click.option("--reason", required=True, help="审批意见 · why it is approved")
@data_option
def publish_plan(number: str, person: str, reason: str, data: Path | None) -> None:
    """批准并公布计划 · Approve and publish a plan; by another person than drafted it."""
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        plans.decide_plan(uow, plan=number, approved=True, reason=reason)
        plans.publish_plan(uow, plan=number)


@plan.command("feasibility")
@click.argument("task")
@data_option
def feasibility(task: str, data: Path | None) -> None:
    """任务的可行性与工作量 · What a task would take, against what there is."""
    with runtime(data) as running, running.database.reader() as session:
        found = plans.task_of(session, task)
        used = draws.load_of_year(session, found.window[0].year)
        left = plans.remaining(plans.eligible(session, found), used)
        report = plans.feasibility(session, found, left=left)
    click.echo(json.dumps(report.document(), ensure_ascii=False, indent=2))


@click.group()
def draw() -> None:
    """双随机抽取 · Draws; the steps in their order are told by docs/draws.md."""


@draw.command("prepare")
@click.argument("task")
@file_argument
@as_option
@data_option
def prepare(task: str, file: Path, person: str, data: Path | None) -> None:
    """准备抽取 · Give a task's draw its number, with the terms of a JSON file."""
    terms = loaded(DrawTermsSchema(), web.read_json(file.read_bytes()))
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        click.echo(draws.prepare_draw(uow, task=task, terms=terms))


@draw.command("freeze")
@click.argument("number")
@as_option
@data_option
def freeze(number: str, person: str, data: Path | None) -> None:
    """冻结并承诺 · Freeze a draw into its commitment, whose digest is printed."""
    chance = {"secret": secrets.token_bytes(KEY_BYTES), "salt_key": secrets.token_bytes(KEY_BYTES)}
    with runtime(data) as running:
        actor = named(running, person)
        with running.database.unit_of_work(actor, one_snapshot=True) as uow:
            made = draws.freeze_draw(uow, draw=number, **chance)
    click.echo(digest(made))


@draw.command("custody")
@click.argument("number")
@click.argument("custodian")
@click.option("--value", required=True, help="保管的副本(十六进制) · the custodian's copy, hex")
@as_option
@data_option
def custody(*, number: str, custodian: str, value: str, person: str, data: Path | None) -> None:
    """保管人确认副本 · A custodian shows that the copy opens the commitment."""
    step(data, person, draws.confirm_custody, draw=number, custodian=custodian, value=value)


@draw.command("entropy")
@click.argument("number")
@file_argument
@as_option
@data_option
def entropy(number: str, file: Path, person: str, data: Path | None) -> None:
    """录入随机值 · Enter the values of a JSON file: {"values": […]}; announced numbers are entered by two persons."""
    values = loaded(ValuesSchema(), web.read_json(file.read_bytes()))["values"]
    step(data, person, draws.enter_values, draw=number, values=values, waiting=WAITING)


@draw.command("secret")
@click.argument("number")
@click.option("--value", default=None, help="保管的副本(十六进制) · a custodian's copy, hex (default: the holder's)")
@as_option
@data_option
def secret(number: str, value: str | None, person: str, data: Path | None) -> None:
    """交出秘密 · Open the secret after the instant."""
    step(data, person, draws.produce_secret, draw=number, value=value, waiting=WAITING)


@draw.command("attest")
@click.argument("number")
@click.argument("custodian")
@as_option
@data_option
def attest(number: str, custodian: str, person: str, data: Path | None) -> None:
    """保管人证明 · A custodian registers that the full file verifies."""
    step(data, person, draws.attest, draw=number, custodian=custodian)


def _plain(name: str, usecase: Callable[..., Any], told: str) -> None:
    """A command for a step that takes nothing but the draw."""

    @draw.command(name, help=told)
    @click.argument("number")
    @as_option
    @data_option
    def command(number: str, person: str, data: Path | None) -> None:
        step(data, person, usecase, draw=number)


_plain("close", draws.close_draw, "关闭 · Close a draw at its committed time.")
_plain("conclude", draws.conclude, "得出结果 · Draw sample, reserves and teams.")
_plain("dispatch", draws.dispatch, "派发 · Send the visits out.")
_plain("open", draws.open_draw, "公开 · Make the public file public.")
_plain("void", draws.void_draw, "作废 · Give up a draw as another person proposed.")


@draw.command("show")
@click.argument("number")
@data_option
def show(number: str, data: Path | None) -> None:
    """抽取到哪一步 · Where a draw stands."""
    with runtime(data) as running, running.database.reader() as session:
        view = draws.view_of(session, number)
    told = {**view._asdict(), "draw": view.draw.number, "task": view.draw.task}
    click.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))


@draw.command("transcript")
@click.argument("number")
@click.option("--full", is_flag=True, help="完整记录 · the full file, for audit")
@click.option(
    "--to", "file", type=click.Path(dir_okay=False, path_type=Path), required=True, help="写到 · file to write"
)
@click.option("--as", "person", help="完整记录由谁取用 · with --full: who takes it, as the audit ledger names them")
@data_option
def transcript(*, number: str, full: bool, file: Path, person: str | None, data: Path | None) -> None:
    """写出抽取记录 · Write the file that `xinjian verify` checks: the public one after the opening, or the full one.

    Whoever takes the full one is named (--as), and the look is noted; the public one is for everybody.
    """
    with runtime(data) as running:
        if not full:
            made = _public(running, number)
        elif person is None:
            raise click.UsageError("取用完整记录须注明 --as 何人 · the full file is taken in somebody's name: add --as")
        else:
            made = _taken(running, number, person)
    file.write_bytes(canonical(made))


def _taken(running: Runtime, number: str, person: str) -> Mapping[str, Any]:
    """The full file; the look is noted."""
    with running.database.unit_of_work(named(running, person)) as uow:
        made = draws.full_transcript(uow.session, number)
        uow.audit("inspections.draw_file_written", number, {"full": True})
    return made


def _public(running: Runtime, number: str) -> Mapping[str, Any]:
    """The public file, once it is open."""
    with running.database.reader() as session:
        audience.refuse_public_file(session, store.draw_of(session, number))
        return draws.public_transcript(session, number)
