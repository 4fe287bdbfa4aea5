"""What is pure in visits: which finding stands, who is visited off site, by when results are public, the data."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.edition.tiering import Frequency
from service.evidence.catalogue import event_codes
from service.inspections.visits.allowance import Supervised
from service.inspections.visits.checklist import complete, joined, standing
from service.inspections.visits.tables import VisitFinding
from service.inspections.visits.usecases.method import methods_of
from service.inspections.visits.vocabulary import (
    corrected_by,
    endings,
    public_by,
    result_codes,
    visit_rules,
    visit_types,
)
from service.platform import Problem
from service.register import ItemRow
from service.register.seeds import statuses

NOON = datetime(2026, 6, 8, 4, tzinfo=UTC)
SAID = st.tuples(
    st.sampled_from(["P1", "P2", "P3"]),
    st.sampled_from([("pass", None), ("fail", "minor"), ("fail", "serious")]),
    st.booleans(),
)


def found(number: int, inspector: str, said: tuple[str, str | None], *, settles: bool = False) -> VisitFinding:
    return VisitFinding(
        id=number,
        client_id=f"c{number}",
        item="I",
        entry="e",
        result=said[0],
        severity=said[1],
        note=None,
        files=(),
        inspector=inspector,
        settles=settles,
        noted_at=NOON,
    )


def plainly(history: list[tuple[str, tuple[str, str | None], bool]]) -> tuple[str, str | None] | None:
    """By the words of the page: nothing before the last settlement counts; then the last word of each inspector."""
    settled = [place for place, (_, _, settles) in enumerate(history) if settles]
    since = history[settled[-1] :] if settled else history
    last = {inspector: said for inspector, said, _ in since}
    return next(iter(last.values())) if len(set(last.values())) == 1 else None


@settings(deadline=None)
@given(st.lists(SAID, min_size=1, max_size=12))
def test_a_finding_stands_where_all_agree_or_the_lead_settled_it(
    history: list[tuple[str, tuple[str, str | None], bool]],
) -> None:
    rows = [found(n, who, said, settles=settles) for n, (who, said, settles) in enumerate(history, 1)]
    at = standing(rows)["I", "e"]
    told = None if at.finding is None else (at.finding.result, at.finding.severity)
    assert told == plainly(history)
    assert at.in_conflict == (told is None)
    assert at.finding is None or at.finding.id == max(row.id for row in at.others)


def line(entry: str, item: str = "I") -> dict[str, object]:
    return {"item": item, "entry": entry, "group": None}


def test_a_record_names_every_entry_that_is_open() -> None:
    checklist = {"entries": [line("e"), line("f"), line("g")]}
    rows = [found(1, "P1", ("pass", None)), found(2, "P2", ("fail", "minor"))]
    with pytest.raises(Problem) as refused:
        complete(checklist, standing(rows), result_codes()["1"])
    assert [(one.code, one.pointer) for one in refused.value.errors] == [
        ("visit_entry_in_conflict", "/findings/I/e"),
        ("visit_entry_without_finding", "/findings/I/f"),
        ("visit_entry_without_finding", "/findings/I/g"),
    ]
    assert complete(checklist, {}, result_codes()["6"]) == []


def test_checklists_are_joined_with_each_entry_once() -> None:
    one, other = {"entries": [line("e"), line("f")]}, {"entries": [line("f"), line("e", "J")]}
    assert [(row["item"], row["entry"]) for row in joined(one, other)["entries"]] == [
        ("I", "e"),
        ("I", "f"),
        ("J", "e"),
    ]


def item(*methods: str) -> ItemRow:
    return ItemRow("I", {}, "here", "general", ("k",), (), methods, (), None, (), illustrative=True)


def of_tier(tier: str, *, off_site_first: bool, sample: tuple[int, int] | None = None) -> Supervised:
    frequency = Frequency(tier, "1", off_site_first=off_site_first, verification_sample=sample)
    return Supervised("k", tier, "edition", frequency)


@pytest.mark.parametrize(
    ("many", "sample", "on_site"),
    [(10, (1, 100), 1), (100, (1, 100), 1), (101, (1, 100), 2), (7, (1, 2), 4), (3, None, 0), (3, (1, 1), 3)],
)
def test_the_first_drawn_of_a_tier_looked_at_from_afar_are_verified_on_site(
    many: int, sample: tuple[int, int] | None, on_site: int
) -> None:
    best, worst = of_tier("A", off_site_first=True, sample=sample), of_tier("D", off_site_first=False)
    drawn = [pair for n in range(many) for pair in ((f"a{n}", best, 0), (f"d{n}", worst, 0))]
    chosen = methods_of("on_site", [item("on_site", "off_site")], drawn)
    expected = ["on_site"] * on_site + ["off_site"] * (many - on_site)
    assert [chosen[f"a{n}"] for n in range(many)] == expected
    assert {chosen[f"d{n}"] for n in range(many)} == {"on_site"}


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=4),
    st.tuples(st.integers(0, 5), st.integers(5, 60)),
)
def test_a_later_step_adds_to_the_verified_what_the_greater_number_asks_for(
    steps: list[int], sample: tuple[int, int]
) -> None:
    best = of_tier("A", off_site_first=True, sample=sample)
    drawn = [(f"{step}.{n}", best, step) for step, many in enumerate(steps) for n in range(many)]
    chosen = methods_of("on_site", [item("on_site", "off_site")], drawn)
    for step in range(len(steps)):
        before = {key: chosen[key] for key, _, at in drawn if at <= step}
        assert methods_of("on_site", [item("on_site", "off_site")], [one for one in drawn if one[2] <= step]) == before
        on_site = [key for key, method in before.items() if method == "on_site"]
        assert len(on_site) == -(-len(before) * sample[0] // sample[1]), "⌈N · sample⌉ of all that came so far"


def test_an_item_for_on_site_visits_alone_keeps_them_on_site() -> None:
    drawn = [("a", of_tier("A", off_site_first=True), 0)]
    assert methods_of("on_site", [item("on_site", "off_site"), item("on_site")], drawn) == {"a": "on_site"}
    assert methods_of("document", [item("on_site", "off_site")], drawn) == {"a": "document"}


@pytest.mark.parametrize(
    ("region", "audited", "day"),
    [
        ("110105", date(2026, 6, 8), date(2026, 6, 17)),
        ("310000", date(2026, 6, 8), date(2026, 7, 7)),
        ("110000", date(2026, 9, 24), date(2026, 10, 12)),  # two holidays and a Saturday that is worked lie between
    ],
)
def test_publication_is_counted_in_working_days_of_the_closest_region(region: str, audited: date, day: date) -> None:
    assert public_by(region, audited) == (day, False)


def test_a_day_that_no_notice_has_settled_is_provisional() -> None:
    assert public_by("110000", date(2027, 6, 1)).provisional
    assert corrected_by(date(2026, 6, 8)) == (date(2026, 6, 30), False)


def test_what_results_and_endings_become_exists_elsewhere() -> None:
    known = {code.code for code in event_codes()}
    named = {code for row in result_codes().values() for code in row.events} | {row.event for row in endings().values()}
    assert named <= known
    assert {row.status for row in result_codes().values() if row.status} <= set(statuses())
    assert {row.findings for row in result_codes().values()} == {"all_pass", "some_fail", "none"}
    assert all(row.findings == "none" for row in result_codes().values() if row.attempt or row.status)
    assert all(row.findings == "some_fail" for row in result_codes().values() if row.rectification or row.corrected)
    assert {row.over_cap for row in visit_types().values()} == {"refused", "reasoned"}


def test_the_page_tells_the_numbers_of_the_data() -> None:
    page = Path(__file__).resolve().parents[3].joinpath("docs/visits.md").read_text("utf-8")
    assert visit_rules()["code_minutes"] == 10
    assert "within ten minutes" in re.sub(r"\s+", " ", page)
    assert "Two inspectors" in page
    assert visit_rules()["signatures"] == 2
