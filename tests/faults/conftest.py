"""Databases that hold what ships."""

import pytest

from tests.builders.fillings import Filling, shipped


@pytest.fixture
def filling() -> Filling:
    return shipped
