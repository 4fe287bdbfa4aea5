"""What is owed: the last day equals a count day by day, and follows what was done where."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from scoring.edition.law import Law, Stretch
from scoring.edition.sections.deadlines import DeadlinesLaw, DutyRule, Stage
from scoring.edition.sections.terms import Match
from scoring.editions.shipped import calendar_or_weekdays
from scoring.kernel.workdays import Term
from scoring.publicity import Done, Record, due_day, duties
from scoring.publicity.words import Reason, Standing
from tests.builders import plain
from tests.oracle import publicity as oracle

if TYPE_CHECKING:
    from scoring.publicity import Due

CN = calendar_or_weekdays("cn")
TEXT = {"zh": "职责", "en": "duty"}
THREE = Term(3, "working_days", "from_next_day")
START = date(2026, 3, 2)
SHOWN = Standing("public", (Reason("class"),))
ENDED = Standing("ended", (Reason("maximum_reached"),), ends_on=date(2026, 6, 1))


TERMS = st.builds(
    Term,
    st.integers(1, 60),
    st.sampled_from(["working_days", "calendar_days", "months"]),
    st.sampled_from(["from_day", "from_next_day"]),
)


@given(
    st.dates(date(2007, 1, 1), date(2027, 12, 1)),
    st.builds(Stage, st.just("publish"), TERMS, st.just("art. 1"), moves=st.booleans()),
    st.integers(0, 10),
)
def test_the_last_day_and_the_reminder_equal_a_count_day_by_day(start: date, stage: Stage, before: int) -> None:
    deadline, reminder = due_day(stage, start, CN, before)
    last = oracle.act_by if stage.moves else lambda *asked: oracle.over(*asked) - oracle.DAY
    assert deadline.day == last(stage.term, start, CN)
    assert reminder is not None
    between = [reminder + timedelta(days) for days in range((deadline.day - reminder).days)]
    assert reminder == start or sum(CN.is_working_day(day).working for day in between) == before


def law(*rules: DutyRule, since: date = date(2020, 1, 1)) -> Law:
    edition = plain.edition(
        plain.rating(), ratings={}, deadlines=DeadlinesLaw(rules, "penalty_kinds"), force_from=since, calendar="cn"
    )
    return Law((Stretch(since, None, edition),))


def duty(key: str, since: str, *stages: Stage, alarm_before: int | None = None) -> DutyRule:
    return DutyRule(key, TEXT, since, stages, Match(), "art. 1", alarm_before)  # type: ignore[arg-type]


def owed(record: Record, of: Law, day: date, standing: Standing = SHOWN) -> list[Due]:
    return list(duties(record, standing, of, day, calendar_or_weekdays))


def record(*acts: tuple[str, str, date], **parts: object) -> Record:
    return Record("penalty", "x", START, acts=tuple(Done(*act) for act in acts), **parts)  # type: ignore[arg-type]


def test_taking_down_is_owed_wherever_the_record_was_shown_when_the_fact_came() -> None:
    withdraw = law(duty("down", "annulled_on", Stage("withdraw", THREE, "art. 1")))
    annulled = date(2026, 4, 1)
    acts = [
        ("publish", "a", date(2026, 3, 3)),
        ("publish", "b", date(2026, 3, 3)),
        ("withdraw", "b", date(2026, 3, 20)),
        ("publish", "c", date(2026, 3, 3)),
        ("withdraw", "c", date(2026, 4, 2)),
    ]
    found = owed(record(*acts, annulled_on=annulled), withdraw, date(2026, 4, 10))
    assert [(one.place, one.done_on, one.is_over(date(2026, 4, 10))) for one in found] == [
        ("a", None, True),
        ("c", date(2026, 4, 2), False),
    ]
    assert owed(record(*acts, annulled_on=annulled), withdraw, date(2026, 3, 31)) == []


def test_confirming_is_owed_by_each_place_that_took_down() -> None:
    confirm = law(duty("confirm", "withdrawn_on", Stage("acknowledge", THREE, "art. 1")))
    acts = [("publish", "a", START), ("withdraw", "a", date(2026, 4, 1)), ("acknowledge", "a", date(2026, 4, 2))]
    (found,) = owed(record(*acts), confirm, date(2026, 4, 3))
    assert (found.place, found.since, found.done_on) == ("a", date(2026, 4, 1), date(2026, 4, 2))


def test_taking_down_is_done_by_the_confirmation_where_a_place_confirms_and_where_it_was_handed_on() -> None:
    withdraw = law(duty("down", "annulled_on", Stage("withdraw", THREE, "art. 1")))
    annulled, last = date(2026, 4, 1), date(2026, 4, 10)
    shown, handed_on = ("publish", "a", date(2026, 3, 3)), ("forward", "b", date(2026, 3, 3))
    down, told = ("withdraw", "a", date(2026, 4, 2)), ("acknowledge", "a", date(2026, 4, 3))

    def found(
        *acts: tuple[str, str, date], confirming: str = "", since: date = START
    ) -> list[tuple[str, str | None, date | None]]:
        asked = record(*acts, annulled_on=annulled, confirming=frozenset((one, since) for one in confirming))
        return [(one.act, one.place, one.done_on) for one in owed(asked, withdraw, last)]

    assert found(shown, down) == [("withdraw", "a", date(2026, 4, 2))]
    assert found(shown, confirming="a") == [("withdraw", "a", None)]
    assert found(shown, down, confirming="a") == [("acknowledge", "a", None)]
    assert found(shown, down, confirming="a", since=date(2026, 4, 2)) == [("withdraw", "a", date(2026, 4, 2))], "before"
    assert found(shown, down, told, confirming="a") == [("acknowledge", "a", date(2026, 4, 3))]
    assert found(handed_on) == [], "nobody there could say that it was done"
    assert found(handed_on, confirming="b") == [("withdraw", "b", None)]
    given_up = ("acknowledge", "b", date(2026, 4, 3))
    assert found(handed_on, given_up, confirming="b") == [("acknowledge", "b", date(2026, 4, 3))]
    before = ("acknowledge", "b", date(2026, 3, 9))
    assert found(handed_on, before, confirming="b") == [], "given up before it was annulled"
    over = law(duty("over", "ended_on", Stage("withdraw", THREE, "art. 1")))
    shared = record(handed_on, confirming=frozenset({("b", START)}))
    assert owed(shared, over, date(2026, 6, 2), ENDED) == [], "the end of publicity ends no use"
    changed = law(duty("change", "changed_on", Stage("update", THREE, "art. 1")))
    assert owed(record(handed_on, changed_on=annulled), changed, last) == [], "only where it is shown"


def test_showing_is_owed_only_while_the_law_shows_and_stays_told_once_done() -> None:
    publish = law(duty("up", "decided_on", Stage("publish", THREE, "art. 1", "a")))
    assert [one.due_on for one in owed(record(), publish, START)] == [date(2026, 3, 5)]
    assert owed(record(), publish, date(2026, 6, 2), ENDED) == []
    done = owed(record(("publish", "a", date(2026, 3, 4))), publish, date(2026, 6, 2), ENDED)
    assert [one.done_on for one in done] == [date(2026, 3, 4)]
    elsewhere = owed(record(("publish", "b", date(2026, 3, 4))), publish, date(2026, 3, 4))
    assert [one.done_on for one in elsewhere] == [None]


def test_a_law_that_was_not_in_force_when_the_fact_came_asks_for_nothing() -> None:
    publish = law(duty("up", "decided_on", Stage("publish", THREE, "art. 1")), since=START + timedelta(1))
    assert owed(record(), publish, date(2026, 4, 1)) == []


def test_the_end_of_publicity_asks_to_take_down_and_repair_asks_by_its_own_duty() -> None:
    both = law(
        duty("over", "ended_on", Stage("withdraw", THREE, "art. 1")),
        duty("repaired", "repaired_on", Stage("withdraw", THREE, "art. 1")),
    )
    shown = ("publish", "a", date(2026, 3, 3))
    assert [one.duty for one in owed(record(shown), both, date(2026, 6, 2), ENDED)] == ["over"]
    repaired = Standing("ended", (Reason("repaired"),), ends_on=date(2026, 5, 31))
    found = owed(record(shown, repaired_on=date(2026, 6, 1)), both, date(2026, 6, 2), repaired)
    assert [one.duty for one in found] == ["repaired"]


def test_a_repair_that_leaves_the_record_public_asks_for_nothing_to_be_taken_down() -> None:
    down = law(duty("down", "repaired_on", Stage("withdraw", THREE, "art. 1")))
    fixed = record(("publish", "a", date(2026, 3, 3)), repaired_on=date(2026, 4, 1))
    assert owed(fixed, down, date(2026, 4, 10)) == []
    assert owed(fixed, down, date(2026, 6, 2), ENDED) == [], "the maximum ended it, two months after the repair"
    late = Standing("ended", (Reason("repaired"), Reason("repaired_too_early")), ends_on=date(2026, 6, 1))
    (found,) = owed(fixed, down, date(2026, 6, 2), late)
    assert (found.since, found.due_on) == (date(2026, 6, 2), date(2026, 6, 5))
