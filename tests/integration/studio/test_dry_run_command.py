"""`xinjian studio dry-run`: an edition that is nowhere in force, tried on the stock of a town."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from service.cli.commands import main
from service.platform import Database, FixedClock, seal
from service.studio.stock import build_stock
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LENIENT = town.EDITION.replace("at_least = 90", "at_least = 80")
NEXT_YEAR = LENIENT.replace('"town.2025"', '"town.2027"').replace("2020-01-01", "2027-01-01")


@pytest.fixture
def database(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Six shops: one fined once in January, one twice, one fined once in December of next year's window."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("STOCK_FOLDER", str(tmp_path / "stock"))
    monkeypatch.delenv("REDIS_URL", raising=False)
    database = Database(database_url, clock=FixedClock(NOW))
    try:
        town.found(database)
        shops = town.people(database, 6)
        town.punish(database, shops[0])
        town.punish(database, shops[1])
        town.punish(database, shops[1], on=date(2026, 2, 10))
        town.punish(database, shops[2], on=date(2025, 12, 20))
        seal(database)
        build_stock(database=database, folder=tmp_path / "stock", keep=1)
        yield database
    finally:
        database.close()


def tried(tmp_path: Path, words: str, *options: str) -> Result:
    file = tmp_path / "edition.toml"
    file.write_text(words, encoding="utf-8")
    return CliRunner().invoke(main, ["studio", "dry-run", str(file), *options])


def cells(result: Result) -> dict[tuple[str, str], int]:
    found = json.loads(result.stdout)["kinds"]["cinema"]["tiers"]
    return {(one["before"], one["after"]): one["entities"] for one in found}


@pytest.mark.usefixtures("database")
def test_a_change_of_the_edition_in_force_is_tried_today(tmp_path: Path) -> None:
    result = tried(tmp_path, LENIENT)
    said = json.loads(result.stdout)
    cinema = said["kinds"]["cinema"]
    assert cells(result) == {("A", "A"): 3, ("D", "A"): 2, ("D", "D"): 1}
    assert (said["day"], cinema["entities"], cinema["moved"], cinema["better"], cinema["worse"]) == (
        "2026-03-02", 6, 2, 2, 0,
    )  # fmt: skip
    assert cinema["near_bounds"] == [{"grade": "A", "reach": 2, "miss": 0}]
    (region,) = cinema["by"]["region"]
    assert (region["value"], region["better"]) == ("110101", 2)
    assert cells(tried(tmp_path, town.EDITION)) == {("A", "A"): 3, ("D", "D"): 3}


@pytest.mark.usefixtures("database")
def test_an_edition_to_come_is_tried_on_its_first_day_under_both_laws(tmp_path: Path) -> None:
    result = tried(tmp_path, NEXT_YEAR)
    assert json.loads(result.stdout)["day"] == "2027-01-01"
    # the fine of December 2025 is over by then under either law: its shop does not count as moved
    assert cells(result) == {("A", "A"): 4, ("D", "A"): 1, ("D", "D"): 1}
    assert cells(tried(tmp_path, NEXT_YEAR, "--day", "2026-03-02")) == {("A", "A"): 3, ("D", "D"): 3}


@pytest.mark.usefixtures("database")
def test_a_day_before_the_stock_and_a_faulty_text_are_refused(tmp_path: Path) -> None:
    early = tried(tmp_path, LENIENT, "--day", "2026-03-01")
    faulty = tried(tmp_path, LENIENT.replace("base = 100", 'base = "many"'))
    assert [(one.exit_code, one.stdout) for one in (early, faulty)] == [(1, "")] * 2
    assert "2026-03-02" in early.stderr
    assert "/rating/base" in faulty.stderr
