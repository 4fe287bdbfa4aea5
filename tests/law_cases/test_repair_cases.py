"""The shipped law of repair and objection answers its cases, and no number in it goes unsaid."""

from __future__ import annotations

import pytest

from scoring.edition import check, parse
from scoring.editions.shipped import calendar
from scoring.exchange.cases.repair import ClockCase, RecordCase, answer_clock, answer_record, read_repair_cases
from tests.law_cases import shipped

FOLDER = shipped.FOLDER.joinpath("cases", "repair")
NAMES = sorted(entry.name.removesuffix(".toml") for entry in FOLDER.iterdir())
EDITIONS = {name: parse(shipped.text(name)) for name in NAMES}
READ = {name: read_repair_cases(FOLDER.joinpath(f"{name}.toml").read_text(encoding="utf-8")) for name in NAMES}
RECORDS = [(name, case) for name in NAMES for case in READ[name][0]]
CLOCKS = [(name, case) for name in NAMES for case in READ[name][1]]


def test_every_shipped_law_of_repair_or_objection_has_cases_beside_it() -> None:
    matters = {name: parse(shipped.text(name)).matters for name in shipped.NAMES}
    assert sorted(name for name, held in matters.items() if {"repair", "objection"} & set(held)) == NAMES


@pytest.mark.parametrize(("name", "case"), RECORDS, ids=[f"{name}: {case.title['zh']}" for name, case in RECORDS])
def test_a_record_stands_as_its_case_says(name: str, case: RecordCase) -> None:
    expected, given = answer_record(case, EDITIONS[name], calendar(str(EDITIONS[name].calendar)))
    assert given == expected


@pytest.mark.parametrize(("name", "case"), CLOCKS, ids=[f"{name}: {case.title['zh']}" for name, case in CLOCKS])
def test_a_clock_ends_as_its_case_says(name: str, case: ClockCase) -> None:
    expected, given = answer_clock(case, EDITIONS[name], calendar(str(EDITIONS[name].calendar)))
    assert given == expected


@pytest.mark.parametrize("name", NAMES)
def test_what_was_not_checked_is_marked_and_said(name: str) -> None:
    edition = EDITIONS[name]
    assert not edition.verified
    assert edition.unverified_clauses
    for clause in edition.unverified_clauses:
        assert any(word in edition.clauses[clause]["zh"] for word in ("未核对", "没有写明", "不清")), clause
        assert any(word in edition.clauses[clause]["en"] for word in ("not checked", "not say", "unclear")), clause


@pytest.mark.parametrize("name", NAMES)
def test_the_lint_has_nothing_to_say_but_that_an_early_end_leaves_the_points(name: str) -> None:
    found = [one.code for one in check(EDITIONS[name])]
    assert found == (["repair_without_points"] if name == "samr-45" else [])
