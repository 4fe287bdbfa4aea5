"""A database of its own, with a clock that the test moves."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from service.platform import Actor, Database, FixedClock, Role

ACTOR = Actor("token", "t-1", Role.HANDLER, "bj-culture", ("110000",))


@pytest.fixture
def filling() -> None:
    """Nothing: the platform knows no room."""


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 6, 1, 4, tzinfo=UTC))


@pytest.fixture
def database(database_url: str, clock: FixedClock) -> Iterator[Database]:
    opened = Database(database_url, clock=clock)
    yield opened
    opened.close()
