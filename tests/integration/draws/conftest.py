"""A database with the district of ``builders.drawing``, whose clock stands at the freeze of its draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.platform import Database, FixedClock
from tests.builders import drawing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.builders.fillings import Filling


@pytest.fixture
def filling() -> Filling:
    return drawing.standing


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(drawing.at(drawing.FREEZING))


@pytest.fixture
def database(database_url: str, clock: FixedClock) -> Iterator[Database]:
    database = Database(database_url, clock=clock)
    yield database
    database.close()
