"""Towns with an edition adopted for the first of July, ten days before it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from service.platform import Database, FixedClock
from service.ratings.rerates import work as working
from tests.integration.ratings.rerating import rehearsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.builders.fillings import Filling


@pytest.fixture
def filling() -> Filling:
    return rehearsed.adopted_town


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(rehearsed.TEN_DAYS_BEFORE)


@pytest.fixture
def database(database_url: str, clock: FixedClock) -> Iterator[Database]:
    with closing(Database(database_url, clock=clock, pool_size=8)) as database:
        yield database


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of two, so that a town is as many of them as a city."""
    monkeypatch.setattr(working, "BATCH", 2)
    monkeypatch.setattr(working, "WAY", 0.0)  # nobody drains meanwhile
