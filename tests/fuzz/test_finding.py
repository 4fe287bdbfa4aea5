"""The fuzzing finds faults that are planted, keeps what shows them once, and bounds what an input may take."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from copy import deepcopy
from typing import TYPE_CHECKING

import pytest

from tests.fuzz import changing, hostile, patterns, watching
from tests.fuzz.leaks import leaked
from tests.fuzz.running import Line, catalogue, table
from tests.fuzz.target import BrokenPromiseError, promise
from tests.fuzz.watching import SlowError, Watch, bounded_time
from tests.tidy.patterns import Found
from tests.tidy.tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PLANTED = """
from tests.fuzz import changing
from tests.fuzz.target import Target


def _prepare():
    def attempt(data):
        text = data.decode("utf-8", "replace")
        if text.startswith("key=") and "9999-12-31" in text:
            raise LookupError(text)
        if text.startswith("wide"):
            bytearray(2_000_000_000)
    return attempt


TARGETS = (
    Target("planted", _prepare, lambda: [b"key=2026-01-01"], lambda: [b"", b"wide"], changing.words, 64),
)
"""


def test_a_planted_fault_is_found_with_an_input_that_shows_it(tmp_path: Path) -> None:
    module = ROOT / "tests" / "fuzz" / "targets" / "planted.py"
    module.write_text(PLANTED, "utf-8")
    try:
        command = [sys.executable, "-m", "tests.fuzz.engine", "planted", "planted", "10", str(tmp_path), "1"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=250)
    finally:
        module.unlink()
    assert done.returncode == 0, done.stderr.decode()[-2_000:]
    told = json.loads((tmp_path / "result.json").read_text("utf-8"))
    assert told["findings"] == 2
    assert told["cases"] > 100
    found = {file.read_bytes() for file in tmp_path.glob("finding-*") if file.suffix != ".txt"}
    assert b"wide" in found
    assert any(data.startswith(b"key=") and b"9999-12-31" in data for data in found)
    reasons = "".join(file.read_text("utf-8") for file in tmp_path.glob("finding-*.txt"))
    assert "LookupError" in reasons
    assert "MemoryError" in reasons


def test_one_fault_is_kept_once_however_often_it_shows(tmp_path: Path) -> None:
    def attempt(data: bytes) -> None:
        promise(kept=data != b"bad", words=data)

    watch = Watch(attempt, tmp_path)
    for data in (b"good", b"bad", b"bad"):
        watch(data)
    assert (watch.cases, watch.findings) == (3, 1)
    with pytest.raises(BrokenPromiseError):
        attempt(b"bad")


def test_what_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "WITHIN", 1)

    def endless() -> None:
        while True:
            pass

    with pytest.raises(SlowError), bounded_time():
        endless()


def test_the_parsers_that_are_promised_are_targets() -> None:
    promised = {
        *("edition", "cases", "calendar", "rated-lines", "entities-csv", "entities-ndjson", "entities-xlsx"),
        *("records-csv", "records-ndjson", "records-xlsx", "draw", "rating-bundle", "ledger-proof", "ledger-note"),
        *("verify-any", "codes", "days-and-points", "names", "cursors", "settings", "webhook-signatures"),
        *("request-heads", "json-bodies", "one-time-codes"),
    }
    assert promised <= catalogue().keys()


@pytest.mark.parametrize("change", [changing.words, changing.document, changing.workbook, changing.octets])
def test_a_change_is_the_same_for_the_same_chance_and_takes_any_input(change: object) -> None:
    for data in (b"", b"{}", b'{"a":[1,{"b":null}]}', b"PK\x03\x04", b"\xff\xfe", *hostile.ENCODINGS):
        made = [change(data, random.Random(number)) for number in (1, 1, 2, 3, 4)]  # type: ignore[operator]  # noqa: S311
        assert made[0] == made[1]
        assert len(set(made)) > 1


@pytest.mark.parametrize(
    ("pattern", "way"), [(r"(a+)+b", "search"), (r"[ \t]+\Z", "search"), (r"(.*),(.*),x", "match")]
)
def test_a_pattern_whose_work_grows_faster_than_its_text_is_measured(
    monkeypatch: pytest.MonkeyPatch, pattern: str, way: str
) -> None:
    monkeypatch.setattr(watching, "WITHIN", 4)
    with pytest.raises(patterns.GrowthError):
        patterns.measure(Found("planted", pattern, 0, way))
    patterns.measure(Found("planted", r"[a-z0-9]+([.-][a-z0-9]+)*", 0, "fullmatch"))


def test_changes_of_many_documents_leave_each_other_alone() -> None:
    before, chance = deepcopy(changing.VALUES), random.Random(1)  # noqa: S311 -- to be repeated
    for _ in range(5_000):
        changing.document(b'{"a":1,"b":2}', chance)
    assert before == changing.VALUES


def test_what_tells_of_the_inside_is_found() -> None:
    assert leaked(b'{"detail":"Traceback (most recent call last)"}')
    assert leaked(b"psycopg.errors.UndefinedTable")
    assert not leaked('{"detail":"没有这样的页面","next":"select a day from the list"}'.encode())


def test_the_table_adds_up() -> None:
    told = table([Line("a", 1_000, 5, 0), Line("b", 2, 1, 3)])
    assert told.splitlines()[-1] == "| all | 1,002 | 6 | 3 |"
