"""Partners of webhooks, messages for them, and the process that delivers."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from service.bootstrap import known_scope
from service.notices.webhooks import Networks
from service.notices.webhooks.partners import register_partner
from service.platform import Actor, Role
from tests.builders.forking import ended
from tests.builders.installed import begin
from tests.builders.receiving import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.context import ForkServerProcess

    from service.platform import Database

ADMINISTRATOR = Actor("token", "admin", Role.ADMINISTRATOR)
OPEN = "inspections.plan_amended"
"""A topic that is about no entity, so that its rows need none: their subject is what order is kept of."""


def partner(database: Database, code: str, url: str, *, topics: Sequence[str] = (OPEN,), **said: Any) -> str:  # noqa: ANN401 - any part of a partner
    """Register a partner of this machine; returns its secret."""
    with database.unit_of_work(ADMINISTRATOR) as uow:
        return register_partner(
            uow=uow,
            networks=Networks.named([LOOPBACK]),
            registered=known_scope,
            code=code,
            url=url,
            **{"name": code, "topics": topics, "purpose": "tests", **said},
        ).secret


def tell(database: Database, *subjects: str, topic: str = OPEN, payload: dict[str, Any] | None = None) -> None:
    """Rows of the outbox, one for each subject, in one transaction."""
    with database.unit_of_work(ADMINISTRATOR) as uow:
        uow.audit("tests.told", "outbox", {})
        for place, subject in enumerate(subjects):
            uow.publish(topic, subject, {"n": place} if payload is None else payload)


def deliverer(database_url: str, **settings: str) -> ForkServerProcess:
    """The delivering process, allowed to call this machine."""
    environ = {**settings, "DATABASE_URL": database_url, "LOG_LEVEL": "WARNING", "WEBHOOK_NETWORKS": LOOPBACK}
    return begin("deliverer", environ={**os.environ, **environ, "ENCRYPTION_KEY": bytes(range(32)).hex()})


@contextmanager
def delivering(database_url: str, **settings: str) -> Iterator[ForkServerProcess]:
    """The delivering process as long as the block; it ends as it should."""
    process = deliverer(database_url, **settings)
    try:
        yield process
        process.terminate()
        assert ended(process, 30) == 0
    finally:
        process.kill()
        process.join()


def rows(database: Database, question: str, **asked: object) -> list[Any]:
    """What the database says."""
    with database.reader() as session:
        return [tuple(row) for row in session.execute(text(question), asked)]
