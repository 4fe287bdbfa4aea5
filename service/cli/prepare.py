"""What a database needs before the first entity: master data, catalogues, the shipped editions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from service import editions, evidence, ratings, register
from service.platform import Problem

if TYPE_CHECKING:
    from service.cli.runtime import Runtime

REASON = "随程序发布 / shipped with the program"
_IN_THE_WAY = frozenset({"edition_id_taken", "edition_overlaps", "edition_taken_back"})


def prepare(running: Runtime) -> None:
    """Load what is missing; what is there already stays as it is, an edition of another wording too, and that is said.

    Raises:
        Problem: ``edition_unreadable``.
    """
    with running.database.unit_of_work(running.actor) as uow:
        register.seed(uow)
        evidence.seed(uow)
    with running.database.reader() as session:
        known = {one.digest for one in editions.summaries(session)}
    for words in editions.shipped():
        if editions.digest_of(words) not in known:
            _offer(running, words)


def _offer(running: Runtime, words: str) -> None:
    """Put a shipped edition in force, unless the database's own, which are the truth, leave no room for it."""
    try:
        with running.database.unit_of_work(running.actor) as uow:
            ratings.put_edition_in_force(uow=uow, words=words, reason=REASON)
    except Problem as problem:
        if problem.code not in _IN_THE_WAY:
            raise
        said = {language: problem.text(language).detail for language in ("zh", "en")}
        edition = problem.params["edition"]
        click.echo(f"程序所带版本 {edition} 未施行，沿用数据库中的版本：{said['zh']}", err=True)
        click.echo(f"The shipped edition {edition} is not put in force, what is there stays: {said['en']}", err=True)
