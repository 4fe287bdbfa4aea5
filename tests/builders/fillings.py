"""What databases hold from the beginning, written once and copied for every test."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

from service import evidence, register
from service.platform import Database, FixedClock, job_actor

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
