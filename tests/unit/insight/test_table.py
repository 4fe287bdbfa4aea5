"""The table of statistics says everything in both languages, and what it names is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scoring.edition import parse
from service.insight.key_figures import COUNTED
from service.insight.vocabulary import rules, words
from service.inspections.visits.vocabulary import endings, result_codes, visit_types
from service.platform import LANGUAGES
from service.register.seeds import inspection_items
from tests.tidy.tree import ROOT, read

if TYPE_CHECKING:
    from collections.abc import Iterator


def texts(node: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 any part of the table
    """Every part that says something in a language."""
    if isinstance(node, dict):
        if set(node) & set(LANGUAGES):
            yield node
        for part in node.values():
            yield from texts(part)
    elif isinstance(node, list):
        for part in node:
            yield from texts(part)


def test_whatever_is_said_is_said_in_both_languages() -> None:
    said = list(texts(dict(rules())))
    assert len(said) > 30
    assert all(part[language] for part in said for language in LANGUAGES)


def test_every_figure_is_counted_and_every_count_is_a_figure() -> None:
    assert set(words("figure")) == set(COUNTED)


@pytest.mark.parametrize("part", ["verdict", "threshold_verdict"])
def test_only_what_is_out_of_the_way_warns(part: str) -> None:
    assert {code for code, row in words(part).items() if row["warns"]} <= {"unlikely", "impossible"}


def test_what_the_table_names_is_there() -> None:
    table = rules()
    rulebooks = {parse(read(path)).rulebook for path in (ROOT / "scoring" / "editions").glob("*.toml")}
    items = {row["code"] for row in inspection_items()}
    assert all(set(row["items"]) <= items for row in table["owed"])
    assert {*table["pending_results"], *table["findings"]["problems"]} <= set(result_codes())
    assert set(table["performed_orders"]) <= set(endings())
    assert table["findings"]["random"] in visit_types()
    assert {row["rulebook"] for row in table["bunching"]["rulebook"]} <= rulebooks
