"""Measures from the command line, recorded and lifted in the name of different persons."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from service.cli.commands import main
from service.platform import Database
from tests.builders.repair_town import fined

if TYPE_CHECKING:
    import pytest
    from click.testing import Result

ORDER = ("--kind", "key_supervision", "--basis", "管理规定", "--document", "7号", "--from", "2026-03-20")
CAME = ("--source", "orders", "--ref", "1")
LIFTING = ("--on", "2026-06-01", "--reference", "9号", "--reason", "已整改到位")


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output.strip()


def test_a_measure_is_recorded_by_one_person_and_lifted_by_another(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("REDIS_URL", raising=False)
    database = Database(database_url)
    entity = fined(database)
    number = said(run("measure", "record", entity.record, *ORDER, *CAME, "--as", "LI"))
    assert said(run("measure", "record", entity.record, *ORDER, *CAME, "--as", "LI")) == number
    refused = run("measure", "lift", number, *LIFTING, "--as", "LI")
    assert (refused.exit_code, "measure_same_person" in refused.output) == (1, True)
    said(run("measure", "lift", number, *LIFTING, "--as", "ZHAO"))
    (shown,) = json.loads(said(run("measure", "list", entity.key)))
    assert (shown["state"], shown["acts"][0]["reference"]) == ("lifted", "9号")
    (before,) = json.loads(said(run("measure", "list", entity.key, "--as-of", "2026-05-31")))
    assert (before["state"], before["acts"]) == ("in_force", [])
    assert "entity_not_found" in run("measure", "list", "own:nobody").output
    database.close()
