"""Rating beyond one machine. These tests need the extra `[spark]` and Java, and run by `make test-spark`.

Where the extra is missing only `test_environment` is collected, which says so.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

HERE = find_spec("pyspark") is not None and find_spec("pyarrow") is not None
OTHERS = [each.name for each in Path(__file__).parent.glob("test_*.py") if each.name != "test_environment.py"]
collect_ignore = [] if HERE else OTHERS


@pytest.fixture(scope="session")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a made-up city: three districts, two kinds, some fifty small files."""
    from tests.spark import city  # noqa: PLC0415 -- needs the extra

    return city.written(tmp_path_factory.mktemp("城 市") / "evidence")
