"""The shipped law of repair and objection answers its cases, and no number in it goes unsaid."""

from __future__ import annotations

import pytest

from scoring.edition import check, parse
from scoring.editions.shipped import calendar
from scoring.repair import eligibility, face, is_barred
from tests.law_cases import shipped
from tests.law_cases.repair_reading import ClockCase, RecordCase, read_repair_cases

FOLDER = shipped.FOLDER.joinpath("cases", "repair")
NAMES = sorted(entry.name.removesuffix(".toml") for entry in FOLDER.iterdir())
EDITIONS = {name: parse(shipped.text(name)) for name in NAMES}
READ = {name: read_repair_cases(FOLDER.joinpath(f"{name}.toml").read_text(encoding="utf-8")) for name in NAMES}
RECORDS = [(name, case) for name in NAMES for case in READ[name][0]]
CLOCKS = [(name, case) for name in NAMES for case in READ[name][1]]


def test_every_shipped_law_of_repair_or_objection_has_cases_beside_it() -> None:
    matters = {name: parse(shipped.text(name)).matters for name in shipped.NAMES}
    assert sorted(name for name, held in matters.items() if {"repair", "objection"} & set(held)) == NAMES


@pytest.mark.parametrize(("name", "case"), RECORDS, ids=[f"{name}: {case.title}" for name, case in RECORDS])
def test_a_record_stands_as_its_case_says(name: str, case: RecordCase) -> None:
    edition, expect = EDITIONS[name], case.expect
    assert edition.repair is not None
    said = eligibility(case.facts, edition, case.as_of, calendar(str(edition.calendar)))
    unverified = [one.key for one in said.standings if not one.verified]
    assert {
        "holds": said.holds,
        "from_day": said.from_day,
        "waits_until": said.waits_until,
        "never": any(one.how == "never" for one in said.standings),
        "fails": tuple(one.key for one in said.standings if one.how != "holds"),
        "missing": said.missing,
        "papers": said.papers,
        "barred": tuple(
            one.key for one in edition.repair.materials if is_barred(edition.repair, one.key, case.facts)
        ),
        "unverified": expect["unverified"] and tuple(unverified),
    } == expect  # fmt: skip


@pytest.mark.parametrize(("name", "case"), CLOCKS, ids=[f"{name}: {case.title}" for name, case in CLOCKS])
def test_a_clock_ends_as_its_case_says(name: str, case: ClockCase) -> None:
    edition = EDITIONS[name]
    section = edition.repair if case.procedure == "repair" else edition.objection
    assert section is not None
    shown = face(section.clocks[case.clock], case.run, calendar(str(edition.calendar)))
    assert shown.due == (case.due, case.provisional)


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
