"""Templates of notices, and notices as PDF."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from service.notices.written.printing import printed
from service.notices.written.vocabulary import notice_kinds
from service.notices.written.writing import Heading, written
from service.platform import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADING = Heading("N-1", "own:1", "示例 <影院> & 某", "示例机关", "2026-06-01", "00ff")
FORMS: Mapping[str, object] = {"text": "某{{事", "day": "2026-05-06", "texts": ["甲 (一) \\ 乙", "B"]}
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
NO_LAW = {"repair": None, "objection": None, "remedies": []}
SHOWN = re.compile(rb"\(((?:\\.|[^\\()])*)\) Tj", re.DOTALL)
ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
SHORT = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def shown(pdf: bytes) -> str:
    """What the pages show, in the order in which it is set."""

    def plain(found: re.Match[bytes]) -> bytes:
        said = found[1]
        return bytes([int(said, 8)]) if len(said) == 3 else SHORT.get(said, said)

    return "".join(ESCAPED.sub(plain, one).decode("utf-16-be") for one in SHOWN.findall(pdf))


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
        assert all(str(one) in told for one in facts.values() if isinstance(one, str) and facts is least)
    assert "某{{事" in written(code, lang, HEADING, whole, LAW) or "text" not in kind.facts.values()


@pytest.mark.parametrize("code", sorted(notice_kinds()))
def test_a_page_shows_the_text_and_its_digest(code: str) -> None:
    kind = notice_kinds()[code]
    facts = {name: FORMS[form.removesuffix("?")] for name, form in kind.facts.items()}
    told = written(code, "zh", HEADING, facts, LAW)
    found = shown(printed(told, number="N-1", digest="ab" * 32)).replace(" ", "")
    for line in told.splitlines():
        assert line.removeprefix("· ").replace(" ", "") in found
    assert "ab" * 32 in found


def test_a_long_notice_has_more_pages_and_equal_bytes() -> None:
    told = "标题\n" + "· 一行很长的文字，" * 20 + "\n" + "一行\n" * 200
    pdf = printed(told, number="N-1", digest="00")
    assert pdf == printed(told, number="N-1", digest="00")
    assert int(re.findall(rb"/Count (\d+)", pdf)[0]) > 2
    assert b"/STSong-Light" in pdf
    assert b"/FontFile" not in pdf
