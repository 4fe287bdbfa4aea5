"""Editions of rulebooks: proposed by one person, decided by another; and the operator's way for seeds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import click

from service import editions, ratings
from service.cli.options import WORDS, data_option, lang_option
from service.cli.runtime import runtime
from service.cli.steps import as_option, file_argument, named
from service.editions.telling import proposal_told, proposals
from service.platform import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from service.cli.runtime import Runtime
    from service.editions import Adopted, Examined
    from service.ratings import RerateFigures

_reason = click.option("--reason", required=True, help="理由 · why")
_text = click.argument("text", metavar="FILE", type=WORDS)
_number = click.argument("number", type=click.IntRange(1))
_cases = click.option(
    "--cases",
    required=True,
    type=WORDS,
    help="案例文件 · the cases that it must answer",
)


@click.group()
def edition() -> None:
    """评价办法各版本 · Editions of rulebooks; how one is adopted is told by docs/editions.md."""


@edition.command("propose")
@_text
@_cases
@_reason
@as_option
@lang_option
@data_option
def propose_edition(*, text: str, cases: str, reason: str, person: str, lang: str, data: Path | None) -> None:
    """提出一个版本，由另一人决定 · Propose the edition of a TOML file; another person decides."""
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        number, found = editions.propose(uow=uow, words=text, cases=cases, reason=reason)
    _tell(found, lang)
    click.echo(f"{number}  {found.edition.id}  {found.edition.digest}")


@edition.command("check")
@_text
@_cases
@lang_option
@data_option
def check_edition(text: str, cases: str, lang: str, data: Path | None) -> None:
    """检查一个版本可否通过，不作改动 · Whether an edition could be adopted now; changes nothing."""
    with runtime(data) as running, running.database.reader() as session:
        now = running.database.clock.now()
        found = editions.examine(session, text=text, cases=cases, now=now)
    _tell(found, lang)


@edition.command("diff")
@_text
@lang_option
@data_option
def diff_edition(text: str, lang: str, data: Path | None) -> None:
    """与该办法最后的版本比较 · What an edition changes of the last one of its rulebook, in words."""
    with runtime(data) as running, running.database.reader() as session:
        for said in editions.changes_of(session, text):
            click.echo(said[lang])


@edition.command("approve")
@_number
@_reason
@as_option
@data_option
def approve_edition(number: int, reason: str, person: str, data: Path | None) -> None:
    """批准，自其施行起日施行 · Approve a proposal: in force from its first day."""
    _decide(data, person, number, "approved", reason)


@edition.command("refuse")
@_number
@_reason
@as_option
@data_option
def refuse_edition(number: int, reason: str, person: str, data: Path | None) -> None:
    """不予批准 · Refuse a proposal."""
    _decide(data, person, number, "refused", reason)


@edition.command("withdraw")
@_number
@_reason
@as_option
@data_option
def withdraw_edition(number: int, reason: str, person: str, data: Path | None) -> None:
    """在施行之前撤回 · Withdraw a proposal, or an approved edition before its first day."""
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        done = ratings.withdraw_edition(uow=uow, proposal=number, reason=reason)
    _done(done)


@edition.command("show")
@_number
@lang_option
@data_option
def show_proposal(number: int, lang: str, data: Path | None) -> None:
    """一个提案及其各步和试算 · A proposal, what it changes in words, what became of it, and its dry runs."""
    with runtime(data) as running, running.database.reader() as session:
        said = proposal_told(session, number, running.actor)
        said["changes"] = [one[lang] for one in said["changes"]]
        said["steps"] = [
            {"step": one.step, "person": one.person, "reason": one.reason, "taken_on": one.taken_on}
            for one in said["steps"]
        ]
        said["dry_runs"] = _dry_runs(running, session, number)
        click.echo(json.dumps(said, ensure_ascii=False, indent=2, default=str))


@edition.command("proposals")
@data_option
def list_proposals(data: Path | None) -> None:
    """列出各提案 · List every proposal, the latest first, with the last step."""
    with runtime(data) as running, running.database.reader() as session:
        for one in proposals(session, running.actor):
            last = one["steps"][-1].step if one["steps"] else "waiting"
            click.echo(f"{one['proposal']}  {one['edition_id']}  {one['force_from']}  {last}")


@edition.command("rerate")
@click.argument("number", type=click.IntRange(1), required=False)
@click.option("--cancel", is_flag=True, help="取消预评 · call it off; with --reason and --as")
@click.option("--restart", is_flag=True, help="重新开始已取消的预评 · begin a cancelled one again; likewise")
@click.option("--reason", help="理由 · why")
@click.option("--as", "person", help="经办人员代码 · who acts, as the audit ledger names them")
@data_option
def rerating(
    *, number: int | None, cancel: bool, restart: bool, reason: str | None, person: str | None, data: Path | None
) -> None:
    """新版本的预评进度，或取消、重新开始 · How far re-rating for adopted editions is; call one off, begin it again."""
    with runtime(data) as running:
        if cancel or restart:
            if number is None or reason is None or person is None or cancel == restart:
                raise click.UsageError("--cancel / --restart: NUMBER, --reason, --as")
            with running.database.unit_of_work(named(running, person)) as uow:
                if cancel:
                    ratings.cancel_rerate(uow=uow, run=number, reason=reason)
                else:
                    number = ratings.restart_rerate(uow=uow, run=number, reason=reason)
        with running.database.reader() as session:
            found = ratings.rerates(session) if number is None else [ratings.rerate(session, number)]
    for one in found:
        click.echo(_progress(one))


def _progress(one: RerateFigures) -> str:
    known = "?" if one.entities is None else one.entities
    told = f"{one.run}  {one.edition}  {one.day}  {one.state}  {one.passed}/{known}"
    told += f"  staged {one.staged}, failed {one.failed}"
    if one.per_second is not None:
        told += f"  {one.per_second}/s"
    if one.seconds_left is not None:
        told += f"  {one.seconds_left} s left"
    return told if one.to_fold is None else f"{told}  to fold {one.to_fold}"


def _dry_runs(running: Runtime, session: Session, number: int) -> list[dict[str, Any]]:
    """The dry runs that are attached to a proposal, the latest first."""
    from service.studio.dry_run.queries import runs  # noqa: PLC0415 -- NumPy, for this command alone

    return runs(session, running.actor, proposal=number)


def _decide(data: Path | None, person: str, number: int, outcome: Literal["approved", "refused"], reason: str) -> None:
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        done = ratings.decide_edition(uow=uow, proposal=number, outcome=outcome, reason=reason)
        tried = outcome == "refused" or _dry_runs(running, uow.session, number)
    _done(done)
    if not tried:
        click.echo("该提案未附试算 · no dry run is attached to this proposal (xinjian studio dry-run)", err=True)


def _done(done: Adopted) -> None:
    click.echo(f"{done.edition_id}  {done.outcome}  {done.on}")


def _tell(found: Examined, lang: str) -> None:
    for remark in found.remarks:
        click.echo(remark.sentence(lang=lang), err=True)
    for case in found.cases:
        click.echo("\n".join(case.sentences(lang)))
    for said in found.changes:
        click.echo(said[lang])


@edition.command("put")
@file_argument
@_reason
@data_option
def put_edition(file: Path, reason: str, data: Path | None) -> None:
    """运维人员装入首个版本（不经提案） · Put an edition in force without the procedure: the way for seeds."""
    words = WORDS.convert(file, None, None)
    with runtime(data) as running:
        try:
            with running.database.unit_of_work(running.actor) as uow:
                put = ratings.put_edition_in_force(uow=uow, words=words, reason=reason)
        except Problem:
            click.echo(f"{file}:", err=True)
            raise
    click.echo(f"{put.id} {put.force_from} {put.digest}")


@edition.command("list")
@data_option
def list_editions(data: Path | None) -> None:
    """列出各版本 · List every edition with its period, its digest and how it stands."""
    with runtime(data) as running, running.database.reader() as session:
        for one in editions.adoptions(session, running.database.clock.now()):
            click.echo(f"{one.edition_id}  {one.force_from} – {one.force_to or ''}  {one.digest}  {one.status}")
