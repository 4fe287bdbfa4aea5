"""docs/repair.md draws the procedures that the code follows, and names every end of a term."""

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import get_args

import pytest

from scoring.edition.clocks import Lapse
from scoring.repair import WORKFLOWS, diagram, steps

PAGE = (Path(__file__).parents[3] / "docs" / "repair.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_diagram_and_the_table_are_those_of_the_procedure(name: str) -> None:
    assert re.findall(rf"^```mermaid {name}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL) == [diagram(WORKFLOWS[name])]
    assert steps(WORKFLOWS[name]) in PAGE


def test_every_end_of_a_term_is_explained() -> None:
    table = PAGE.partition("| `lapse` | what happens")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", table)) - {"then"} == set(get_args(Lapse))


def test_the_program_of_the_page_prints_what_its_comments_say() -> None:
    (text,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    told = StringIO()
    with redirect_stdout(told):
        exec(compile(text, "docs/repair.md", "exec"), {})  # noqa: S102 - the page's own example is what is tested
    assert told.getvalue().split() == re.findall(r"# (\S+)$", text, re.MULTILINE)
