"""Draws, the steps beside the straight way: witnesses, parts of others, failures, what happens after, and giving up."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scoring.kernel.canonical import canonical
from scoring.sampling.keys import witness_commitment
from service.cli.inspecting import KEY_BYTES, draw
from service.cli.options import data_option
from service.cli.runtime import runtime
from service.cli.steps import DONE, as_option, file_argument, loaded, named, step
from service.inspections import draws, plans
from service.inspections.draws import files, store
from service.inspections.draws.schemas import (
    DrawEventSchema,
    FailureSchema,
    RevealSchema,
    VoidSchema,
    WitnessSchema,
)

if TYPE_CHECKING:
    from marshmallow import Schema

__all__ = ["draw"]

evidence_option = click.option(
    "--evidence",
    required=True,
    help="证据的 SHA-256(见 draw evidence) · digest of a file that `draw evidence` kept",
)


@draw.command("approve")
@click.argument("number")
@click.argument("task")
@as_option
@data_option
def approve(number: str, task: str, person: str, data: Path | None) -> None:
    """同意联合抽取 · Approve, for a task's own authority, that it is drawn together under the terms as they stand."""
    with runtime(data) as running:
        with running.database.reader() as session:
            authority = plans.task_of(session, task).body["lead"]
        actor = replace(named(running, person), authority=authority)
        with running.database.unit_of_work(actor) as uow:
            draws.approve_part(uow, draw=number, task=task)
    click.echo(DONE)


@draw.command("expire")
@as_option
@data_option
def expire(person: str, data: Path | None) -> None:
    """注销逾期编号 · Give up every number that was prepared and can be frozen no more, as workers do every ten minutes.

    Each number that is given up is printed.
    """
    with runtime(data) as running:
        with running.database.reader() as session:
            numbers = draws.expiring(session, running.database.clock.now())
        for number in numbers:
            with running.database.unit_of_work(named(running, person)) as uow:
                given_up = draws.expire_draw(uow, draw=number)
            if given_up:
                click.echo(number)


@draw.command("certificate")
@click.argument("number")
@click.argument("code")
@click.option(
    "--part", default=None, help="联合抽取的部分 · of a joint draw the part (default: the first with the code)"
)
@click.option(
    "--to", "file", type=click.Path(dir_okay=False, path_type=Path), required=True, help="写到 · file to write"
)
@as_option
@data_option
def certificate(*, number: str, code: str, part: str | None, file: Path, person: str, data: Path | None) -> None:
    """写出一户的抽取证明 · Write one entity's proof, which `xinjian verify` checks; since the closing its row.

    After the opening it also says whether the entity was drawn. The look is noted.
    """
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        found = store.draw_of(uow.session, number)
        made = files.certificate_of(uow.session, found, files.part_of(uow.session, found, code, part), code)
        uow.audit("inspections.draw_certificate_written", number, {"code": code})
    file.write_bytes(canonical(made))


@draw.command("witness-value")
@click.argument("number")
@click.argument("witness")
def witness_value(number: str, witness: str) -> None:
    """见证人选数 · Choose a witness's value on the witness's own machine, which it leaves at the reveal."""
    value = secrets.token_bytes(KEY_BYTES)
    bound = witness_commitment(number, witness, value)
    click.echo(json.dumps({"value": value.hex(), "commitment": bound}))


@draw.command("witness")
@click.argument("number")
@click.argument("witness")
@click.option("--organisation", required=True, help="见证人单位 · whom the witness belongs to")
@click.option("--commitment", required=True, help="见证承诺值(见 draw witness-value) · what binds the value, hex")
@as_option
@data_option
def witness(*, number: str, witness: str, organisation: str, commitment: str, person: str, data: Path | None) -> None:
    """登记见证 · Write down what binds a witness, before the freeze."""
    said = _said(WitnessSchema(), witness=witness, organisation=organisation, commitment=commitment)
    step(data, person, draws.commit_witness, draw=number, **said)


