"""The page of ASVS answers for every number that is asked, and every test and file that it names exists."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "asvs.md").read_text("utf-8")
ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if re.match(r"\| V\d", line)]
ASKED = tomllib.loads(Path(__file__).with_name("asvs.toml").read_text("utf-8"))
STATES = ("met", "in part", "not met", "n/a")


@cache
def names_in(path: str) -> frozenset[str]:
    return frozenset(re.findall(r"^def (test_\w+)\(", (ROOT / path).read_text("utf-8"), re.MULTILINE))


def test_every_number_that_is_asked_has_one_row_at_its_level() -> None:
    levels = {number: level for level in ("1", "2") for number in ASKED[f"level_{level}"]}
    assert {row[0]: row[1] for row in ROWS} == levels
    assert len(ROWS) == len(levels) == 123


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_row_says_how_and_names_what_exists(row: list[str]) -> None:
    _, _, asked, how, state, evidence = row
    assert asked
    assert how
    assert state in STATES
    assert ("not whole:" in how) is (state == "in part"), "what lacks is said"
    named = re.findall(r"`([^`:]+)(?:::(test_\w+))?`", evidence)
    assert named
    for path, name in named:
        assert (ROOT / path).is_file(), path
        assert not name or name in names_in(path), f"{path} has no {name}"


def test_the_table_at_the_top_counts_the_rows() -> None:
    counted = Counter(row[4] for row in ROWS)
    told = {
        state: int(number)
        for state, number in re.findall(r"^\| (met|in part|not met|n/a)[^|]*\| (\d+) \|", PAGE, re.MULTILINE)
    }
    assert told == dict(counted)
