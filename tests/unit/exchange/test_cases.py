"""Cases put to editions: what holds, what differs and how it is told, and what cannot be put at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scoring.edition import parse
from scoring.exchange.cases import run_cases
from scoring.exchange.cases.publicity import read_publicity_cases
from scoring.exchange.cases.rating import read_cases
from scoring.exchange.cases.repair import read_repair_cases
from scoring.kernel.errors import EditionError
from tests.builders.tool import run_tool
from tests.law_cases import shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scoring.edition.model import Edition

FOLDER = Path(__file__).parents[3] / "scoring" / "editions"
FHRS = str(FOLDER / "uk-fhrs.toml")
LOCAL = str(FOLDER / "la-food.toml")
CASE = """
[[case]]
title = {{ zh = "十五分", en = "Fifteen points" }}
kind = "restaurant"
as_of = 2025-06-01
occasions = [{{ ref = "v", type = "full", held_on = 2025-03-01 }}]
events = [
  {{ code = "hygiene", value = 5, decided_on = 2025-03-01, occasion = "v" }},
  {{ code = "structural", value = 5, decided_on = 2025-03-01, occasion = "v" }},
  {{ code = "confidence_in_management", value = 5, decided_on = 2025-03-01, occasion = "v" }},
]
expect = {{ {expect} }}
"""
RIGHT = 'score = 15, grade = "5", lines = { e1 = "counted 5.00" }'
WRONG = 'score = 20, grade = "4", lines = { e1 = "counted 5.00", e2 = "counted 10.00", e9 = "counted 0.00" }'


def test_a_case_that_holds_is_told_and_ends_with_0(tmp_path: Path) -> None:
    cases = tmp_path / "cases.toml"
    cases.write_text(CASE.format(expect=RIGHT), encoding="utf-8")
    done = run_tool("check", FHRS, "--cases", str(cases))
    assert (done.returncode, done.stdout, done.stderr) == (0, "holds: Fifteen points\n", "")


def test_each_answer_that_differs_is_told_with_both_and_ends_with_1(tmp_path: Path) -> None:
    cases = tmp_path / "cases.toml"
    cases.write_text(CASE.format(expect=WRONG), encoding="utf-8")
    done = run_tool("check", FHRS, "--cases", str(cases))
    assert (done.returncode, done.stdout.splitlines()) == (
        1,
        [
            "differs: Fifteen points",
            "  score: expected 20.00, found 15.00",
            "  grade: expected 4, found 5",
            "  lines/e2: expected counted 10.00, found counted 5.00",
            "  lines/e9: expected counted 0.00, found -",
        ],
    )
    assert run_tool("check", FHRS, "--cases", str(cases), lang="zh_CN.UTF-8").stdout.startswith(
        "不符: 十五分\n  score：应为 20.00，实为 15.00\n"
    )


@pytest.mark.parametrize(
    ("cases", "says"),
    [
        (CASE.format(expect="socre = 15"), "/case/0/expect/socre"),
        ("[[case", "not_toml"),
        ("case = 3", "wrong_type"),
        ("", "missing_key"),
    ],
)
def test_cases_that_cannot_be_read_are_refused_at_their_place(tmp_path: Path, cases: str, says: str) -> None:
    file = tmp_path / "cases.toml"
    file.write_text(cases, encoding="utf-8")
    done = run_tool("check", FHRS, "--cases", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{file}:")
    assert says in done.stderr


def test_cases_are_put_to_editions_of_one_rulebook_only(tmp_path: Path) -> None:
    cases = tmp_path / "cases.toml"
    cases.write_text(CASE.format(expect=RIGHT), encoding="utf-8")
    done = run_tool("check", FHRS, LOCAL, "--cases", str(cases))
    assert (done.returncode, done.stdout) == (2, "")
    assert "editions_of_two_rulebooks" in done.stderr


ROOMS = {"publicity": "publicity/samr-45", "repair": "repair/samr-45"}


@pytest.mark.parametrize("section", ROOMS)
def test_cases_of_a_section_that_no_edition_has_are_refused(section: str) -> None:
    text = (FOLDER / "cases" / f"{ROOMS[section]}.toml").read_text(encoding="utf-8")
    with pytest.raises(EditionError) as refused:
        run_cases(text, [parse(shipped.text("uk-fhrs"))])
    assert [(one.code, section in one.en) for one in refused.value.findings] == [("case_without_section", True)]


@pytest.mark.parametrize(("section", "after"), [("publicity", "ends_on = "), ("repair", "due = ")])
def test_a_changed_expectation_of_publicity_or_a_clock_is_told(section: str, after: str) -> None:
    text = (FOLDER / "cases" / f"{ROOMS[section]}.toml").read_text(encoding="utf-8")
    edition = parse(shipped.text("samr-45"))
    assert told(text, edition) == {}
    head, _, rest = text.partition(after)
    day, changed = rest[:10], "1999-01-04"
    assert told(head + after + changed + rest[10:], edition) == {after.removesuffix(" = "): (changed, day)}


def told(text: str, edition: Edition) -> Mapping[str, object]:
    return {one.about: (one.expected, one.given) for case in run_cases(text, [edition]) for one in case.differences}


@pytest.mark.parametrize("read", [read_cases, read_publicity_cases, read_repair_cases])
def test_a_text_that_is_no_toml_is_told_once(read: Callable[[str], object]) -> None:
    with pytest.raises(EditionError) as refused:
        read("case = [")
    assert [one.code for one in refused.value.findings] == ["not_toml"]