@draw.command("reveal")
@click.argument("number")
@click.argument("witness")
@click.option("--value", required=True, help="见证值(十六进制) · the value, hex")
@as_option
@data_option
def reveal(*, number: str, witness: str, value: str, person: str, data: Path | None) -> None:
    """公开见证值 · Reveal a witness's value, between commitment and closing."""
    step(data, person, draws.reveal, draw=number, **_said(RevealSchema(), witness=witness, value=value))


@draw.command("evidence")
@click.argument("number")
@file_argument
@as_option
@data_option
def evidence(number: str, file: Path, person: str, data: Path | None) -> None:
    """存入证据 · Keep a file with the draw and print the SHA-256 that failures and events name."""
    content = file.read_bytes()
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        kept = draws.attach_evidence(uow, draw=number, content=content)
    click.echo(kept.sha256.hex())


@draw.command("failure")
@click.argument("number")
@click.option("--reason", required=True, help="source_absent | secret_missing")
@evidence_option
@as_option
@data_option
def failure(*, number: str, reason: str, evidence: str, person: str, data: Path | None) -> None:
    """登记取值失败 · Record that an attempt has failed; the number of the attempt that counts now is printed."""
    step(data, person, draws.note_failure, draw=number, **_said(FailureSchema(), reason=reason, evidence=evidence))


@draw.command("propose")
@click.argument("number")
@click.argument("kind", type=click.Choice(["replace", "step_in", "extend"]))
@click.argument("subject")
@click.option("--part", default="", help="联合抽取的部分 · of a joint draw the part")
@click.option("--seat", default=1, show_default=True, help="第几席(自 1) · the seat, from 1")
@click.option("--leaves", help="递补时所更换的人员 · of a stand-in, the inspector whom it is about")
@click.option("--reason", required=True, help="理由 · see docs/draw-protocol.md §6, §7.6")
@evidence_option
@as_option
@data_option
def propose(*, number: str, seat: int, person: str, data: Path | None, **event: Any) -> None:  # noqa: ANN401 its fields
    """提出变更 · Propose a replacement of SUBJECT, a stand-in at it, or the next step of the stratum SUBJECT.

    Who comes is never chosen. The number of the proposal is printed; another person decides it.
    """
    said = _said(DrawEventSchema(), seat=seat - 1, **event)
    step(data, person, draws.propose_event, draw=number, event=said)


@draw.command("proposals")
@click.argument("number")
@as_option
@data_option
def proposed(number: str, person: str, data: Path | None) -> None:
    """待审批的变更 · What was proposed and what became of it, one a line; the look is noted, since it tells names."""
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        told = draws.proposals(uow.session, store.draw_of(uow.session, number))
        uow.audit("inspections.draw_proposals_read", number, {"proposals": len(told)})
    for each in told:
        click.echo(json.dumps(each, ensure_ascii=False, sort_keys=True))


@draw.command("decide")
@click.argument("number")
@click.argument("proposal", type=int)
@click.option("--approve/--refuse", "approved", required=True, help="同意 / 不同意 · let it happen, or not")
@as_option
@data_option
def decide(*, number: str, proposal: int, approved: bool, person: str, data: Path | None) -> None:
    """审批变更 · Decide what another person proposed; the digest of the event is printed."""
    step(data, person, draws.decide_event, draw=number, proposal=proposal, approved=approved)


@draw.command("log")
@click.argument("number")
@as_option
@data_option
def log(number: str, person: str, data: Path | None) -> None:
    """抽取后的变更 · What has happened since, one event a line; the look is noted, since it tells names."""
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        events = store.events(uow.session, store.draw_of(uow.session, number))
        uow.audit("inspections.draw_log_read", number, {"events": len(events)})
    for each in events:
        click.echo(json.dumps(each, ensure_ascii=False, sort_keys=True))


@draw.command("propose-void")
@click.argument("number")
@click.option("--reason", required=True, help="理由 · after the instant one of those of docs/draw-protocol.md §3")
@as_option
@data_option
def propose_void(number: str, reason: str, person: str, data: Path | None) -> None:
    """提议作废 · Ask that a draw be given up; another person does so with `draw void`."""
    step(data, person, draws.propose_void, draw=number, **_said(VoidSchema(), reason=reason))


def _said(schema: Schema, **fields: object) -> dict[str, Any]:
    return loaded(schema, fields)
