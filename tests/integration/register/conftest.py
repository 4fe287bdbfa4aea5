"""A database whose catalogues are filled, and someone who may do everything."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from service.platform import Actor, Database, FixedClock, Role

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
ADMINISTRATOR = Actor(kind="operator", id="test", role=Role.ADMINISTRATOR)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, clock=FixedClock(NOW))
    yield database
    database.close()
