"""Plans and draws from the command line: the same steps, each in the name of a person."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from scoring.sampling.beacon import Round, instant_of, round_at
from service.cli.commands import main
from service.platform import Database
from tests.builders import drawing, planning
from tests.builders.draws import material
from tests.builders.fillings import shipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.builders.fillings import Filling

    Run = Callable[..., Result]


@pytest.fixture
def filling() -> Filling:
    return shipped


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("REDIS_URL", raising=False)
    database = Database(database_url)
    drawing.district(database, inspectors=0)
    spans = [{"number": "11-1", "issuer": "110000", "valid_from": "2022-01-01"}]
    drawing.enrol(database, "DC-01", "DC-02", "DC-03", "DC-04", certificates=spans)
    database.close()
    return lambda *words: CliRunner().invoke(main, list(words))


def written(folder: Path, name: str, said: object) -> str:
    file = folder / name
    file.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    return str(file)


def said(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_a_plan_is_drafted_published_and_its_task_frozen_by_two_persons(run: Run, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    today = (now + timedelta(hours=8)).date()
    days = [(today + timedelta(days=n)).isoformat() for n in (0, 2, 30, 60)]
    task = drawing.task(**dict(zip(("cut_off_day", "first_day", "last_day", "deadline"), days, strict=True)))
    plan = planning.plan(year=(today + timedelta(days=2)).year)
    file = written(tmp_path, "plan.json", {"plan": plan, "tasks": [task]})
    number, plan_number = said(run("plan", "draft", file, "--as", "H1"))
    alone = run("plan", "publish", plan_number, "--as", "H1", "--reason", "fits")
    assert (alone.exit_code, "plan_own_work" in alone.output) == (1, True)
    said(run("plan", "publish", plan_number, "--as", "A1", "--reason", "fits"))
    assert json.loads("\n".join(said(run("plan", "feasibility", number))))["feasible"] is True

    start = int(now.timestamp())
    later = round_at(material.CHAIN, start + 20_000)
    instant = instant_of(Round(material.CHAIN, later))
    source = {"kind": "drand", "chain": material.CHAIN, "round": later}
    terms = {
        "close_at": start + 10_000,
        "result_by": instant + 90_000,
        "publish_by": instant + 900_000,
        "attempts": [{"sources": [source], "deadline": instant + 3_600}],
    }
    (draw,) = said(run("draw", "prepare", number, written(tmp_path, "terms.json", terms), "--as", "H1"))
    own = run("draw", "freeze", draw, "--as", "H1")
    assert (own.exit_code, "draw_own_work" in own.output) == (1, True)
    (commitment,) = said(run("draw", "freeze", draw, "--as", "A1"))
    assert said(run("draw", "freeze", draw, "--as", "A1")) == [commitment]
    shown = json.loads("\n".join(said(run("draw", "show", draw))))
    assert (shown["state"], shown["documents"]["commitment"]) == ("committed", commitment)
    early = run("draw", "close", draw, "--as", "H1")
    assert (early.exit_code, "draw_too_early" in early.output) == (1, True)
    missing = run("draw", "transcript", draw, "--full", "--to", str(tmp_path / "t.json"), "--as", "AU1")
    assert (missing.exit_code, "draw_step_too_early" in missing.output) == (1, True)


def test_a_file_that_does_not_fit_is_refused_place_by_place(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, "plan.json", {"plan": {"authority": drawing.HERE, "colour": "red"}, "tasks": []})
    result = run("plan", "draft", file, "--as", "H1")
    assert result.exit_code == 1
    assert all(place in result.output for place in ("invalid_body", "/plan/colour", "/plan/year", "/plan/names"))
    for body in ([], {}, {"plan": planning.plan()}):
        result = run("plan", "draft", written(tmp_path, "plan.json", body), "--as", "H1")
        assert (result.exit_code, "invalid_body" in result.output) == (1, True)
    tasks = [drawing.task(), drawing.task(items=["CINEMA-9"])]
    file = written(tmp_path, "plan.json", {"plan": planning.plan(year=2023), "tasks": tasks})
    result = run("plan", "draft", file, "--as", "H1")
    assert (result.exit_code, "/tasks/1/items/0" in result.output, "-T01" in result.output) == (1, True, False)
