"""The page about rating a file says what the tool does: its example is run, its fields and options are all there."""

from __future__ import annotations

import json
import re
from pathlib import Path

from scoring.exchange.lines import FIELDS
from tests.builders.tool import run_tool

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "rate-a-file.md").read_text("utf-8")


def test_the_example_comes_out_as_the_page_says() -> None:
    given, said = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    done = run_tool(
        "rate",
        "--edition",
        str(ROOT / "scoring" / "editions" / "uk-fhrs.toml"),
        "--as-of",
        "2025-06-01",
        lines=[given.encode()],
    )
    answers = [json.loads(line) | {"explanation_digest": "…"} for line in done.stdout.splitlines()]
    assert answers == [json.loads(line) for line in said.splitlines()]


def test_every_field_and_option_is_on_the_page() -> None:
    assert {field for field in FIELDS if f"`{field}`" not in PAGE} == set()
    options = re.findall(r"--[a-z-]+", run_tool("rate", "--help").stdout)
    assert {option for option in options if option not in PAGE and option != "--help"} == set()
