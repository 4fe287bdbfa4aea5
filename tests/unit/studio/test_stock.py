"""A stock holds the same columns as the histories that it was made of, however many came at a time."""

from __future__ import annotations

import resource
from dataclasses import fields, is_dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.rating.columnar import ABSENT, NO_DAY, NO_POINTS, Coded, columns_of, rate_all
from service.platform import Problem
from service.studio.stock import open_stock
from tests.builders.dice import SeededDice, drawn
from tests.builders.histories import Stock, stock
from tests.builders.stocks import stock_of

if TYPE_CHECKING:
    from scoring.rating.columnar import Columns

USUAL = {"severity": ABSENT, "final": True, "value": NO_POINTS, "occasion": ABSENT, "case": ABSENT}


def plain(columns: Columns) -> dict[str, object]:
    """The columns as lists; one without a value is None, and cases are numbered anew within each entity."""
    found: dict[str, object] = _plain(columns)
    events: Any = found["events"]
    events["case"] = events["case"] and [
        [None if case == ABSENT else cases.index(case) for case in cases]
        for first, last in zip(columns.offsets[:-1], columns.offsets[1:], strict=True)
        for cases in [events["case"][first:last]]
    ]
    return found


def _plain(value: object, name: str = "") -> Any:  # noqa: ANN401 - any part of the columns
    if isinstance(value, np.ndarray):
        rows = value.tolist()
        usual = USUAL.get(name, NO_DAY if name.endswith("_on") or name == "known_since" else None)
        return None if usual is not None and name != "decided_on" and all(row == usual for row in rows) else rows
    if isinstance(value, Coded):
        return [None if place == ABSENT else value.texts[place] for place in value.index.tolist()]
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name), each.name) for each in fields(value)}
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value


@given(drawn(stock), st.integers(1, 5))
@settings(max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_read_is_what_was_written(asked: Stock, at_once: int) -> None:
    with TemporaryDirectory() as folder:
        _compare(asked, Path(folder), at_once)


@pytest.mark.parametrize("seed", range(12))
def test_larger_stocks_rate_alike_line_by_line(seed: int, tmp_path: Path) -> None:
    _compare(stock(SeededDice(seed), most=40), tmp_path, 7)


def _compare(asked: Stock, folder: Path, at_once: int) -> None:
    held = stock_of(folder, asked.histories, asked.as_of, at_once=at_once).of(asked.histories[0].kind)
    expected = columns_of(asked.histories)
    assert plain(held.columns) == plain(expected)
    assert held.ids.tolist() == list(range(len(asked.histories)))
    assert [held.region.texts[place] for place in held.region.index] == [
        f"11010{number % 3}" for number in range(len(asked.histories))
    ]
    assert _plain(rate_all(held.columns, asked.chain, asked.as_of)) == _plain(
        rate_all(expected, asked.chain, asked.as_of)
    )


def test_a_stock_cannot_be_written_to(tmp_path: Path) -> None:
    asked = stock(SeededDice(1), most=4)
    held = stock_of(tmp_path, asked.histories, asked.as_of, at_once=4).of(asked.histories[0].kind)
    with pytest.raises(ValueError, match="read-only"):
        held.ids[0] = 7


def test_a_file_that_was_cut_or_changed_is_named(tmp_path: Path) -> None:
    asked = stock(SeededDice(1), most=4)
    found = stock_of(tmp_path, asked.histories, asked.as_of, at_once=4)
    found.check()
    victim = tmp_path / "000-own-000.npy"
    whole = victim.read_bytes()
    victim.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(Problem) as changed:
        found.check()
    victim.write_bytes(whole[:-1])
    with pytest.raises(Problem) as cut:
        found.of(asked.histories[0].kind)
    assert [each.value.code for each in (changed, cut)] == ["stock_damaged"] * 2
    assert all(victim.name in str(each.value.params) for each in (changed, cut))


def test_a_manifest_of_another_format_is_refused(tmp_path: Path) -> None:
    asked = stock(SeededDice(1), most=4)
    stock_of(tmp_path, asked.histories, asked.as_of, at_once=4)
    manifest = tmp_path / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"format": 1', '"format": 0'), encoding="utf-8")
    with pytest.raises(Problem, match="stock_damaged"):
        open_stock(tmp_path)


def test_small_files_are_not_held_open_and_the_limit_of_open_files_is_raised(tmp_path: Path) -> None:
    asked = stock(SeededDice(1), most=4)
    kinds = [one._replace(kind=f"kind-{number}") for number in range(3) for one in asked.histories]
    found = stock_of(tmp_path, kinds, asked.as_of, at_once=4)
    before = len(list(Path("/dev/fd").iterdir()))
    held = [found.of(kind) for kind in found.kinds]
    assert (len(held), len(list(Path("/dev/fd").iterdir()))) == (3, before)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, soft), hard))
        open_stock(tmp_path)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 1024
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
