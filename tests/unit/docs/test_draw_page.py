"""The page of the draw protocol says what the verifier does."""

import re

from scoring.sampling.language import DEEPEST
from scoring.sampling.options import OPTIONS
from scoring.sampling.shapes.files import COLUMNS
from scoring.sampling.shapes.followed import KINDS
from scoring.sampling.verify import CODES
from scoring.sampling.verify.log import REASONS
from scoring.sampling.verify.register import VOID_REASONS
from tests.tidy.tree import ROOT, read

PAGE = read(ROOT / "docs" / "draw-protocol.md")


def test_every_check_is_in_the_table_of_the_page_and_no_other() -> None:
    table = PAGE.split("## 9.")[1].split("## 10.")[0]
    rows = [line for line in table.splitlines() if re.match(r"\| [A-Z]-", line)]
    assert {code for row in rows for code in re.findall(r"\b[A-Z]-[A-Z]+\b", row.split("|")[1])} == set(CODES)


def test_every_option_is_on_the_page() -> None:
    for name in (*OPTIONS, "strict", "lang"):
        assert f"[--{name}" in PAGE


def test_the_refused_characters_and_limits_are_on_the_page() -> None:
    for said in ("U+200B–200F", "U+2028–202E", "U+2060–206F", "U+FFF9–FFFB", f"Depth ≤ {DEEPEST}"):
        assert said in PAGE


def test_lists_kinds_and_reasons_are_on_the_page() -> None:
    transcript = next(line for line in PAGE.splitlines() if line.startswith("**transcript**"))
    for name in COLUMNS:
        assert name in transcript
    for word in {*KINDS, *VOID_REASONS, *(reason for reasons in REASONS.values() for reason in reasons)}:
        assert word in PAGE
