"""The rating that the README works by hand is the rating that the program gives."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text("utf-8")
LINES = re.findall(
    r"^\| (?:base|problem found.*|fine.*|commitment.*|\*\*score\*\*) \| \**([−+]?[0-9.]+)\** \|", README, re.MULTILINE
)


def rated(as_of: str) -> dict[str, Any]:
    block = re.search(r"```ndjson\n(.*?)```", README, re.DOTALL)
    assert block is not None
    edition = ROOT / "scoring/editions/bj-culture.toml"
    done = subprocess.run(
        [sys.executable, "-m", "scoring", "rate", "--edition", str(edition), "--as-of", as_of, "--explain"],
        input=block.group(1),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_the_table_is_what_the_program_says() -> None:
    told = rated("2026-06-30")
    explanation = told["explanation"]
    points = [explanation["base"], *(line["counted"] for line in explanation["lines"]), told["score"]]
    assert [number.replace("−", "-").replace("+", "") for number in LINES] == points
    assert (told["grade"], told["tier"], explanation["risk"]["level"]) == ("B", "B", "green")
    assert explanation["frequency"]["ratio"] == "1/20"
    assert explanation["frequency"]["max_per_year"] == 2


@pytest.mark.parametrize(("day", "score", "tier"), [("2026-11-10", "83.40", "B"), ("2026-11-11", "91.40", "A")])
def test_the_fine_lapses_on_the_day_that_is_named(day: str, score: str, tier: str) -> None:
    told = rated(day)
    assert (told["score"], told["tier"]) == (score, tier)


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)]+)\)", README))
def test_every_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


@pytest.mark.parametrize("folder", re.findall(r"^(\w+)/ {2,}", README, re.MULTILINE))
def test_every_folder_on_the_map_exists(folder: str) -> None:
    assert (ROOT / folder).is_dir()


def test_every_page_is_linked_and_every_link_leads_somewhere() -> None:
    links = set(re.findall(r"\]\(([^)#:]+)\)", README))
    assert {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")} - links == set()
    assert [link for link in links if not (ROOT / link).exists()] == []
