"""Repair and objection from the command line, each step in the name of another person."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from service.cli.commands import main
from service.evidence import owned_record
from service.platform import Database
from tests.builders.repair_town import PDF, fined

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("REDIS_URL", raising=False)
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output.strip()


def test_a_fine_is_repaired_and_an_objection_upheld_by_named_persons(
    run: Run, database_url: str, tmp_path: Path
) -> None:
    database = Database(database_url)
    entity = fined(database)
    (row,) = csv.DictReader(said(run("repair", "outreach", "--region", "110000")).removeprefix("\ufeff").splitlines())
    assert (row["entity"], row["standing"], row["missing"], row["papers"]) == (entity.key, "now", "", "commitment")
    assert "entity_region_unknown" in run("repair", "outreach", "--region", "119900").output
    assert json.loads(said(run("repair", "can", entity.key, "--on", "2026-06-01", "--lang", "en")))[0]["holds"] is False
    why = ("--reason", "paid and put right")
    number = said(run("repair", "apply", entity.key, entity.record, *why, "--as", "LI"))
    paper = tmp_path / "承诺书.pdf"
    paper.write_bytes(PDF)
    said(run("repair", "send", number, "commitment", paper, "--as", "LI"))
    said(run("repair", "accept", number, *why, "--as", "LI"))
    refused = run("repair", "verify", number, "--fit", *why, "--as", "LI")
    assert (refused.exit_code, "repair_same_person" in refused.output) == (1, True)
    said(run("repair", "verify", number, "--fit", *why, "--as", "WANG"))
    refused = run("repair", "decide", number, "grant", *why, "--as", "WANG")
    assert (refused.exit_code, "repair_same_person" in refused.output) == (1, True)
    said(run("repair", "decide", number, "grant", *why, "--as", "ZHAO"))
    assert json.loads(said(run("repair", "show", number)))["state"] == "granted"
    with database.reader() as session:
        found = owned_record(session, entity.record)
    assert found is not None
    assert found.known.event.repaired_on is not None
    objected = said(run("objection", "file", entity.key, entity.record, *why, "--as", "LI"))
    sent = said(run("objection", "send", objected, "proof", paper, "--as", "LI"))
    assert "repair_material_unknown" in run("objection", "send", objected, "letter", paper, "--as", "LI").output
    said(run("objection", "examine", objected, "--right", *why, "--as", "LI"))
    said(run("objection", "forward", objected, "cases", *why, "--as", "LI"))
    said(run("objection", "answer", objected, "--right", *why, "--as", "LI"))
    said(run("objection", "decide", objected, "uphold", *why, "--as", "ZHAO"))
    told = json.loads(said(run("objection", "show", objected)))
    assert (told["state"], told["papers"][0]["name"]["en"]) == ("upheld", "Proof")
    assert [one["sha256"] for one in told["materials"]] == [sent]
    said(run("objection", "review", objected, *why, "--as", "LI"))
    wrong = run("objection", "decide", objected, "correct", "--acts", '[{"strike": 1}]', *why, "--as", "SUN")
    assert "invalid_body" in wrong.output
    assert "repair_same_person" in run("objection", "decide", objected, "uphold", *why, "--as", "ZHAO").output
    said(run("objection", "withdraw", objected, *why, "--as", "LI"))
    assert json.loads(said(run("objection", "show", objected)))["state"] == "withdrawn"
    database.close()
