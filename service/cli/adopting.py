"""Editions of rulebooks: proposed by one person, decided by another; and the operator's way for seeds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from service import editions, ratings
from service.cli.options import data_option, lang_option
from service.cli.runtime import runtime
from service.cli.steps import as_option, file_argument, named
from service.editions.telling import proposal_told, proposals
from service.platform import Problem

if TYPE_CHECKING:
    from service.editions import Adopted, Examined

_reason = click.option("--reason", required=True, help="理由 · why")
_number = click.argument("number", type=click.IntRange(1))
_cases = click.option(
    "--cases",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="案例文件 · the cases that it must answer",
)


@click.group()
def edition() -> None:
    """评价办法各版本 · Editions of rulebooks; how one is adopted is told by docs/editions.md."""


@edition.command("propose")
@file_argument
@_cases
@_reason
@as_option
@lang_option
@data_option
def propose_edition(*, file: Path, cases: Path, reason: str, person: str, lang: str, data: Path | None) -> None:
    """提出一个版本，由另一人决定 · Propose the edition of a TOML file; another person decides."""
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        words, answered = _text(file), _text(cases)
        number, found = editions.propose(uow=uow, words=words, cases=answered, reason=reason)
    _tell(found, lang)
    click.echo(f"{number}  {found.edition.id}  {found.edition.digest}")


@edition.command("check")
@file_argument
@_cases
@lang_option
@data_option
def check_edition(file: Path, cases: Path, lang: str, data: Path | None) -> None:
    """检查一个版本可否通过，不作改动 · Whether an edition could be adopted now; changes nothing."""
    with runtime(data) as running, running.database.reader() as session:
        now = running.database.clock.now()
        found = editions.examine(session, text=_text(file), cases=_text(cases), now=now)
    _tell(found, lang)


@edition.command("diff")
@file_argument
@lang_option
@data_option
def diff_edition(file: Path, lang: str, data: Path | None) -> None:
    """与该办法最后的版本比较 · What an edition changes of the last one of its rulebook, in words."""
    with runtime(data) as running, running.database.reader() as session:
        for said in editions.changes_of(session, _text(file)):
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
    """一个提案及其各步 · A proposal, what it changes in words, and what became of it."""
    with runtime(data) as running, running.database.reader() as session:
        said = proposal_told(session, number)
        said["changes"] = [one[lang] for one in said["changes"]]
        said["steps"] = [
            {"step": one.step, "person": one.person, "reason": one.reason, "taken_on": one.taken_on}
            for one in said["steps"]
        ]
        click.echo(json.dumps(said, ensure_ascii=False, indent=2, default=str))


@edition.command("proposals")
@data_option
def list_proposals(data: Path | None) -> None:
    """列出各提案 · List every proposal, the latest first, with the last step."""
    with runtime(data) as running, running.database.reader() as session:
        for one in proposals(session):
            last = one["steps"][-1].step if one["steps"] else "waiting"
            click.echo(f"{one['proposal']}  {one['edition_id']}  {one['force_from']}  {last}")


def _decide(data: Path | None, person: str, number: int, outcome: Literal["approved", "refused"], reason: str) -> None:
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        done = ratings.decide_edition(uow=uow, proposal=number, outcome=outcome, reason=reason)
    _done(done)


def _done(done: Adopted) -> None:
    click.echo(f"{done.edition_id}  {done.outcome}  {done.on}")


def _tell(found: Examined, lang: str) -> None:
    for remark in found.remarks:
        click.echo(remark.sentence(lang=lang), err=True)
    for case in found.cases:
        click.echo("\n".join(case.sentences(lang)))
    for said in found.changes:
        click.echo(said[lang])


def _text(file: Path) -> str:
    return file.read_bytes().decode("utf-8")


@edition.command("put")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--reason", required=True, help="理由 · why")
@data_option
def put_edition(file: Path, reason: str, data: Path | None) -> None:
    """运维人员装入首个版本（不经提案） · Put an edition in force without the procedure: the way for seeds."""
    with runtime(data) as running:
        try:
            with running.database.unit_of_work(running.actor) as uow:
                put = ratings.put_edition_in_force(uow=uow, words=file.read_text("utf-8"), reason=reason)
        except Problem:
            click.echo(f"{file}:", err=True)
            raise
    click.echo(f"{put.id} {put.force_from} {put.digest}")


@edition.command("list")
@data_option
def list_editions(data: Path | None) -> None:
    """列出各版本 · List every edition with its period and digest."""
    with runtime(data) as running, running.database.reader() as session:
        for one in editions.summaries(session):
            click.echo(f"{one.edition_id}  {one.force_from} – {one.force_to or ''}  {one.digest}")
