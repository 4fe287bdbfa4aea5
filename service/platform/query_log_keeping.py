"""For how long notes of who asked what are kept, and taking away, on purpose and under the owner's role, older ones."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import text

from service.platform.problem import Problem

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform.actor import Actor
    from service.platform.database import Database

BATCH: Final = 10_000
_IS_OWNER: Final = text("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'query_log'::regclass")
_OLD: Final = text("SELECT count(*), min(asked_at), max(asked_at) FROM query_log WHERE asked_at < :before")
# The trigger stands aside within this transaction alone, whose lock keeps everybody else from writing meanwhile.
_ASIDE: Final = text("ALTER TABLE query_log DISABLE TRIGGER query_log_insert_only")
_BACK: Final = text("ALTER TABLE query_log ENABLE TRIGGER query_log_insert_only")
_TAKE: Final = text("""
WITH old AS (SELECT id FROM query_log WHERE asked_at < :before ORDER BY asked_at, id LIMIT :most),
    gone AS (DELETE FROM query_log USING old WHERE query_log.id = old.id RETURNING query_log.asked_at)
SELECT count(*), min(asked_at), max(asked_at) FROM gone
""")
_WAIT: Final = text("SET LOCAL lock_timeout = '5s'")


class OldNotes(NamedTuple):
    """Notes that are no longer kept: how many, from and to when they were written (None: there are none)."""

    notes: int
    first: datetime | None
    last: datetime | None


@cache
def least_years() -> int:
    """For how many years notes are kept at least."""
    said = tomllib.loads((resources.files("service.platform") / "query_log.toml").read_text(encoding="utf-8"))
    years: int = said["least_years"]
    return years


def kept_from(now: datetime, years: int) -> datetime:
    """The instant so many years ago; notes from then on are kept.

    Raises:
        ValueError: so few years are not allowed.
    """
    if years < least_years():
        raise ValueError(f"notes of queries are kept for {least_years()} years at least, not for {years}")
    year = now.year - years
    leap_day = (now.month, now.day) == (2, 29)
    return now.replace(year=year, day=28) if leap_day else now.replace(year=year)


def old_notes(session: Session, before: datetime) -> OldNotes:
    """What is older than an instant."""
    return OldNotes(*session.execute(_OLD, {"before": before}).one())


def purge_query_log(database: Database, actor: Actor, *, years: int, batch: int = BATCH) -> int:
    """Take away what is no longer kept, batch by batch, each with a row in the ledger; returns how many notes.

    `database` is open under the role that owns the tables. Cut off, it has taken away what its ledger rows tell.

    Raises:
        ValueError: so few years are not allowed.
        Problem: ``query_log_not_owned``.
        sqlalchemy.exc.OperationalError: somebody held the table for five seconds; nothing of the batch is gone.
    """
    total = 0
    while True:
        with database.unit_of_work(actor) as uow:
            before = kept_from(uow.now, years)
            if not uow.session.execute(_IS_OWNER).scalar_one():
                raise Problem("query_log_not_owned")
            if not old_notes(uow.session, before).notes:
                return total
            uow.session.execute(_WAIT)
            uow.session.execute(_ASIDE)
            taken = OldNotes(*uow.session.execute(_TAKE, {"before": before, "most": batch}).one())
            uow.session.execute(_BACK)
            uow.audit("platform.query_log_purged", "query_log", _told(taken, before, years))
        total += taken.notes


def _told(taken: OldNotes, before: datetime, years: int) -> dict[str, object]:
    instants = {"first": taken.first, "last": taken.last, "before": before}
    told = {name: instant.isoformat() for name, instant in instants.items() if instant is not None}
    return {"count": taken.notes, "years": years, **told}
