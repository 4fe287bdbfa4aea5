"""`xinjian studio dry-run`: an edition that is nowhere in force, tried on the stock of a town."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from service.cli.commands import main
from service.platform import Database, FixedClock, seal
from service.studio.stock import build_stock
from tests.api.test_studies import REWARDING
from tests.integration.editions.test_adoption import CASES, HARSHER
from tests.integration.ratings import town
from tests.unit.studio.test_policy import FREQUENCY

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
    early = tried(tmp_path, NEXT_YEAR, "--day", "2026-03-02")
    assert (early.exit_code, early.stdout, "2027-01-01" in early.stderr) == (1, "", True)


@pytest.mark.usefixtures("database")
def test_a_number_of_an_edition_in_force_is_changed(tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "stock")  # there is none yet: it is made
    asked = ("--in-force", "town.2025", "--change", "/rating/grade/0/at_least=80")
    told = CliRunner().invoke(main, ["studio", "dry-run", *asked])
    assert cells(told) == {("A", "A"): 3, ("D", "A"): 2, ("D", "D"): 1}
    wrong = CliRunner().invoke(main, ["studio", "dry-run", "--in-force", "town.2025", "--change", "/rating"])
    assert (wrong.exit_code, "/rating/base=99" in wrong.stderr) == (2, True)
    assert tried(tmp_path, LENIENT, "--entities", "x").exit_code == 2


@pytest.mark.usefixtures("database")
def test_a_run_of_a_proposal_is_kept_written_out_and_shown_with_it(tmp_path: Path) -> None:
    offer = tmp_path / "new.toml"
    offer.write_text(HARSHER.replace("2026-07-01", "2999-07-01"), encoding="utf-8")
    cases = tmp_path / "cases.toml"
    cases.write_text(CASES.replace("2026", "2999"), encoding="utf-8")
    edition = ("--cases", str(cases), "--reason", "试行", "--as", "0101")
    assert CliRunner().invoke(main, ["edition", "propose", str(offer), *edition]).exit_code == 0

    def shown() -> list[dict[str, Any]]:
        runs: list[dict[str, Any]] = json.loads(CliRunner().invoke(main, ["edition", "show", "1"]).stdout)["dry_runs"]
        return runs

    assert shown() == []
    files = {name: tmp_path / f"run.{name}" for name in ("html", "csv", "entities")}
    options = [part for name, file in files.items() for part in (f"--{name}", str(file))]
    kept = CliRunner().invoke(main, ["studio", "dry-run", "--proposal", "1", "--store", "0101", *options])
    said = json.loads(kept.stdout)
    assert [(one["run"], one["stock_digest"]) for one in shown()] == [(said["run"], said["stock_digest"])]
    assert said["kinds"]["cinema"]["moved"] == 0
    assert files["entities"].read_text("utf-8") == ""
    assert "A,A,6" in files["csv"].read_text("utf-8")
    assert said["stock_digest"] in files["html"].read_text("utf-8")
    file = tmp_path / "lenient.toml"
    file.write_text(LENIENT, encoding="utf-8")
    CliRunner().invoke(main, ["studio", "dry-run", str(file), "--store", "0101", "--entities", str(files["entities"])])
    movers = [json.loads(line) for line in files["entities"].read_text("utf-8").splitlines()]
    assert [(one["before"]["tier"], one["after"]["tier"]) for one in movers] == [("D", "A")] * 2


@pytest.mark.usefixtures("database")
def test_a_day_before_the_stock_and_a_faulty_text_are_refused(tmp_path: Path) -> None:
    early = tried(tmp_path, LENIENT, "--day", "2026-03-01")
    faulty = tried(tmp_path, LENIENT.replace("base = 100", 'base = "many"'))
    assert [(one.exit_code, one.stdout) for one in (early, faulty)] == [(1, "")] * 2
    assert "2026-03-02" in early.stderr
    assert "/rating/base" in faulty.stderr


@pytest.mark.usefixtures("database")
def test_an_edition_is_put_to_the_question_number_by_number(tmp_path: Path) -> None:
    file = tmp_path / "edition.toml"
    file.write_text(REWARDING, encoding="utf-8")
    program = CliRunner()
    searched = program.invoke(main, ["studio", "monotone", str(file)])
    said = json.loads(searched.stdout)
    assert (searched.exit_code, said["monotone"]) == (1, False)
    tried = [one["counter_example"] is not None for part in said["parts"] for one in part["tried"]]
    assert tried == [True, True, False, False], "one more fine helps, today or earlier; a correction harms nobody"
    in_force = program.invoke(main, ["studio", "monotone"])
    assert (in_force.exit_code, json.loads(in_force.stdout)["edition"]) == (0, "town.2025")
    moved = json.loads(program.invoke(main, ["studio", "sensitivity"]).stdout)["parameters"]
    fine = next(one for one in moved if one["place"] == "/rating/event/0/points")
    assert (fine["up"]["totals"], fine["up"]["tiers"]) == (3, 0)
    assert "-20 → -19" in fine["up"]["change"]["en"]


@pytest.mark.usefixtures("database")
def test_inspector_days_are_shared_out_and_the_page_is_written(tmp_path: Path) -> None:
    file, page = tmp_path / "edition.toml", tmp_path / "policy.html"
    file.write_text(LENIENT + FREQUENCY, encoding="utf-8")
    asked = [
        "studio",
        "policy",
        str(file),
        "--days",
        "3",
        "--visits-per-day",
        "1.5",
        "--html",
        str(page),
        "--lang",
        "en",
    ]
    done = CliRunner().invoke(main, [*asked, "--minimum", "A=1/2"])
    said = json.loads(done.stdout)
    assert [(one["tier"], one["entities"], one["visits"], one["rate"]) for one in said["tiers"]] == [
        ("A", 5, 3, None), ("D", 1, 1, None),
    ]  # fmt: skip
    assert (said["capacity"], [one["tier"] for one in said["unknown"]]) == (4, ["A", "D"])
    assert "too few random visits" in page.read_text("utf-8")
    too_few = CliRunner().invoke(main, [*asked[:4], "1", *asked[5:]])
    assert (too_few.exit_code, "binding constraint is inspector days" in too_few.stderr) == (1, True)
    assert CliRunner().invoke(main, [*asked, "--minimum", "A"]).exit_code == 2
