"""Every example of docs/calendars.md is what the code answers."""

import re
from contextlib import redirect_stdout
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from scoring.editions.shipped import calendar, calendar_tables
from scoring.kernel.calendar_table import calendar_of, read_table
from scoring.kernel.workdays import Term, last_day

PAGE = (Path(__file__).parents[2] / "docs" / "calendars.md").read_text(encoding="utf-8")
DAY = r"\d{4}-\d\d-\d\d"
EXAMPLES = re.findall(
    rf"^\| ({DAY}) \| (\d+) (\w+) \| (\w+) \| (yes|no) \| ({DAY})( \(provisional\))? \|", PAGE, re.MULTILINE
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def test_every_row_of_the_page_is_an_example() -> None:
    rows = re.findall(r"^\| \d.*$", PAGE, re.MULTILINE)
    assert len(rows) == len(EXAMPLES) >= 12


@pytest.mark.parametrize("example", EXAMPLES, ids=" ".join)
def test_an_example_ends_on_the_day_that_the_page_says(example: tuple[str, ...]) -> None:
    start, number, unit, counting, acts, end, provisional = example
    term = Term(int(number), unit, counting)  # type: ignore[arg-type]
    found = last_day(term, date.fromisoformat(start), calendar("cn"), to_act=acts == "yes")
    assert found == (date.fromisoformat(end), bool(provisional))


def test_a_reason_that_names_a_weekday_of_the_last_day_names_the_right_one() -> None:
    told = re.findall(rf"({DAY}) \| (?:a|the same) (\w+day)\b", PAGE)
    assert len(told) == 3
    assert [WEEKDAYS[date.fromisoformat(day).weekday()] for day, _ in told] == [name for _, name in told]


def test_the_table_of_a_province_reads_and_adds_its_days() -> None:
    (text,) = re.findall(r"^```toml table\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    hills = calendar_of("cn-hills", (*calendar_tables(), read_table(text)))
    assert hills.years == {2026}
    assert not hills.is_working_day(date(2026, 4, 20)).working
    assert hills.is_working_day(date(2026, 4, 25)).working
    assert not hills.is_working_day(date(2026, 10, 1)).working


def test_the_program_of_the_page_prints_what_its_comments_say() -> None:
    (text,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    told = StringIO()
    with redirect_stdout(told):
        exec(compile(text, "docs/calendars.md", "exec"), {})  # noqa: S102 - the page's own example is what is tested
    assert told.getvalue().split() == re.findall(r"# (\S+)$", text, re.MULTILINE)


def test_the_page_names_the_years_and_decembers_that_the_tables_hold() -> None:
    tables = [table for table in calendar_tables() if table.jurisdiction == "cn"]
    assert f"{tables[0].year} to {tables[-1].year} for mainland China" in PAGE
    moved = [table.year for table in tables if any(day.year < table.year for day in (*table.off, *table.work))]
    (listed,) = re.findall(r"last days of December \(it did for ([^)]*)\)", PAGE)
    assert [int(year) for year in re.findall(r"\d{4}", listed)] == [year for year in moved if year != tables[0].year]
