"""Tables of days off are read strictly; a province adds its own days to the country's."""

from __future__ import annotations

import re
from datetime import date

import pytest

from scoring.editions.shipped import calendar, calendar_tables
from scoring.kernel.calendar_table import calendar_of, read_table
from scoring.kernel.errors import LawError

COUNTRY = """
jurisdiction = "land"
year = 2030

[[notice]]
number = "1"
source = "gazette"
verified = true

[[holiday]]
name = "新年"
off = [2030-01-01, 2030-01-02]
work = [2029-12-30, 2030-01-05]
"""
PROVINCE = (
    COUNTRY.replace('"land"', '"land-hills"\nextends = "land"')
    .replace("新年", "歌节")
    .replace("2030-01-01, 2030-01-02", "2030-01-05, 2030-04-05")
    .replace("2029-12-30, 2030-01-05", "2030-01-02")
)
NEXT_YEAR = (
    COUNTRY.replace("2030", "2031").replace("2029", "2030").replace("2030-12-30, 2031-01-05", "2030-12-29, 2031-01-05")
)


def test_a_province_has_the_last_word_and_the_country_the_rest() -> None:
    hills = calendar_of("land-hills", [read_table(COUNTRY), read_table(PROVINCE)])
    assert {day: hills.is_working_day(day).working for day in (*hills.holidays, *hills.make_up)} == {
        date(2030, 1, 1): False,  # the country's
        date(2030, 4, 5): False,  # the province's own Friday
        date(2030, 1, 5): False,  # a make-up day of the country that the province gives off
        date(2030, 1, 2): True,  # a day off of the country that the province works
        date(2029, 12, 30): True,
    }
    assert hills.holidays[date(2030, 4, 5)] == "歌节"


def test_a_year_is_settled_where_the_country_and_the_province_are() -> None:
    tables = [read_table(COUNTRY), read_table(NEXT_YEAR), read_table(PROVINCE)]
    assert calendar_of("land", tables).years == {2030, 2031}
    assert calendar_of("land-hills", tables).years == {2030}
    assert calendar_of("land", tables).holidays.keys() == {
        date(year, 1, day) for year in (2030, 2031) for day in (1, 2)
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("year = 2030", "year = "),
        ("year = 2030", 'year = "2030"'),
        ("year = 2030", "year = 2030\nzone = 1"),
        ('jurisdiction = "land"', ""),
        ("verified = true", ""),
        ('name = "新年"', 'name = "新年"\nnote = "x"'),
        ('jurisdiction = "land"', "jurisdiction = 5"),
        ('jurisdiction = "land"', 'jurisdiction = "land"\nextends = 5'),
        ("year = 2030", "year = true"),
        ("verified = true", 'verified = "no"'),
        ('number = "1"', "number = 1"),
        ('name = "新年"', "name = 7"),
        ("2030-01-01, 2030-01-02", '"2030-01-01"'),
        ("2030-01-01, 2030-01-02", "2030-01-01T00:00:00"),
        ("2030-01-01, 2030-01-02", "2031-01-01"),
        ("2030-01-01, 2030-01-02", "2029-11-30"),
        ("off = [2030-01-01, 2030-01-02]", "off = 2030-01-01"),
    ],
)
def test_a_wrong_table_is_refused(old: str, new: str) -> None:
    assert old in COUNTRY
    with pytest.raises(LawError) as caught:
        read_table(COUNTRY.replace(old, new))
    assert caught.value.code == "calendar_malformed"
    assert caught.value.zh
    assert caught.value.en


@pytest.mark.parametrize("text", ["a = " + "[" * 5_000, ".".join("a" * 5_000) + " = 1", "a = " + "9" * 5_000, "a"])
def test_what_is_no_table_is_refused_however_it_is_none(text: str) -> None:
    with pytest.raises(LawError, match="calendar_malformed"):
        read_table(text)


@pytest.mark.parametrize("off", ["2030-01-01, 2030-01-01", "2030-01-05"])
def test_a_day_that_stands_twice_is_told_by_name(off: str) -> None:
    with pytest.raises(LawError) as caught:
        read_table(COUNTRY.replace("2030-01-01, 2030-01-02", off))
    assert caught.value.code == "calendar_duplicate"
    assert all(off[:10] in text for text in (caught.value.zh, caught.value.en))


def test_a_year_has_one_table_and_none_between_lacks() -> None:
    first, second = read_table(COUNTRY), read_table(NEXT_YEAR)
    with pytest.raises(LawError, match="calendar_duplicate") as twice:
        calendar_of("land", [first, second, first])
    later = read_table(NEXT_YEAR.replace("2031", "2032").replace("2030", "2031"))
    with pytest.raises(LawError, match="calendar_gap") as gap:
        calendar_of("land", [first, later])
    assert [("2030" in one.value.en, "2031" in one.value.zh) for one in (twice, gap)] == [(True, False), (False, True)]
    assert calendar_of("land", [later, first, second]).years == {2030, 2031, 2032}


def test_tables_that_contradict_each_other_make_no_calendar() -> None:
    first = read_table(COUNTRY)
    for tables in (
        [first, read_table(NEXT_YEAR.replace("year =", 'extends = "x"\nyear ='))],
        [read_table(COUNTRY.replace("year =", 'extends = "land-hills"\nyear =')), read_table(PROVINCE)],
    ):
        with pytest.raises(LawError, match="calendar_malformed"):
            calendar_of("land", tables)


def test_an_unknown_jurisdiction_is_told_so() -> None:
    with pytest.raises(LawError) as caught:
        calendar("atlantis")
    assert caught.value.code == "calendar_unknown"
    assert "atlantis" in caught.value.zh


def test_the_shipped_tables_are_sound() -> None:
    tables = calendar_tables()
    assert [table.year for table in tables if table.jurisdiction == "cn"] == list(range(2007, 2027))
    for table in tables:
        assert table.notices
        assert all(re.fullmatch(r"国(办)?发明电〔20\d\d〕\d+号", notice.number) for notice in table.notices)
        assert all(notice.source.startswith(("http://www.gov.cn/", "https://www.gov.cn/")) for notice in table.notices)
        assert all(day.weekday() >= 5 for day in table.work), table.year
