"""What databases hold from the beginning, written once and copied for every test."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import select

from service import evidence, register
from service.platform import Database, FixedClock, UnitOfWork, job_actor
from service.register.tables import Authority

Filling = Callable[[str], None]
BEFORE_ALL = FixedClock(datetime(2020, 1, 1, tzinfo=UTC))


def shipped(database_url: str) -> None:
    """The register and the catalogues that ship; whoever seeds them again finds nothing missing."""
    with (
        closing(Database(database_url, clock=BEFORE_ALL)) as database,
        database.unit_of_work(job_actor("tests")) as uow,
    ):
        register.seed(uow)
        evidence.seed(uow)


@contextmanager
def with_shipped(database_url: str, now: datetime) -> Iterator[Database]:
    """An open database that holds what ships, at an instant: for fillings that put more into it."""
    shipped(database_url)
    with closing(Database(database_url, clock=FixedClock(now))) as database:
        yield database


@cache
def filled(now: datetime, *steps: Callable[[Database], object]) -> Filling:
    """A filling of what ships, into which steps put more at an instant; the same steps are the same filling."""

    def fill(database_url: str) -> None:
        with with_shipped(database_url, now) as database:
            for step in steps:
                step(database)

    return fill


def seeded(uow: UnitOfWork) -> None:
    """Have the register hold what ships; to find nothing missing costs one question, not one for each table."""
    if uow.session.scalar(select(Authority.id).limit(1)) is None:
        register.seed(uow)
