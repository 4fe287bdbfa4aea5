"""The state of a record equals a look at each day by itself, and changes on the day that it says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.edition.law import Law, Stretch
from scoring.edition.sections.publicity import (
    Assignment,
    AtOnce,
    PenaltyRule,
    PublicityClass,
    PublicityLaw,
    WhileUnperformed,
)
from scoring.edition.sections.terms import Match
from scoring.editions.shipped import calendar_or_weekdays
from scoring.kernel.workdays import Term
from scoring.publicity import Done, Record, Standing, publicity
from tests.builders import plain
from tests.oracle import publicity as oracle

if TYPE_CHECKING:
    from scoring.edition.model import Edition

TEXT = {"zh": "类", "en": "class"}
START = date(2026, 1, 15)
DAYS = st.integers(0, 90).map(lambda days: START + timedelta(days))
MAYBE = st.none() | DAYS
TERMS = (
    st.none()
    | st.builds(
        Term,
        st.integers(1, 40),
        st.sampled_from(["working_days", "calendar_days"]),
        st.sampled_from(["from_day", "from_next_day"]),
    )
    | st.builds(Term, st.integers(1, 2), st.just("months"), st.sampled_from(["from_day", "from_next_day"]))
)
KINDS = ("warning", "fine", "suspension")
SEVERITIES = ("minor", "serious")


def edition(law: PublicityLaw, first: date = date(2020, 1, 1), **parts: object) -> Edition:
    return plain.edition(plain.rating(), ratings={}, publicity=law, force_from=first, calendar="cn", **parts)


def classes(key: str) -> st.SearchStrategy[PublicityClass]:
    return st.builds(
        lambda published, minimum, maximum: PublicityClass(key, TEXT, "art. 1", published, (), minimum, maximum),
        st.booleans(),
        TERMS,
        TERMS,
    )


MINOR = Assignment("a", Match(severities=("minor",)), "art. 2")
FINED = Assignment("b", Match(penalty_kinds=("fine",)), "art. 2")
PENALTIES = st.builds(
    lambda published, minimum, maximum, shortened: PenaltyRule(
        ("warning",), "art. 3", published, minimum, maximum, shortened
    ),
    st.none() | st.booleans(),
    TERMS,
    TERMS,
    st.booleans(),
)
AT_ONCE = WhileUnperformed("art. 4", at_once=AtOnce("art. 5", (), ("warning", "suspension")))
LAWS = st.builds(
    lambda classes, some, penalties, starts, pending: PublicityLaw(
        decision_kinds=("penalty",),
        clause="art. 1",
        classes=classes,
        assignments=(*some, Assignment("c", Match(), "art. 2")),
        starts=starts,
        starts_clause="art. 1",
        penalty_kinds="penalty_kinds",
        penalties=tuple(penalties),
        while_unperformed=pending,
    ),
    st.tuples(*map(classes, "abc")),
    st.sampled_from([(), (MINOR,), (FINED, MINOR)]),
    st.lists(PENALTIES, max_size=1),
    st.sampled_from(["decided_on", "published_on"]),
    st.sampled_from([None, WhileUnperformed("art. 4"), WhileUnperformed("art. 4", ("fine",)), AT_ONCE]),
)
RECORDS = st.builds(
    lambda severity, kinds, performed, repaired, annulled, stated, acts: Record(
        "penalty",
        "x",
        START,
        severity,
        attributes={"penalty_kinds": ",".join(kinds)},
        performed_on=performed,
        repaired_on=repaired,
        annulled_on=annulled,
        stated_end=stated,
        acts=tuple(Done(act, "site", on) for act, on in sorted(acts, key=lambda one: one[1])),
    ),
    st.sampled_from([None, *SEVERITIES]),
    st.lists(st.sampled_from(KINDS), unique=True),
    MAYBE,
    st.none() | MAYBE,
    st.none() | MAYBE,
    st.none() | MAYBE,
    st.lists(st.tuples(st.sampled_from(["publish", "withdraw"]), DAYS), max_size=3, unique_by=lambda one: one[1]),
)


def asked(record: Record, law: Law, day: date) -> Standing:
    return publicity(record, law, day, calendar_or_weekdays)


@settings(max_examples=60, deadline=None)
@given(LAWS, RECORDS)
def test_each_day_is_as_a_look_at_it_by_itself_says(law: PublicityLaw, record: Record) -> None:
    read = edition(law)
    whole = Law((Stretch(read.force_from, None, read),))
    calendar = calendar_or_weekdays("cn")
    for offset in range(-1, 100, 7):
        day = START + timedelta(offset)
        found = asked(record, whole, day)
        is_open = oracle.open_on(record, read, day, calendar)
        assert (found.state in {"due", "public"}) == is_open, (day, found)
        if is_open and found.ends_on is not None:
            assert oracle.open_on(record, read, found.ends_on, calendar)
            assert not oracle.open_on(record, read, found.ends_on + timedelta(1), calendar)
        if found.state == "public":
            assert any(one.act == "publish" and one.on <= day for one in record.acts)


@settings(max_examples=30, deadline=None)
@given(LAWS, LAWS, st.sampled_from(["keep", "restate"]), RECORDS, st.integers(-2, 40))
def test_the_answer_is_constant_until_the_day_of_the_next_change_and_another_one_on_it(
    before: PublicityLaw, now: PublicityLaw, transition: str, record: Record, offset: int
) -> None:
    old, turn = edition(before), START + timedelta(20)
    new = edition(now, turn, id="new", transition=transition)
    law = Law((Stretch(old.force_from, turn, old), Stretch(turn, None, new)))
    day = START + timedelta(offset)
    found = asked(record, law, day)
    last = found.next_change_on or day + timedelta(100)
    plainly = found._replace(next_change_on=None)
    while (day := day + timedelta(1)) < last:
        assert asked(record, law, day)._replace(next_change_on=None) == plainly, day
    if found.next_change_on is not None:
        assert asked(record, law, last)._replace(next_change_on=None) != plainly


def test_a_record_is_read_by_the_law_of_its_day_unless_the_law_of_today_restates() -> None:
    law = PublicityLaw(
        ("penalty",), "art. 1", (PublicityClass("a", TEXT, "art. 1", maximum=Term(1, "months", "from_day")),),
        (Assignment("a", Match(), "art. 1"),), "decided_on", "art. 1", "penalty_kinds",
    )  # fmt: skip
    old, new = edition(law, id="old"), edition(law, START + timedelta(10), id="new", earlier_events="ignore")
    kept = Law((Stretch(old.force_from, new.force_from, old), Stretch(new.force_from, None, new)))
    record = Record("penalty", "x", START)
    assert asked(record, kept, START + timedelta(20)).edition == "old"
    restating = edition(law, new.force_from, id="restating", transition="restate")
    turned = Law((kept.stretches[0], Stretch(new.force_from, None, restating)))
    assert asked(record, turned, START + timedelta(9)).edition == "old"
    assert asked(record, turned, START + timedelta(10)).edition == "restating"
    alone = Law((Stretch(new.force_from, None, new),))
    assert asked(record, alone, START).reasons[0].code == "before_law"
    assert asked(record, Law(()), START).reasons[0].code == "no_law"
    assert asked(record, kept, START - timedelta(1)).reasons[0].code == "not_yet_decided"
    assert asked(record._replace(final=False), kept, START).reasons[0].code == "not_final"
    assert asked(record._replace(deleted_on=START), kept, START).reasons[0].code == "deleted"


def test_what_is_suspended_while_it_is_disputed_is_not_shown_and_keeps_its_periods() -> None:
    law = PublicityLaw(
        ("penalty",), "art. 1", (PublicityClass("a", TEXT, "art. 1", maximum=Term(1, "months", "from_day")),),
        (Assignment("a", Match(), "art. 1"),), "decided_on", "art. 1", "penalty_kinds",
    )  # fmt: skip
    known = Law((Stretch(START, None, edition(law)),))
    record = Record("penalty", "x", START, suspended_on=START + timedelta(5))
    before, after = asked(record, known, START + timedelta(4)), asked(record, known, START + timedelta(5))
    assert (before.state, before.next_change_on) == ("due", START + timedelta(5))
    assert (after.state, after.reasons[0].code, after.ends_on) == ("withdrawn", "suspended", None)
    assert (after.record_class, after.latest_end) == (before.record_class, before.latest_end)
