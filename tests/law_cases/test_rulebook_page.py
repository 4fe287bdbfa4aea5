"""Every example of docs/rulebook.md is an edition without a fault, and answers as the page says."""

import itertools
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from scoring.edition import check_chain, parse
from scoring.edition.grammar import EVENT, RATING_FIELDS
from scoring.edition.law import Law, Stretch
from scoring.edition.sections import deadlines, publicity
from scoring.exchange.cases.publicity import answer as answer_publicity
from scoring.exchange.cases.publicity import read_publicity_cases
from scoring.exchange.cases.rating import answer, read_cases

PAGE = (Path(__file__).parents[2] / "docs" / "rulebook.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```toml ([\w-]+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FRAME, START, DIMENSIONS, GRADES = (
    next(text for tag, text in BLOCKS if tag == wanted) for wanted in ("frame", "start", "dimensions", "grades")
)


class Example(NamedTuple):
    number: int
    editions: tuple[str, ...]
    cases: str


def whole(frame: str, rule: str) -> str:
    start = "" if rule.startswith("direction") else START
    dimensions = "" if "[[rating.dimension]]" in rule else DIMENSIONS
    grades = "" if "[[rating.grade]]" in rule else GRADES
    return "\n".join((frame + start + rule, dimensions, grades))


def succeeding(text: str) -> str:
    """The later edition: its own envelope keys and map come before the clauses, its rules after ``[rating]``."""
    head, _, rule = text.partition("[rating]\n")
    envelope, clauses, rest = FRAME.partition("[clauses]")
    envelope = envelope.replace("example.1", "example.2").replace("2020-01-01", "2025-01-01")
    return whole(envelope + head + clauses + rest, rule)


def examples() -> list[Example]:
    found: list[Example] = []
    first, later = "", ""
    for tag, text in BLOCKS:
        if tag == "rule":
            first, later = whole(FRAME, text), ""
        elif tag == "successor":
            later = succeeding(text)
        elif tag == "case":
            found.append(Example(len(found) + 1, (first, later) if later else (first,), text))
    return found


@pytest.mark.parametrize("example", examples(), ids=lambda example: f"example {example.number}")
def test_an_example_is_sound_and_answers_as_the_page_says(example: Example) -> None:
    editions = [parse(text) for text in example.editions]
    assert [finding for finding in check_chain(editions) if finding.severity == "error"] == []
    for case in read_cases(example.cases):
        expected, given = answer(case, *editions)
        assert given == expected, case.title


def publicity_examples() -> list[tuple[str, str]]:
    envelope, found = FRAME.partition("[rating]")[0], []
    rule = ""
    for tag, text in BLOCKS:
        if tag == "publicity":
            rule = envelope + text
        elif tag == "publicity-case":
            found.append((rule, text))
    return found


@pytest.mark.parametrize(("rule", "cases"), publicity_examples(), ids=itertools.count(1))
def test_an_example_of_publicity_is_sound_and_answers_as_the_page_says(rule: str, cases: str) -> None:
    edition = parse(rule)
    assert [finding.code for finding in check_chain([edition])] == []
    law = Law((Stretch(edition.force_from, None, edition),))
    for case in read_publicity_cases(cases):
        expected, given = answer_publicity(case, law, law)
        assert given == expected, case.title


def test_the_page_shows_every_key_of_publicity_and_deadlines() -> None:
    shown = "\n".join(text for tag, text in BLOCKS if tag == "publicity")
    tables = (publicity.SHAPE, publicity.CLASS, publicity.PENALTY, publicity.EXEMPT, deadlines.DUTY)
    keys = {key for table in tables for key in table.fields} - {"codes", "unless", "severities"}
    assert {key for key in keys if not re.search(rf"\b{key}\b", shown)} == set()


def test_the_page_shows_every_key_of_a_rating() -> None:
    shown = "\n".join(text for _, text in BLOCKS)
    keys = {*RATING_FIELDS, *EVENT.fields, "override", "without"} - SAID_ELSEWHERE
    assert {key for key in keys if not re.search(rf"\b{key}\b", shown)} == set()


SAID_ELSEWHERE = {"branches", "streak_broken_by_repaired", "low"}
"""Switches without points of their own: described in evaluation.md."""


def test_the_page_lists_every_code_that_reading_and_lint_can_give() -> None:
    sources = Path(__file__).parents[2] / "scoring" / "edition"
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources.rglob("*.py"))
    given = set(re.findall(r"\.(?:refuse|error|warning)\(\s*\"([a-z_]+)\"", text))
    given |= {"missing_clause", "missing_key"}  # chosen between in one place
    listed = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", PAGE.partition("## What is refused")[2]))
    assert listed - {"at_most", "at_least", "higher_better", "higher_worse"} == given
