"""An identity number is found wherever it stands, in any file and encoding, and nothing else is taken for one."""

from __future__ import annotations

from datetime import date, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.platform import (
    Problem,
    holds_identity_number,
    identity_numbers_at,
    refusing_identity_numbers,
    without_identity_numbers,
)
from service.platform.identity_numbers import may_hold_identity_number

WEIGHTS = [2**place % 11 for place in range(17, 0, -1)]
MARKS = "10X98765432"
KNOWN = "11010519491231002X"  # the example of GB 11643-1999
OLDEST, YOUNGEST = date(1900, 1, 1), date(2010, 12, 31)


def number(region: int, born: date, order: int) -> str:
    """A number as GB 11643-1999 makes it, told anew from the standard."""
    body = f"{region:06}{born:%Y%m%d}{order:03}"
    return body + MARKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


numbers = st.builds(number, st.integers(110_000, 659_999), st.dates(OLDEST, YOUNGEST), st.integers(0, 999))
around = st.text(st.characters(exclude_categories=["Cs", "L", "N"]), max_size=9)


@given(number=numbers, before=around, after=around)
def test_one_is_found_in_any_text_and_taken_out(number: str, before: str, after: str) -> None:
    said = f"当事人张三,{before}{number}{after}。"
    assert holds_identity_number(said)
    assert number not in without_identity_numbers(said)
    assert may_hold_identity_number(orjson.dumps({"text": said}))
    assert list(identity_numbers_at({"a/b": [{"text": said}, 1]})) == ["/a~1b/0/text"]


def test_the_example_of_the_standard_is_one() -> None:
    assert number(110105, date(1949, 12, 31), 2) == KNOWN
    assert holds_identity_number(KNOWN.lower())


@pytest.mark.parametrize(
    "written",
    [
        "110105 19491231 002X",
        "110105\u300019491231\u3000002X",
        "110105-19491231-002x",
        "１１０１０５１９４９１２３１００２X",
        "own:11010519491231002X",
    ],
)
def test_ways_in_which_people_write_it(written: str) -> None:
    assert holds_identity_number(written)
    assert may_hold_identity_number(orjson.dumps(written))


def test_digits_that_are_escaped_are_digits() -> None:
    raw = b'{"a": "' + b"".join(b"\\u%04x" % ord(digit) for digit in KNOWN) + b'"}'
    assert may_hold_identity_number(raw)
    assert list(identity_numbers_at(orjson.loads(raw))) == ["/a"]


@pytest.mark.parametrize(
    "said",
    [
        "110105194912310021",  # another check character
        "110105194913310022",  # no month
        f"AJ{KNOWN}",  # a letter right before it: somebody says that it is none
        f"{KNOWN}0",
        f"0{KNOWN}",
        "91110105MA01ABCDXY",
        "2026-06-01T04:00:00Z",
        "",
    ],
)
def test_what_is_none(said: str) -> None:
    assert not holds_identity_number(said)


@given(days=st.integers(0, 13 * 365), order=st.integers(0, 999))
def test_numbers_of_cases_of_the_last_years_are_none(days: int, order: int) -> None:
    assert not holds_identity_number(number(330106, date.today() - timedelta(days), order))  # noqa: DTZ011 - as the program has it


def test_a_number_in_a_name_or_as_a_number_is_told_where_it_is_without_being_told() -> None:
    told = list(identity_numbers_at({"a": {KNOWN: 1}, "b": 110101199003070038}))
    assert sorted(told) == ["/a", "/b"]


def test_however_deep_it_lies() -> None:
    deep = orjson.loads(b"[" * 900 + b'"' + KNOWN.encode() + b'"' + b"]" * 900)
    assert list(identity_numbers_at(deep)) == ["/0" * 900]


def through(content: bytes, cuts: list[int]) -> int:
    """The line for which a file is refused when it comes in these pieces; 0 where it is not."""
    ends = [*sorted(min(cut, len(content)) for cut in cuts), len(content)]
    blocks = [content[start:end] for start, end in zip([0, *ends], ends, strict=False) if end > start]
    refusing = refusing_identity_numbers(iter(blocks), lambda row: Problem("identity_number_in_file", row=row))
    try:
        assert b"".join(refusing) == content
    except Problem as problem:
        row: int = problem.params["row"]
        return row
    return 0


@given(
    number=numbers,
    lines=st.lists(st.text("门店,罚款 0123456789", max_size=20), max_size=8),
    cuts=st.lists(st.integers(0, 300), max_size=5),
    encoding=st.sampled_from(["utf-8", "gb18030"]),
)
def test_a_file_is_refused_for_the_same_line_however_it_comes(
    number: str, lines: list[str], cuts: list[int], encoding: str
) -> None:
    clean = "\n".join([*lines, ""]).encode(encoding)
    assert through(clean, cuts) == 0 == through(clean + f"0{number},1".encode(), cuts)
    assert through(clean + f",{number}".encode(), cuts) == len(lines) + 1
    assert through(clean + f",{number},\n末行".encode(encoding), cuts) == len(lines) + 1
