"""The bench's own honesty: rows are what they say, turns are taken, results are kept, stock reads back."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import bench
from bench.__main__ import rows
from bench.harness import Figures, Row, interleaved
from bench.harness.report import save, written
from bench.stock import AS_OF, full_chain, full_stock, histories_of, plain_chain, plain_stock
from bench.stock.parts import full_stock_in_parts
from scoring.rating.columnar import Columns, columns_of, rate_all

if TYPE_CHECKING:
    from scoring.rating.history import EditionChain

KEYS = {"id", "what", "ours", "peer", "ratio", "target", "met", "memory"}


@pytest.mark.parametrize("name", [each.name for each in rows()])
def test_a_row_is_named_after_its_id_and_can_be_measured(name: str) -> None:
    tree = ast.parse((Path(bench.__path__[0]) / f"{name}.py").read_text("utf-8"))
    ids = [
        keyword.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Row"
        for keyword in node.keywords
        if keyword.arg == "id" and isinstance(keyword.value, ast.Constant)
    ]
    assert ids == [name.replace("_", "-")]
    assert "measure" in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_seconds_are_those_of_the_clock_asked_for() -> None:
    readings = iter([0.0, 10.0, 11.0, 11.5, 14.0])  # one begins the turn that is not counted
    assert interleaved({"one": lambda: None}, times=2, clock=lambda: next(readings)) == {"one": 1.75}


def test_works_take_turns_and_the_first_is_not_counted() -> None:
    turns: list[str] = []
    seconds = interleaved({"a": lambda: turns.append("a"), "b": lambda: turns.append("b")}, times=3)
    assert "".join(turns) == "abababab"
    assert set(seconds) == {"a", "b"}


def test_where_all_is_warm_no_turn_is_left_out() -> None:
    turns: list[str] = []
    interleaved({"a": lambda: turns.append("a"), "b": lambda: turns.append("b")}, times=2, idle=0)
    assert "".join(turns) == "abab"


def test_new_results_replace_their_row_and_leave_the_others(tmp_path: Path) -> None:
    results, page = tmp_path / "results.json", tmp_path / "performance.md"
    one, two = (Row(name, "work", "≥ 1") for name in ("one", "two"))
    old, new = Figures("1", "2", 0.5, met=False, memory="-"), Figures("4", "2", 2.0, met=True, memory="-")
    save([two.record_of(old), one.record_of(old)], ["one", "two"], results, page)
    save([two.record_of(new)], ["one", "two"], results, page)
    records = json.loads(results.read_text("utf-8"))
    assert [(each["id"], each["met"]) for each in records] == [("one", False), ("two", True)]
    assert all(set(each) == KEYS for each in records)
    assert "| `two` | work | 4 | 2 | 2.00 | ≥ 1 | yes | - |" in page.read_text("utf-8")


def test_a_row_that_falls_short_says_why_and_no_other() -> None:
    low, high = Figures("1", "2", 0.5, met=False, memory="-"), Figures("4", "2", 2.0, met=True, memory="-")
    one, two = (Row(name, "work", "≥ 1") for name in ("one", "two"))
    page = written([one.record_of(low), two.record_of(high)], {"one": "it is hard.", "two": "it was hard."})
    assert "`one` falls short: it is hard." in page
    assert "it was hard" not in page


@pytest.mark.parametrize(("columns", "chain"), [(plain_stock(40), plain_chain()), (full_stock(40), full_chain())])
def test_stock_reads_back_as_histories(columns: Columns, chain: EditionChain) -> None:
    made, read = rate_all(columns, chain, AS_OF), rate_all(columns_of(histories_of(columns)), chain, AS_OF)
    assert made.total.tolist() == read.total.tolist()
    assert made.standing is not None
    assert read.standing is not None
    assert made.standing.tolist() == read.standing.tolist()


def test_stock_made_in_parts_is_that_of_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.stock.parts.AT_ONCE", 30)
    whole, part = full_stock_in_parts(50), full_stock(20, seed=1)
    assert whole.entities == 50
    chain = full_chain()
    assert rate_all(whole.part(30, 50), chain, AS_OF).total.tolist() == rate_all(part, chain, AS_OF).total.tolist()
