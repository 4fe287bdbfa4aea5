"""Templates of notices, and notices as PDF."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from service.notices.written.breaking import broken, setting
from service.notices.written.printing import printed
from service.notices.written.vocabulary import notice_kinds
from service.notices.written.writing import Heading, written
from service.platform import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADING = Heading("N-1", "own:1", "示例 <影院> & 某", "示例机关", "2026-06-01", "00ff")
FORMS: Mapping[str, object] = {"text": "某{{事", "day": "2026-05-06", "texts": ["甲 (一) \\ 乙", "B"]}
DAYS: Mapping[str, Mapping[str, str]] = {"zh": {"2026-05-06": "2026年5月6日", "2026-06-01": "2026年6月1日"}, "en": {}}
LAW = {
    "repair": {
        "title": "办法",
        "conditions": ["已经履行（第一条）"],
        "materials": ["申请表（第二条）"],
        "decide": None,
    },
    "objection": {"title": "条例", "decide": "在 5 个工作日内作出决定。", "suspends": False, "materials": []},
    "remedies": ["可以申请行政复议"],
}
LONG = [f"第 {turn} 项：接纳未成年人进入“营业场所”（某条），扣 {turn}.50 分 (café)。" * 2 for turn in range(15)]
NO_LAW = {"repair": None, "objection": None, "remedies": []}
SET = re.compile(rb"/(F[0-9]+) [0-9.]+ Tf|\(((?:\\.|[^\\()])*)\) Tj", re.DOTALL)
LATIN = re.compile(rb"/BaseFont /(?:Helvetica|Times-Roman) [^>]*?/Name /(F[0-9]+)")
ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
SHORT = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def shown(pdf: bytes, foot: str) -> str:
    """What the pages show without blanks, in the order in which it is set; ``foot``: what stands at each foot."""

    def plain(found: re.Match[bytes]) -> bytes:
        said = found[1]
        return bytes([int(said, 8)]) if len(said) == 3 else SHORT.get(said, said)

    latin, typeface, pieces = set(LATIN.findall(pdf)), b"", []
    for named, said in SET.findall(pdf):
        typeface = named or typeface
        if not named:
            pieces.append(ESCAPED.sub(plain, said).decode("cp1252" if typeface in latin else "utf-16-be"))
    pages = sum(one == foot for one in pieces)
    feet = {foot, *(f"{page} / {pages}" for page in range(1, pages + 1))}
    assert pages == int(re.findall(rb"/Count (\d+)", pdf)[0])
    return "".join("".join(one for one in pieces if one not in feet).split())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", sorted(notice_kinds()))
def test_every_kind_is_written_with_everything_and_with_the_least(code: str, lang: str) -> None:
    kind = notice_kinds()[code]
    whole = {name: FORMS[form.removesuffix("?")] for name, form in kind.facts.items()}
    least = {name: None if form.endswith("?") else whole[name] for name, form in kind.facts.items()}
    for facts, law in ((whole, LAW), (least, NO_LAW)):
        told = written(code, lang, HEADING, facts, law)
        assert told.splitlines()[0] == kind.names[lang] or lang == "en"
        for said in (HEADING.number, HEADING.name, HEADING.check_code, HEADING.authority):
            assert said in told
        assert "None" not in told
        assert "\n\n\n" not in told
        wanted = [one for one in facts.values() if isinstance(one, str) and facts is least]
        assert all(DAYS[lang].get(one, one) in told for one in [*wanted, HEADING.made_on])
    assert "某{{事" in written(code, lang, HEADING, whole, LAW) or "text" not in kind.facts.values()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", sorted(notice_kinds()))
def test_the_pages_show_the_text_and_nothing_else(code: str, lang: str) -> None:
    kind = notice_kinds()[code]
    facts = {name: FORMS[form.removesuffix("?")] for name, form in kind.facts.items()}
    facts |= {name: LONG for name, form in kind.facts.items() if form == "texts"}
    told = written(code, lang, HEADING, facts, LAW)
    pdf = printed(told, number="N-1", digest="ab" * 32)
    assert shown(pdf, "N-1   SHA-256 " + "ab" * 32) == "".join(told.split())
    assert pdf == printed(told, number="N-1", digest="ab" * 32)
    assert b"/STSong-Light" in pdf
    assert b"/FontFile" not in pdf


@given(
    text=st.text(st.sampled_from("书复议，。（）“”·:;%[] ab1é-—"), max_size=120) | st.text(max_size=60),
    width=st.integers(60, 400),
)
def test_lines_are_no_wider_than_the_page_and_lose_nothing(text: str, width: int) -> None:
    assume(not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in text))
    look = setting(text, 11)
    lines = broken(text, width, look)
    assert "".join("".join(lines).split()) == "".join(text.split()), "but for blanks, of whatever kind"
    assert all(look.width(line) <= width for line in lines)


def test_a_line_begins_with_no_mark_that_closes_and_ends_with_none_that_opens() -> None:
    look = setting("书", 10)
    assert broken("甲乙丙丁，戊己", 40, look) == ["甲乙丙", "丁，戊己"]
    assert broken("甲乙丙（丁戊）", 40, look) == ["甲乙丙", "（丁戊）"]
    assert broken("罚款 5,000.00 元", 50, look) == ["罚款", "5,000.00 元"]
    assert broken("", 40, look) == [""]
