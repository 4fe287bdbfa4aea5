"""A database with catalogues and some entities, and someone who may do everything."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from service.platform import Actor, Database, FixedClock, Role
from tests.builders.fillings import with_shipped
from tests.builders.register_rows import put_entity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.builders.fillings import Filling

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
ADMINISTRATOR = Actor(kind="operator", id="test", role=Role.ADMINISTRATOR)


def four(database_url: str) -> None:
    """A filling: four entities."""
    with with_shipped(database_url, NOW) as database, database.bookkeeping() as session:
        put_entity(session, "own:old", established_on="2010-05-01")
        put_entity(session, "own:gone", established_on="2010-05-01", status="deregistered", status_on="2024-06-30")
        put_entity(session, "own:elsewhere", authority="bj-culture-110102", region="110102")
        put_entity(session, "own:west", authority="la-health", region="US-CA")


@pytest.fixture
def filling() -> Filling:
    return four


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, clock=FixedClock(NOW))
    yield database
    database.close()
