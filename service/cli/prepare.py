"""What a database needs before the first entity: master data, catalogues, the shipped editions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service import editions, evidence, ratings, register

if TYPE_CHECKING:
    from service.cli.runtime import Runtime

REASON = "随程序发布 / shipped with the program"


def prepare(running: Runtime) -> None:
    """Load what is missing; what is there already stays as it is."""
    with running.database.unit_of_work(running.actor) as uow:
        register.seed(uow)
        evidence.seed(uow)
    with running.database.reader() as session:
        known = {one.digest for one in editions.summaries(session)}
    for words in editions.shipped():
        if editions.digest_of(words) not in known:
            with running.database.unit_of_work(running.actor) as uow:
                ratings.put_edition_in_force(uow=uow, words=words, reason=REASON)
