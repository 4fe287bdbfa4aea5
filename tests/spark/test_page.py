"""The page on rating a country names every column, command and limit that there is."""

from __future__ import annotations

import re

from service.cli.national import national
from service.national.layout import EVIDENCE, RATINGS, VERSION
from service.national.spark import FILES_AT_ONCE
from service.national.writing import ENTITIES_A_FILE, EVENTS_AT_ONCE
from tests.tidy.tree import ROOT, read

PAGE = read(ROOT / "docs" / "national.md")


def test_the_columns_of_each_fact_are_in_its_row() -> None:
    for fact, columns in EVIDENCE.items():
        (row,) = re.findall(rf"^\| {'all' if fact == 'fact' else f'`{fact}`'} \| (.*)$", PAGE, re.MULTILINE)
        assert set(columns) <= set(re.findall(r"`(\w+)`", row))
    assert set(RATINGS.names) <= set(re.findall(r"`(\w+)`", PAGE.partition("`ratings/` has")[2].partition("\n")[0]))
    assert f"`xinjian.schema` = `{VERSION}`" in PAGE


def test_commands_and_limits() -> None:
    for name, command in national.commands.items():
        assert f"xinjian national {name}" in PAGE
        for each in command.params:
            assert each.opts[0] in PAGE or each.opts[0] in {"--data", "--master", "--as-of"}
    for limit in (ENTITIES_A_FILE, EVENTS_AT_ONCE):
        assert f"{limit:,}" in PAGE
    assert f"/ {FILES_AT_ONCE}" in PAGE
