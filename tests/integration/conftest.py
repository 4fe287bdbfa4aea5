"""Databases that hold what ships, for every room above the platform."""

import pytest

from tests.builders.fillings import Filling, shipped


@pytest.fixture
def filling() -> Filling:
    return shipped
