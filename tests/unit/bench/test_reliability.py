"""Each run writes its own section of the page and leaves the others; the page has the sections that runs write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.harness.reliability import PAGE, save_section

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = "# R\n<!-- drill -->\nold\n<!-- end of drill -->\nwords\n<!-- load -->\nolder\n<!-- end of load -->\n"


def test_a_section_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    page = tmp_path / "reliability.md"
    page.write_text(BEFORE, "utf-8")
    save_section("drill", r"accepted 5, lost 0 \1", page)
    text = page.read_text("utf-8")
    assert r"accepted 5, lost 0 \1" in text
    assert "old\n<!-- end of drill" not in text
    assert "words\n<!-- load -->\nolder\n<!-- end of load -->" in text


def test_a_section_that_the_page_has_not_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "reliability.md"
    page.write_text(BEFORE, "utf-8")
    with pytest.raises(LookupError, match="fuzz"):
        save_section("fuzz", "none", page)


@pytest.mark.parametrize("name", ["drill", "drill-long", "load", "hosts", "fuzz", "rehearsal"])
def test_the_page_has_a_section_of_each_run(name: str) -> None:
    text = PAGE.read_text("utf-8")
    assert text.index(f"<!-- {name} -->\n") < text.index(f"<!-- end of {name} -->")
