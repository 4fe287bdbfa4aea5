"""What the readable engine remembers or leaves out: each time it is what working it out in full gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring.edition.model import (
    Absorption,
    Cap,
    Condition,
    Cycle,
    FactorWhen,
    Repetition,
    RepetitionStep,
    Validity,
    ValueSet,
    Window,
)
from scoring.kernel.days import add_months
from scoring.rating.caps import apply_caps
from scoring.rating.cases import settle_cases
from scoring.rating.history import History
from scoring.rating.items import finish, held, read
from scoring.rating.plan import Plan
from scoring.rating.score import Facts
from scoring.rating.spans import ends_by_day, validity_ends, window_ends
from scoring.rating.worth import Repeats, Terms, Worths, worth_of
from tests.builders.dice import SeededDice
from tests.builders.histories import question
from tests.builders.plain import chain, edition, event, rating, rule

if TYPE_CHECKING:
    from scoring.rating.history import EditionChain
    from scoring.rating.items import Item, Reading

AS_OF = date(2025, 6, 1)
DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31))
LIVE = frozenset({"counted", "absorbed", "lesser_of_group"})


def planned(editions: EditionChain, history: History, as_of: date) -> Plan:
    """A plan that no other test has used."""
    index = editions.index_on(as_of)
    assume(index is not None)
    assert index is not None
    return Plan(editions.editions, index, history.kind)


def readings(seed: int) -> tuple[Plan, History, date, Reading]:
    history, editions, as_of = question(SeededDice(seed))
    plan = planned(editions, history, as_of)
    return plan, history, as_of, read(plan, history, held(history, as_of), as_of)


@settings(max_examples=100)
@given(st.integers(0, 10**9))
def test_worths_made_beforehand_are_those_of_the_rule(seed: int) -> None:
    history, editions, as_of = question(SeededDice(seed))
    plan = planned(editions, history, as_of)
    for one in [one for rules in plan.rules for one in rules.values() if one.fixed]:
        for severity in [None, "", "unheard of", *one.rule.severities]:
            assert one.by_severity.get(severity, one.otherwise) == worth_of(one.rule, one.terms, severity, {})


@pytest.mark.parametrize("parts", [
    {"value": ValueSet(low=-5, high=5)},
    {"applies_when": (Condition("size", ("small",)),)},
    {"factors": (FactorWhen(Condition("size", ("small",)), 1500, "§f"),)},
    {"repetition": Repetition("g", 12, (RepetitionStep(2, 1500),), repaired_counts=True, clause="§n")},
])  # fmt: skip
def test_worths_that_depend_on_more_than_severity_are_not_made_beforehand(parts: dict[str, object]) -> None:
    plan = Plan(chain(edition(rating(rule("X", **parts)))).editions, 0, "cinema")
    assert not plan.rules[0]["X"].fixed


def test_an_event_that_says_otherwise_than_its_entity_is_worth_what_it_says_itself() -> None:
    small = FactorWhen(Condition("size", ("small",)), 500, "§f")
    editions = chain(edition(rating(rule("X", factors=(small,)))))
    events = (
        event("a", "X", "2025-01-01"),
        event("b", "X", "2025-01-02", attributes={"size": "large"}),
        event("c", "X", "2025-01-03", attributes={"colour": "red"}),
    )
    plan = Plan(editions.editions, 0, "cinema")
    for _ in range(2):  # the second time everything is remembered
        lines = read(plan, History("e", "cinema", events, attributes={"size": "small"}), [], AS_OF).lines
        assert [line.raw for line in lines] == [-500, -1000, -500]
        lines = read(plan, History("e", "cinema", events), [], AS_OF).lines
        assert [line.raw for line in lines] == [-1000, -1000, -1000]


def test_no_evidence_can_fill_the_memory_with_worths() -> None:
    terms = Terms("X", "plain-1", "§X", "conduct", "outside_window", -1)
    worths = Worths(rule("X", severities={"minor": -100}), terms)
    largest = 0
    for number in range(9_000):
        assert worths[f"severity-{number}", 0, None].raw == -1000
        largest = max(largest, len(worths))
    assert worths["minor", 0, None].raw == -100
    assert largest < 9_000


@given(
    earlier=st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=8),
    months=st.integers(1, 24),
    steps=st.sets(st.integers(2, 5), max_size=3),
    repaired_counts=st.booleans(),
)
def test_the_nth_of_a_group_is_found_by_counting(
    *, earlier: list[tuple[date, date | None]], months: int, steps: set[int], repaired_counts: bool
) -> None:
    taken = tuple(RepetitionStep(nth, 1000 + nth) for nth in sorted(steps))
    repeats = Repeats(Repetition("g", months, taken, repaired_counts=repaired_counts, clause="§n"))
    earlier = sorted(earlier, key=lambda one: one[0])
    day = earlier[-1][0] if earlier else AS_OF
    within = [one for one in earlier if add_months(one[0], months) > day]
    counting = [each for each in within if repaired_counts or each[1] is None or each[1] > day]
    nth = 1 + len(counting)
    assert repeats.nth(day, earlier) == (nth if steps and nth >= min(steps) else 0)


CYCLES = st.builds(Cycle, st.integers(1, 36), st.integers(1, 12), st.integers(1, 28))
VALIDITIES = st.builds(
    Validity,
    st.sampled_from(["months", "publicity_end", "cycle", "unlimited"]),
    months=st.integers(0, 36),
    cycle=CYCLES,
    while_unperformed=st.booleans(),
)
WINDOWS = st.builds(Window, months=st.integers(1, 36)) | st.builds(Window, cycle=CYCLES) | st.just(Window(occasions=2))


@given(WINDOWS, st.none() | VALIDITIES, DAYS, st.none() | DAYS, st.none() | DAYS)
def test_a_look_up_of_ends_gives_those_of_the_span(
    window: Window, validity: Validity | None, day: date, performed: date | None, publicity: date | None
) -> None:
    ends = window_ends(window) if validity is None else validity_ends(validity)
    one = event("r", "X", day.isoformat())._replace(performed_on=performed, publicity_ends_on=publicity)
    by_day = ends_by_day(window, validity)
    if by_day is not None:
        assert by_day[day] == ends(one, {"licensed_on": "2019-05-05"})
    elif validity is None:
        assert window.occasions is not None
    else:
        assert validity.while_unperformed or validity.ends in {"publicity_end", "unlimited"}


def test_a_cycle_that_starts_with_the_entity_has_no_look_up() -> None:
    own = Cycle(12, start_attribute="licensed_on")
    assert ends_by_day(Window(cycle=own), None) is None
    assert ends_by_day(Window(months=1), Validity("cycle", cycle=own)) is None


@given(DAYS, st.none() | DAYS, st.none() | DAYS)
def test_while_unperformed_publicity_ends_with_the_last_of_three_days(
    day: date, performed: date | None, publicity: date | None
) -> None:
    one = event("r", "X", day.isoformat())._replace(performed_on=performed, publicity_ends_on=publicity)
    end = validity_ends(Validity("publicity_end", while_unperformed=True))(one, {})
    assert end == (None if performed is None or publicity is None else max(day, performed, publicity))


def after_caps(plan: Plan, history: History, as_of: date) -> list[tuple[int, tuple[object, ...]]]:
    reading = read(plan, history, held(history, as_of), as_of)
    settle_cases(plan, reading)
    apply_caps(plan, reading.items, history.attributes)
    return [(item.counted, item.cuts) for item in reading.items]


@settings(max_examples=150)
@given(st.integers(0, 10**9))
def test_caps_that_are_passed_over_would_have_cut_nothing(seed: int) -> None:
    history, editions, as_of = question(SeededDice(seed))
    plan = planned(editions, history, as_of)
    found = after_caps(plan, history, as_of)
    for one in [one for rules in plan.rules for one in rules.values()]:
        # Every event counted many times over against every cap: none is passed over.
        one.caps = (tuple(range(len(plan.caps))) * 1000,) * 2
    assert after_caps(plan, history, as_of) == found


def test_a_cap_over_other_codes_leaves_heavy_events_alone() -> None:
    caps = (Cap("code", "bad", 500, "§1", over=("Y",)), Cap("code", "bad", 700, "§2", over=("X",)))
    plan = Plan(chain(edition(rating(rule("X"), rule("Y"), caps=caps))).editions, 0, "cinema")
    assert {code: one.caps for code, one in plan.rules[0].items()} == {"X": ((), (1,)), "Y": ((), (0,))}
    history = History("e", "cinema", (event("a", "X", "2025-01-01"),))
    ((counted, cuts),) = after_caps(plan, history, AS_OF)
    assert (counted, [cut.clause for cut in cuts]) == (-700, ["§2"])


def first_end(items: list[Item]) -> date | None:
    """The first day on which anything live ends or is repaired, or what is repaired ends."""
    days = [item.end for item in items if item.standing == "repaired" or item.standing in LIVE]
    days += [item.event.repaired_on for item in items if item.standing in LIVE]
    return min([day for day in days if day is not None], default=None)


@settings(max_examples=150)
@given(st.integers(0, 10**9))
def test_the_lists_kept_while_reading_are_those_of_all_items(seed: int) -> None:
    plan, _, _, reading = readings(seed)
    items = reading.items
    assert reading.bounding == [item for item in items if item.rule.bounds]
    assert reading.grouped == [item for item in items if item.rule.group is not None]
    assert reading.restoring == [item for item in items if item.worth.restores_on is not None]
    bad = [item for item in items if item.worth.unrestored * plan.bad > 0 and item.event.case_ref is not None]
    absorbs = plan.rating.absorption.mode != "none"
    cases = {item.event.case_ref: [each for each in bad if each.event.case_ref == item.event.case_ref] for item in bad}
    assert reading.cases == (cases if absorbs else {})
    assert reading.ends_on == first_end(items)
    settle_cases(plan, reading)
    assert reading.ends_on == first_end(items)  # what is outweighed is live all the same


@settings(max_examples=100)
@given(st.integers(0, 10**9), st.lists(st.integers(0, 900), min_size=1, max_size=5))
def test_since_when_an_entity_is_clean_does_not_depend_on_what_was_asked_before(seed: int, later: list[int]) -> None:
    history, editions, as_of = question(SeededDice(seed))
    plan = planned(editions, history, as_of)
    facts = Facts(plan, history, as_of)
    for days in later:
        day = as_of + timedelta(days=days)
        assert facts.clean_since(day) == Facts(plan, history, as_of).clean_since(day)


def test_a_repair_to_come_moves_the_day_since_when_an_entity_is_clean() -> None:
    plan = Plan(chain(edition(rating(rule("X")))).editions, 0, "cinema")
    events = (
        event("a", "X", "2025-01-01"),
        event("b", "X", "2025-02-01", repaired_on="2025-07-01"),
    )
    facts = Facts(plan, History("e", "cinema", events), AS_OF)
    found = [facts.clean_since(day)[1] for day in (AS_OF, date(2025, 6, 30), date(2025, 7, 1), AS_OF)]
    assert found == [date(2025, 2, 1), date(2025, 2, 1), date(2025, 1, 1), date(2025, 2, 1)]


@settings(max_examples=150)
@given(st.integers(0, 10**9))
def test_finishing_changes_only_lines_that_were_outweighed_or_cut(seed: int) -> None:
    plan, history, _, reading = readings(seed)
    before = tuple(reading.lines)
    settle_cases(plan, reading)
    apply_caps(plan, reading.items, history.attributes)
    finish(reading)
    after = tuple(reading.lines)
    by_place = {item.place: item for item in reading.items}
    for place, (old, new) in enumerate(zip(before, after, strict=True)):
        item = by_place.get(place)
        if item is None or (item.by is None and not item.cuts):
            assert new == old
        else:
            changed = replace(old.treatment, standing=item.standing, counted=item.counted, cuts=item.cuts)
            assert new == old._replace(treatment=changed, by=item.by)


def test_of_a_case_only_the_heaviest_is_not_absorbed() -> None:
    greatest = Absorption("greatest", {}, "§4")
    plan = Plan(chain(edition(rating(rule("X"), rule("Y", -2000), absorption=greatest))).editions, 0, "cinema")
    events = (
        event("a", "X", "2025-01-01", case_ref="k"),
        event("b", "Y", "2025-01-02", case_ref="k"),
        event("c", "X", "2025-01-03", case_ref="other"),
        event("d", "X", "2025-01-04"),
    )
    facts = Facts(plan, History("e", "cinema", events), AS_OF)
    seen = [(line.ref, line.standing, line.counted, line.by) for line in facts.lines]
    assert seen == [
        ("a", "absorbed", 0, (facts.lines[1].source, "b")),
        ("b", "counted", -2000, None),
        ("c", "counted", -1000, None),
        ("d", "counted", -1000, None),
    ]
