"""Clocks of a case equal a count day by day, and one that may run for ever is found."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.edition import parse
from scoring.edition.clocks import ClockLaw, Extension, endless
from scoring.editions.shipped import calendar
from scoring.kernel.workdays import Term
from scoring.repair import REPAIR, Pause, Run, Step, extensions_left, face, shown, stage, ticking
from tests.builders.repairing import repair_text
from tests.oracle.days import add_months

CN = calendar("cn")
ONE = timedelta(1)
DAYS = st.dates(date(2024, 1, 1), date(2027, 3, 31))
UNITS = st.sampled_from(["working_days", "calendar_days", "months"])
TERMS = st.builds(Term, st.integers(1, 25), UNITS, st.sampled_from(["from_day", "from_next_day"]))
EXTENSIONS = st.builds(Extension, st.integers(1, 15), UNITS, st.integers(1, 2), st.just(True), st.just("c"))
LAWS = st.builds(
    ClockLaw,
    term=TERMS,
    lapse=st.just("lapse"),
    clause=st.just("c"),
    escalate=st.none() | st.integers(0, 5),
    extension=st.none() | EXTENSIONS,
)


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """A clock paused up to three times, one after the other, the last one perhaps still."""
    started = draw(DAYS)
    pauses: list[Pause] = []
    day = started
    for _ in range(draw(st.integers(0, 3))):
        since = day + timedelta(draw(st.integers(0, 12)))
        until = since + timedelta(draw(st.integers(0, 20)))
        pauses.append(Pause(since, until))
        day = until
    if pauses and draw(st.booleans()):
        pauses[-1] = Pause(pauses[-1].since, None)
    return Run(started, tuple(pauses), draw(st.integers(0, 3)))


def stands_still(run: Run, day: date, *, from_day: bool) -> bool:
    return any(
        pause.since < day and (pause.until is None or (day < pause.until if from_day else day <= pause.until))
        for pause in run.pauses
    )


def length(start: date, number: int, unit: str) -> int:
    """How many days a period of calendar days or months has, all counted."""
    if unit == "calendar_days":
        return number
    end = add_months(start, number)
    return max(1, (end - start).days)  # from the next day to the end, or from the day itself to the day before it


def count(run: Run, day: date, number: int, *, working: bool, from_day: bool) -> date | None:
    """Day after day, until so many have counted; None where the clock stands still for good."""
    for ahead in range(4_000):
        now = day + ahead * ONE
        if stands_still(run, now, from_day=from_day):
            continue
        number -= (not working) or CN.is_working_day(now).working
        if number == 0:
            return now
    return None


def last_day_by_counting(law: ClockLaw, run: Run) -> date | None:
    from_day = law.term.counting == "from_day"
    first = run.started if from_day else run.started + ONE
    unit, number = law.term.unit, law.term.number
    working = unit == "working_days"
    if not working:
        number = length(run.started, number, unit)
    end = count(run, first, number, working=working, from_day=from_day)
    for _ in range(min(run.extended, law.extension.most) if law.extension else 0):
        assert law.extension is not None
        if end is None:
            return None
        unit, number = law.extension.unit, law.extension.number
        working = unit == "working_days"
        if not working:
            number = length(end, number, unit)
        end = count(run, end + ONE, number, working=working, from_day=from_day)
    if end is None or unit == "working_days":
        return end
    return count(run, end, 1, working=True, from_day=from_day)


@given(LAWS, runs())
def test_a_clock_ends_on_the_day_that_counting_one_by_one_finds(law: ClockLaw, run: Run) -> None:
    shown = face(law, run, CN)
    assert (None if shown.due is None else shown.due.day) == last_day_by_counting(law, run)


@given(LAWS, runs())
def test_a_superior_hears_of_it_so_many_working_days_before(law: ClockLaw, run: Run) -> None:
    shown = face(law, run, CN)
    if shown.due is None or law.escalate is None:
        assert shown.escalate_on is None
        return
    assert shown.escalate_on is not None
    between = [shown.escalate_on + n * ONE for n in range((shown.due.day - shown.escalate_on).days)]
    ahead = sum(CN.is_working_day(day).working for day in between)
    assert ahead == law.escalate or (shown.escalate_on == run.started and ahead <= law.escalate)


@given(LAWS, runs())
def test_a_standstill_or_an_extension_never_ends_a_term_earlier(law: ClockLaw, run: Run) -> None:
    plain = face(law, Run(run.started), CN).due
    shown = face(law, run, CN).due
    assert plain is not None
    assert shown is None or shown.day >= plain.day


@given(LAWS, runs(), st.integers(-5, 60))
def test_the_stage_of_a_clock_follows_its_face(law: ClockLaw, run: Run, ahead: int) -> None:
    shown, day = face(law, run, CN), run.started + timedelta(ahead)
    said = stage(shown, run, day)
    if shown.due is None:
        assert said == "paused"
    elif day > shown.due.day:
        assert said == "over"
    else:
        assert said in {"running", "near", "paused"}
    assert stage(shown, run._replace(stopped=run.started), max(day, run.started)) == "stopped"


def working_days(number: int) -> ClockLaw:
    return ClockLaw(Term(number, "working_days", "from_next_day"), "lapse", "c", escalate=2)


def test_the_days_of_asking_for_papers_over_national_day() -> None:
    """Ten working days from Monday 28 September; papers asked for on the 29th came on 12 October."""
    law = working_days(10)
    assert face(law, Run(date(2026, 9, 28)), CN).due == (date(2026, 10, 16), False)
    asked = Run(date(2026, 9, 28), (Pause(date(2026, 9, 29), None),))
    assert face(law, asked, CN) == (None, None)
    assert stage(face(law, asked, CN), asked, date(2026, 12, 1)) == "paused"
    came = asked._replace(pauses=(Pause(date(2026, 9, 29), date(2026, 10, 12)),))
    shown = face(law, came, CN)
    assert shown.due == (date(2026, 10, 23), False)  # the 29th was the first day; nine more from the 13th
    assert shown.escalate_on == date(2026, 10, 21)


def test_a_term_beyond_the_known_calendar_is_provisional() -> None:
    shown = face(working_days(10), Run(date(2026, 12, 25)), CN)
    assert shown.due == (date(2027, 1, 8), True)


def test_a_term_that_was_over_before_it_was_paused_stays_over() -> None:
    late = Run(date(2026, 3, 2), (Pause(date(2026, 4, 1), None),))
    shown = face(working_days(3), late, CN)
    assert shown.due == (date(2026, 3, 5), False)
    assert stage(shown, late, date(2026, 4, 2)) == "over"


def test_an_edition_allows_so_many_extensions_and_no_more() -> None:
    law = ClockLaw(Term(3, "working_days", "from_next_day"), "lapse", "c",
                   extension=Extension(3, "working_days", 1, approved=True, clause="c"))  # fmt: skip
    run = Run(date(2026, 3, 2))
    assert [face(law, run._replace(extended=n), CN).due for n in range(3)] == [
        (date(2026, 3, 5), False), (date(2026, 3, 10), False), (date(2026, 3, 10), False),
    ]  # fmt: skip
    assert [extensions_left(law, run._replace(extended=n)) for n in range(3)] == [1, 0, 0]
    assert extensions_left(working_days(3), run) == 0


TERM = Term(5, "working_days", "from_next_day")


@pytest.mark.parametrize(
    ("clocks", "wrong"),
    [
        ({"decide": ClockLaw(TERM, "lapse", "c")}, {}),
        ({"decide": ClockLaw(TERM, "hand_up", "c", then="above"), "above": ClockLaw(TERM, "lapse", "c")}, {}),
        ({"decide": ClockLaw(TERM, "hand_up", "c", then="decide")}, {"decide": "back to itself"}),
        (
            {"a": ClockLaw(TERM, "hand_up", "c", then="b"), "b": ClockLaw(TERM, "hand_up", "c", then="a")},
            {"a": "back to itself", "b": "back to itself"},
        ),
        ({"a": ClockLaw(TERM, "hand_up", "c")}, {"a": "names with then"}),
        ({"a": ClockLaw(TERM, "lapse", "c", then="a")}, {"a": "names with then"}),
        ({"a": ClockLaw(TERM, "hand_up", "c", then="gone")}, {"a": "names with then"}),
        ({"accept": ClockLaw(TERM, "lapse", "c", paused_by=("supplement",))}, {"accept": "has no term"}),
        ({"accept": ClockLaw(TERM, "lapse", "c", paused_by=("accept",))}, {"accept": "waits for itself"}),
        (
            {"a": ClockLaw(TERM, "lapse", "c", paused_by=("b",)), "b": ClockLaw(TERM, "lapse", "c", paused_by=("a",))},
            {"a": "waits for itself", "b": "waits for itself"},
        ),
    ],
)
def test_a_clock_that_never_ends_is_found(clocks: dict[str, ClockLaw], wrong: dict[str, str]) -> None:
    found = {name: en for name, _, en in endless(clocks)}
    assert found.keys() == wrong.keys()
    assert all(said in found[name] for name, said in wrong.items())


def test_the_clocks_of_a_case_follow_from_its_steps() -> None:
    section = parse(repair_text()).repair
    assert section is not None
    taken = [Step("submit", date(2026, 5, 11)), Step("ask_supplement", date(2026, 5, 12))]
    waiting = ticking(REPAIR, taken, section.clocks)
    told = shown(waiting, section.clocks, date(2026, 5, 14), CN)
    assert [(one.clock, one.stage, one.lapse) for one in told] == [
        ("supplement", "running", "lapse"),
        ("accept", "paused", "accept"),
    ]
    taken += [Step("supply", date(2026, 5, 22))]
    (accept,) = shown(ticking(REPAIR, taken, section.clocks), section.clocks, date(2026, 5, 27), CN)
    assert (accept.clock, accept.face.due, accept.stage) == ("accept", (date(2026, 5, 26), False), "over")
    taken += [Step("accept", date(2026, 5, 25)), Step("extend", date(2026, 5, 26)), Step("hand_up", date(2026, 6, 24))]
    (above,) = shown(ticking(REPAIR, taken, section.clocks), section.clocks, date(2026, 6, 25), CN)
    assert (above.clock, above.law, above.lapse) == ("decide", "above", None)
    assert ticking(REPAIR, [*taken, Step("withdraw", date(2026, 6, 25))], section.clocks) == {}
    without = {name: law for name, law in section.clocks.items() if name != "sync"}
    assert ticking(REPAIR, [Step("expire", date(2026, 5, 11))], without) == {}
