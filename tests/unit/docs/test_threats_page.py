"""The page of threats: each row names tests, and every test that is named exists."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "threats.md").read_text("utf-8")
ROWS = [line for line in PAGE.splitlines() if re.match(r"\| \d+ \|", line)]


@cache
def names_in(path: str) -> frozenset[str]:
    return frozenset(re.findall(r"^def (test_\w+)\(", (ROOT / path).read_text("utf-8"), re.MULTILINE))


def test_rows_are_numbered_without_gaps() -> None:
    assert [int(row.split("|")[1]) for row in ROWS] == list(range(1, len(ROWS) + 1))
    assert len(ROWS) > 30


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_each_threat_is_tried_by_tests_that_exist(row: str) -> None:
    *_, tested, _ = row.split("|")
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`", tested)
    assert named
    for path, name in named:
        assert not name or name in names_in(path), f"{path} has no {name}"
        assert names_in(path)
