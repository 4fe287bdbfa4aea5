"""Which editions speak of a kind in a place on a day: never two at once, the closest first."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.edition.model import Edition
from service.editions import Shelf
from service.editions.selection import Force, chain_for, kinds_of, law_of, scopes_of
from tests.builders import plain

BEIJING, CHAOYANG = "110000", "110105"


def edition(name: str, first: int, end: int | None = None, **parts: object) -> Edition:
    """An edition of one rulebook, in force from the first day of a year to that of another."""
    until = None if end is None else date(end, 1, 1)
    return plain.edition(plain.rating(), id=name, rulebook="r", force_from=date(first, 1, 1), force_to=until, **parts)


def chosen(editions: list[Edition], as_of: int, *, kind: str = "cinema", region: str = CHAOYANG) -> list[str]:
    forces = [Force(scope, held, one) for one in editions for scope in scopes_of(one) for held in kinds_of(one)]
    chain = chain_for(forces, kind=kind, region=region, as_of=date(as_of, 6, 1))
    position = chain.index_on(date(as_of, 6, 1))
    assert position is None or chain.editions[position].force_from.year <= as_of
    return [one.id for one in chain.editions]


EVERYWHERE = edition("everywhere", 2020)
CITY = edition("city", 2022, 2025, regions=(BEIJING,))
DISTRICT = edition("district", 2023, 2024, regions=(CHAOYANG,))


@pytest.mark.parametrize(
    ("as_of", "region", "first"),
    [
        (2021, CHAOYANG, "everywhere"),
        (2022, CHAOYANG, "city"),
        (2023, CHAOYANG, "district"),
        (2023, "110101", "city"),
        (2023, "320000", "everywhere"),
        (2024, CHAOYANG, "city"),
        (2025, CHAOYANG, "everywhere"),
    ],
)
def test_the_edition_of_the_most_specific_region_is_in_force_alone(as_of: int, region: str, first: str) -> None:
    assert chosen([EVERYWHERE, CITY, DISTRICT], as_of, region=region) == [first]


def test_an_edition_that_names_the_kind_goes_before_one_that_names_the_region() -> None:
    named = edition("named", 2020, kinds=("cinema",))
    assert chosen([CITY, named], 2023) == ["named"]
    assert chosen([CITY, named], 2023, kind="net_cafe") == ["city"]


def test_editions_of_another_scope_stay_where_they_were_in_force_before() -> None:
    """A rulebook that first held everywhere and then for one region: its older decisions are read as they were."""
    before, after = edition("before", 2018, 2020), edition("after", 2020, regions=(BEIJING,))
    assert chosen([before, after], 2023) == ["before", "after"]
    assert chosen([before, after], 2023, region="320000") == ["before"]


def test_an_edition_that_is_tried_ends_its_predecessor_also_where_it_says_nothing() -> None:
    before = edition("before", 2018, kinds=("cinema", "net_cafe"), regions=(BEIJING,))
    after = edition("after", 2023, kinds=("cinema",), regions=(CHAOYANG,), predecessor="before")
    now = Shelf([Force(scope, kind, before) for scope in scopes_of(before) for kind in kinds_of(before)])
    tried = now.trying(after)

    def law(kind: str, region: str, day: date) -> str | None:
        chain = tried.chain(kind=kind, region=region, as_of=day)
        position = chain.index_on(day)
        return None if position is None else chain.editions[position].id

    first = date(2023, 1, 1)
    assert law("cinema", CHAOYANG, first) == "after"
    assert [law(kind, region, first) for kind, region in (("net_cafe", CHAOYANG), ("cinema", "110101"))] == [None] * 2
    assert law("net_cafe", CHAOYANG, date(2022, 12, 31)) == "before"


def test_where_none_is_in_force_the_closest_is_told() -> None:
    assert chosen([CITY, DISTRICT], 2030) == ["district"]


def test_each_matter_has_its_own_law_and_rulebooks_follow_one_another_day_by_day() -> None:
    """Beijing's article on publicity stands beside the national rules on repair, and before those on publicity."""
    national = [Force("*", "*", EVERYWHERE, matter) for matter in ("repair", "publicity")]
    forces = [*national, Force(f"region:{BEIJING}", "*", CITY, "publicity")]
    law = law_of(forces, matter="publicity", kinds=("cinema", "net_cafe"), region=CHAOYANG)
    assert [(one.start.year, one.end and one.end.year, one.edition.id) for one in law.stretches] == [
        (2020, 2022, "everywhere"),
        (2022, 2025, "city"),
        (2025, None, "everywhere"),
    ]
    assert law.on(date(2019, 12, 31)) is None
    assert law.reading(date(2019, 12, 31)) is EVERYWHERE
    assert law.reading(date(2023, 1, 1)) is CITY
    assert law.next_start(date(2022, 1, 1)) == date(2025, 1, 1)
    assert law.next_start(date(2025, 1, 1)) is None
    repairs = law_of(forces, matter="repair", kinds=(), region=CHAOYANG)
    assert repairs.on(date(2023, 1, 1)) is EVERYWHERE
    assert law_of(forces, matter="objection", kinds=(), region=CHAOYANG).reading(date(2023, 1, 1)) is None


def test_a_law_with_a_gap_reads_what_falls_into_it_by_the_edition_before() -> None:
    early, late = edition("early", 2020, 2021), edition("late", 2023)
    law = law_of([Force("*", "*", one, "publicity") for one in (late, early)], matter="publicity", kinds=(), region="1")
    assert law.on(date(2022, 1, 1)) is None
    assert law.reading(date(2022, 1, 1)) is early
    assert law.next_start(date(2020, 6, 1)) == date(2021, 1, 1)


SPANS = st.tuples(st.integers(2000, 2010), st.integers(1, 5), st.booleans())
PLACES = st.sampled_from([(), (BEIJING,), (CHAOYANG,), (BEIJING, CHAOYANG)])
KINDS = st.sampled_from([(), ("cinema",), ("cinema", "net_cafe")])


@given(st.lists(st.tuples(SPANS, PLACES, KINDS), max_size=6), st.integers(1999, 2016))
def test_a_chain_never_holds_two_at_once_and_has_the_closest_of_the_day(
    drawn: list[tuple[tuple[int, int, bool], tuple[str, ...], tuple[str, ...]]], as_of: int
) -> None:
    editions = [
        edition(f"e{number}", first, None if open_ended else first + years, regions=regions, kinds=kinds)
        for number, ((first, years, open_ended), regions, kinds) in enumerate(drawn)
    ]
    forces = [Force(scope, held, one) for one in editions for scope in scopes_of(one) for held in kinds_of(one)]
    chain = chain_for(forces, kind="cinema", region=CHAOYANG, as_of=date(as_of, 6, 1)).editions
    assert bool(chain) == bool(editions)
    for earlier, later in pairwise(chain):
        assert earlier.force_to is not None
        assert earlier.force_from < earlier.force_to <= later.force_from

    def near(one: Edition) -> tuple[bool, int]:
        return bool(one.kinds), max((len(region.rstrip("0")) for region in one.regions), default=0)

    def held(one: Edition) -> bool:
        return one.force_from.year <= as_of and (one.force_to is None or as_of < one.force_to.year)

    in_force = [one for one in editions if held(one)]
    law = law_of(forces, matter="rating", kinds=("cinema",), region=CHAOYANG)
    assert law.on(date(as_of, 6, 1)) is next((one for one in chain if held(one)), None)
    assert not in_force or near(next(one for one in chain if held(one))) == max(map(near, in_force))
