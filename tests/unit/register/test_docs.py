"""The page about the register names what the program takes, and nothing else."""

import re
from pathlib import Path

from service.register import seeds
from service.register.schemas import EntitySchema

PAGE = (Path(__file__).parents[3] / "docs" / "register.md").read_text(encoding="utf-8")


def test_the_page_lists_every_field_with_every_heading() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", PAGE, re.MULTILINE)
    assert {field for field, _ in rows} == set(EntitySchema().fields)
    told = {heading: field for field, headings in rows for heading in headings.split(", ")}
    assert told == {heading: field for heading, field in seeds.column_aliases().items() if heading != field}


def test_the_page_names_every_status_and_the_longest_stay() -> None:
    assert all(f"`{status}`" in PAGE for status in seeds.statuses())
    assert f"at most {seeds.statuses()['suspended'].longest_months} months" in PAGE
