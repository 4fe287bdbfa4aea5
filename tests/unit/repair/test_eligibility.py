"""The day from which a record may be repaired is the first on which every condition holds, counted day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.edition import parse
from scoring.edition.sections.repair import Fraud, RepairCondition
from scoring.editions.shipped import calendar
from scoring.kernel.workdays import Term
from scoring.repair import Listed, RecordFacts, eligibility, papers_missing, papers_needed
from tests.builders.repairing import repair_edition, repair_text
from tests.oracle.days import add_months

CN = calendar("cn")
ONE = timedelta(1)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
FACTS = ("performed_on", "corrected_on", "repaired_on", "revoked_on")
CLASSES = ("minor", "general", "serious")
TEXT = {"zh": "条件"}
TERMS = st.one_of(
    st.builds(Term, st.integers(1, 40), st.sampled_from(["working_days", "calendar_days"]),
              st.sampled_from(["from_day", "from_next_day"])),
    st.builds(Term, st.integers(1, 9), st.just("months"), st.sampled_from(["from_day", "from_next_day"])),
)  # fmt: skip


@st.composite
def conditions(draw: st.DrawFn) -> RepairCondition:
    test = draw(st.sampled_from(["minimum_publicity", "elapsed", "done", "not_repeated", "not_listed", "repairable"]))
    return RepairCondition(
        key=f"c{draw(st.integers(0, 999))}",
        text=TEXT,
        test=test,  # type: ignore[arg-type]
        clause="c",
        classes=draw(st.sampled_from([(), (), ("general", "serious")])),
        fact=draw(st.sampled_from(FACTS)) if test in {"elapsed", "done"} else None,  # type: ignore[arg-type]
        term=draw(st.none() | TERMS) if test in {"elapsed", "not_repeated"} else None,
        absent=draw(st.booleans()),
        same=draw(st.sampled_from(["code", "decision_kind"])),
        lists=("abnormal", "serious") if test == "not_listed" else (),
        never=draw(st.sampled_from([(), ("revocation",)])) if test == "repairable" else (),
        never_classes=draw(st.sampled_from([(), ("serious",)])) if test == "repairable" else (),
    )


@st.composite
def listings(draw: st.DrawFn) -> Listed:
    since = draw(DAYS)
    until = draw(st.none() | st.integers(0, 200).map(lambda number: since + timedelta(number)))
    return Listed(draw(st.sampled_from(["abnormal", "serious", "other"])), since, until)


@st.composite
def records(draw: st.DrawFn) -> RecordFacts:
    decided = draw(DAYS)
    days = {name: draw(DAYS) for name in FACTS if draw(st.booleans())}
    return RecordFacts(
        decision_kind="penalty",
        class_=draw(st.none() | st.sampled_from(CLASSES)),
        days={"decided_on": decided, **days},  # type: ignore[dict-item]
        penalty_kinds=frozenset(draw(st.sets(st.sampled_from(["fine", "revocation"])))),
        minimum_ends_on=draw(st.none() | DAYS),
        same={"code": tuple(draw(st.lists(DAYS, max_size=3)))},
        lists=tuple(draw(st.lists(listings(), max_size=2))),
    )


@lru_cache(maxsize=100_000)
def is_over(term: Term, since: date, day: date) -> bool:
    """Whether the last day of a term is behind: counted, not looked up."""
    if term.unit == "months":
        last = add_months(since, term.number) - (ONE if term.counting == "from_day" else 0 * ONE)
        return day > last
    now, number = (since if term.counting == "from_day" else since + ONE), term.number
    while True:
        number -= term.unit == "calendar_days" or CN.is_working_day(now).working
        if not number:
            return day > now
        now += ONE


def meets(condition: RepairCondition, facts: RecordFacts, day: date) -> bool:
    """One condition on one day, as its page says it."""
    if condition.classes and facts.class_ is not None and facts.class_ not in condition.classes:
        return True
    match condition.test:
        case "minimum_publicity":
            met = facts.minimum_ends_on is None or facts.minimum_ends_on < day
        case "repairable":
            met = facts.class_ not in condition.never_classes and not set(condition.never) & facts.penalty_kinds
        case "not_listed":
            on = [one for one in facts.lists if one.since <= day and not (one.until is not None and one.until <= day)]
            met = not {one.name for one in on} & set(condition.lists)
        case "not_repeated":
            others = [other for other in facts.same.get(condition.same, ()) if other <= day]
            since = facts.days["decided_on"]
            met = all(is_over(condition.term, one, day) if condition.term else one <= since for one in others)
        case _:
            known = facts.days.get(condition.fact) if condition.fact else None
            if known is None or known > day:
                met = condition.absent and condition.test == "elapsed"
            else:
                met = condition.test == "done" or bool(condition.term and is_over(condition.term, known, day))
    return met


@given(st.lists(conditions(), min_size=1, max_size=4), records(), DAYS)
def test_the_day_given_is_the_first_on_which_everything_holds(
    asked: list[RepairCondition], facts: RecordFacts, as_of: date
) -> None:
    edition = repair_edition(*asked)
    said = eligibility(facts, edition, as_of, CN)
    last = as_of + timedelta(800)
    found = next((day for day in days_from(as_of, last) if all(meets(one, facts, day) for one in asked)), None)
    assert said.from_day == found
    assert said.holds is (found == as_of)
    if found is not None:  # asked again on that day, with nothing changed, it holds
        assert eligibility(facts, edition, found, CN).holds


@given(conditions(), records(), DAYS)
def test_each_condition_says_how_it_stands(asked: RepairCondition, facts: RecordFacts, as_of: date) -> None:
    said = eligibility(facts, repair_edition(asked), as_of, CN)
    for standing in said.standings:
        assert (standing.from_day is None) == (standing.how in {"to_do", "never"})
        assert (standing.missing is not None) == (standing.how == "to_do")
        assert standing.how != "waits" or (standing.from_day is not None and standing.from_day > as_of)
        if standing.how == "to_do":
            assert said.waits_until == as_of  # nothing but time and that is asked for
        if standing.how == "never":
            assert said.from_day is said.waits_until is None


def days_from(first: date, last: date) -> list[date]:
    return [first + timedelta(n) for n in range((last - first).days)]


EDITION = parse(repair_text())


def record(class_: str | None, **days: str) -> RecordFacts:
    read = {name: date.fromisoformat(day) for name, day in days.items()}
    return RecordFacts("penalty", class_, read)  # type: ignore[arg-type]


def test_who_could_apply_is_told_when_and_with_what_missing() -> None:
    facts = record("general", decided_on="2026-05-06", repaired_on="2025-09-01")
    facts = facts._replace(minimum_ends_on=date(2026, 8, 5))
    said = eligibility(facts, EDITION, date(2026, 6, 1), CN)
    assert (said.holds, said.from_day, said.waits_until) == (False, None, date(2026, 9, 1))
    assert said.missing == ("performed_on",)
    assert said.papers == ("commitment",)
    assert [(one.key, one.how, one.from_day) for one in said.standings] == [
        ("minimum", "waits", date(2026, 8, 6)),
        ("performed", "to_do", None),
        ("last_repair", "waits", date(2026, 9, 1)),
        ("kind", "holds", date(2026, 6, 1)),
        ("not_barred", "holds", date(2026, 6, 1)),
    ]
    paid = facts._replace(days={**facts.days, "performed_on": date(2026, 6, 1)}, materials=frozenset({"commitment"}))
    said = eligibility(paid, EDITION, date(2026, 9, 1), CN)
    assert (said.holds, said.papers, said.missing) == (True, (), ())


def test_a_revoked_repair_bars_the_next_for_its_term() -> None:
    facts = record("general", decided_on="2026-04-07", performed_on="2026-04-20", revoked_on="2026-05-08")
    said = eligibility(facts, EDITION, date(2026, 6, 1), CN)
    assert said.from_day == date(2029, 5, 9)
    barred_for_good = repair_edition(fraud=Fraud(TEXT, "c", None, "entity", restores_points=True))
    assert eligibility(facts, barred_for_good, date(2026, 6, 1), CN).standings[0].how == "never"


@pytest.mark.parametrize(
    ("class_", "days", "papers"),
    [
        ("general", {}, ("commitment",)),
        ("serious", {}, ("report",)),
        ("general", {"promise_broken_on": date(2025, 3, 3)}, ("report",)),
        (None, {}, ("commitment",)),
    ],
)
def test_a_commitment_is_no_way_for_a_serious_record_or_after_a_broken_one(
    class_: str | None, days: dict[str, date], papers: tuple[str, ...]
) -> None:
    facts = RecordFacts("penalty", class_, {"decided_on": date(2026, 4, 7), **days})  # type: ignore[dict-item]
    assert EDITION.repair is not None
    assert papers_needed(EDITION.repair, facts) == papers
    assert papers_missing(EDITION.repair, facts._replace(materials=frozenset(papers))) == ()


def test_a_term_of_working_days_past_the_known_calendar_is_provisional() -> None:
    ten = RepairCondition("ten", TEXT, "elapsed", "c", fact="corrected_on",
                          term=Term(10, "working_days", "from_next_day"))  # fmt: skip
    facts = record("general", decided_on="2026-12-01", corrected_on="2026-12-25")
    (standing,) = eligibility(facts, repair_edition(ten), date(2026, 12, 28), CN).standings
    assert (standing.from_day, standing.provisional) == (date(2027, 1, 9), True)


def test_what_no_clause_was_verified_for_is_said() -> None:
    text = repair_text({"verified = true": 'verified = false\nunverified_clauses = ["art. 1"]'})
    said = eligibility(record("general", decided_on="2026-05-06"), parse(text), date(2026, 6, 1), CN)
    assert {standing.verified for standing in said.standings} == {False}


def test_an_edition_without_the_section_answers_nothing() -> None:
    bare = replace(repair_edition(), repair=None)
    with pytest.raises(ValueError, match="plain-1"):
        eligibility(record(None, decided_on="2026-05-06"), bare, date(2026, 6, 1), CN)


def test_a_bar_of_the_record_alone_leaves_the_others_their_way_back() -> None:
    fraud = Fraud(TEXT, "c", None, "record", restores_points=True)
    edition = repair_edition(fraud=fraud)
    facts = record("general", decided_on="2026-04-07", revoked_on="2026-05-08")
    assert eligibility(facts, edition, date(2026, 6, 1), CN).holds
    cheated = facts._replace(days={**facts.days, "record_revoked_on": date(2026, 5, 8)})
    assert eligibility(cheated, edition, date(2026, 6, 1), CN).standings[0].how == "never"
