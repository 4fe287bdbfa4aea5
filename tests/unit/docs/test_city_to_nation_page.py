"""The figures of the page on sizes follow from those that it says were measured; the places it names are there."""

from __future__ import annotations

import math
import re

import pytest

from tests.tidy.tree import ROOT, read

PAGE = read(ROOT / "docs" / "city-to-nation.md")
NATIONAL = read(ROOT / "docs" / "national.md")
SIZES = (50_000, 2_303_000, 180_000_000)
ROWS = {
    name.strip(): tuple(float(cell.replace(",", "")) for cell in cells.split("|"))
    for name, cells in re.findall(r"^\| ([^|]+) \| ([\d,.]+(?: \| [\d,.]+)*) \|", PAGE, re.MULTILINE)
}
(QUESTIONS,) = ROWS["questions for a tier, a second (`tier-query`)"]
(SINGLE,) = ROWS["events one by one, a second, durable (`single-event`)"]
(BULK,) = ROWS["events of a file, a second (`bulk`)"]
(RATED,) = ROWS["entities rated and written, a second, two processes (`rerate-stored`)"]
(SPARK,) = ROWS["entities rated by Spark, a core and second (`spark`)"]
(BYTES,) = ROWS["bytes of the database for an entity, 15 events and 8 kept ratings each, with indexes and ledger"]


(OF_DATABASE,) = ROWS["processor ms of PostgreSQL for an entity that is rated anew (`make hosts`)"]
(OF_WORKER,) = ROWS["processor ms of a worker for it"]


def busiest(size: int) -> float:
    return size * (23_351 + 1_368) / 50_000 / 250 / 8 / 3600 * 10


@pytest.mark.parametrize("place", range(len(SIZES)), ids=map(str, SIZES))
def test_what_is_said_to_follow_follows(place: int) -> None:
    size = SIZES[place]
    followed = {
        "records a day": round(size * (23_351 + 1_368) / 50_000 / 250),
        "records a second, busiest": round(busiest(size), 2 if size < 1e6 else 1),
        "questions a second, busiest": round(20 * busiest(size)),
        "machines like this one for the questions": math.ceil(20 * busiest(size) / QUESTIONS),
        "machines like this one for the records": math.ceil(busiest(size) / SINGLE),
        "hours to load twenty events each by files": round(size * 20 / BULK / 3600, 2),
        "hours to rate everybody, two processes": round(size / RATED / 3600, 2),
        "seconds to rate everybody, a hundred cores of Spark": round(size / SPARK / 100),
        "database, GB": round(size * BYTES / 1e9, 1),
    }
    assert {name: ROWS[name][place] for name in followed} == followed


def test_a_database_is_full_where_its_processors_are() -> None:
    full = 32 / (OF_DATABASE / 1000)
    assert ROWS["is full at entities a second"] == (round(full),)
    assert ROWS["which take cores of worker hosts"] == (round(full * OF_WORKER / 1000),)


def test_what_spark_does_is_what_its_page_says() -> None:
    assert f"| core and second, entities | {SPARK:,.0f} |" in NATIONAL
    assert "| minutes of one core | 49 |" in NATIONAL
    assert "are 49 minutes of one core" in PAGE


@pytest.mark.parametrize("anchor", re.findall(r"\]\((\w[\w-]*\.md)#([\w-]+)\)", PAGE))
def test_every_place_that_is_named_is_there(anchor: tuple[str, str]) -> None:
    page, place = anchor
    heads = re.findall(r"^#+ (.+)$", read(ROOT / "docs" / page), re.MULTILINE)
    assert place in {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
