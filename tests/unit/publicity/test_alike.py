"""Records that look alike to the law share one reading, which is the one that each would have by itself."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files
from itertools import product
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.edition import parse
from scoring.editions.shipped import calendar_or_weekdays
from scoring.publicity import Done, Record, duties, publicity, standing_on
from service.editions import Shelf
from service.editions.selection import Force, kinds_of, scopes_of
from service.publicity import alike
from service.publicity.alike import Readings, attributes_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from scoring.publicity import Standing

LAW = ("ndrc-58", "ndrc-36", "samr-45", "bj-credit-2024")
START = date(2026, 3, 2)
DAYS = st.sampled_from([START + timedelta(days) for days in (0, 30, 200, 380)])
MAYBE = st.none() | DAYS
ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "penalty_kinds": st.sampled_from(["fine", "warning", "warning fine", "suspension"]),
        "procedure": st.sampled_from(["summary", "ordinary"]),
        "field": st.sampled_from(["food", "fire"]),
        "area": st.sampled_from(["100", "2000"]),
    },
)
RECORDS = st.builds(
    Record,
    st.sampled_from(["penalty", "list_entry", "court_outcome"]),
    st.sampled_from(["penalty_fine", "penalty_warning"]),
    DAYS,
    st.sampled_from([None, "minor", "general", "serious"]),
    attributes=ATTRIBUTES,
    performed_on=MAYBE,
    repaired_on=st.none() | MAYBE,
    annulled_on=st.none() | MAYBE,
    stated_end=st.none() | MAYBE,
    suspended_on=st.none() | MAYBE,
    acts=st.sampled_from([(), (Done("publish", "site", START + timedelta(31)),)]),
)
PLACES = st.tuples(st.sampled_from([("cinema",), ("registered_trader",)]), st.sampled_from(["110101", "310101"]))


def shelf() -> Shelf:
    forces = []
    for name in LAW:
        edition = parse(files("scoring.editions").joinpath(f"{name}.toml").read_text(encoding="utf-8"))
        for matter in ("publicity", "deadlines"):
            if getattr(edition, matter) is not None:
                named = product(scopes_of(edition), kinds_of(edition))
                forces += [Force(scope, kind, edition, matter) for scope, kind in named]
    return Shelf(forces)


SHELF = shelf()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(RECORDS, PLACES, DAYS), min_size=1, max_size=25), st.sampled_from([publicity, standing_on]))
def test_a_shared_reading_is_that_of_the_record_by_itself(
    asked: list[tuple[Record, tuple[tuple[str, ...], str], date]], read: Callable[..., Standing]
) -> None:
    readings = Readings(ahead=read is publicity).under(SHELF)
    for record, (kinds, region), day in asked:
        found = readings.of(record, kinds=kinds, region=region, day=day)
        shown, owed = (SHELF.law(matter=matter, kinds=kinds, region=region) for matter in ("publicity", "deadlines"))
        standing = read(record, shown, day, calendar_or_weekdays)
        assert found.standing == standing
        assert found.due == duties(record, standing, owed, day, calendar_or_weekdays)
        assert (found.edition and found.edition.id) == standing.edition


def test_what_no_law_looks_at_makes_no_difference() -> None:
    readings = Readings().under(SHELF)
    place = {"kinds": ("cinema",), "region": "110101", "day": START}
    one = Record("penalty", "penalty_fine", START, "general", attributes={"area": "100"})
    same = readings.of(one, **place)  # type: ignore[arg-type] # by name
    assert readings.of(one._replace(attributes={"area": "2000"}), **place) is same  # type: ignore[arg-type] # by name
    other = one._replace(attributes={"procedure": "summary"})
    assert readings.of(other, **place) is not same  # type: ignore[arg-type] # by name
    law = SHELF.law(matter="publicity", kinds=("cinema",), region="110101")
    assert {"procedure", "secret", "penalty_kinds"} <= set(attributes_of(law))
    assert readings.under(shelf()).of(one, **place) is not same  # type: ignore[arg-type] # by name


def test_only_so_many_readings_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike, "REMEMBERED", 10)
    readings = Readings().under(SHELF)
    for number in range(15):
        record = Record("penalty", f"code_{number}", START, final=False)
        readings.of(record, kinds=("cinema",), region="110101", day=START)
    assert len(readings._known) == 5  # noqa: SLF001 - how much memory is held
