"""A database that the delivering process and the test share."""

from collections.abc import Iterator

import pytest

from service.platform import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = Database(database_url)
    yield found
    found.close()
