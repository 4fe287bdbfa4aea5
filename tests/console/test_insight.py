"""Statistics on pages: figures with their formulas for who may see them, and studies asked for and watched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from service.ratings import drain
from service.studio.runs.working import work_off
from tests.api.conftest import caller
from tests.api.studio.conftest import filling, law, stocked
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask.testing import FlaskClient

    from service.platform import web
    from tests.console.conftest import Browser

    Staff = Callable[..., Browser]

__all__ = ["caller", "filling", "law", "stocked"]

STUDIES = "/console/insight/studies"
RUNS = "/console/rulebooks/dry-runs"
LENIENT = town.EDITION.replace("points = -20", "points = -5")
HARSHER = town.EDITION.replace("points = -20", "points = -60")
OPTIONS: dict[str, tuple[dict[str, str], dict[str, str], dict[str, Any]]] = {
    "policy": (
        {
            "edition": "town.2025",
            "days": "40",
            "visits_per_day": "2",
            "minimums/0/tier": "D",
            "minimums/0/ratio": "1/2",
        },
        {"minimums/0/ratio": "half"},
        {"minimums": [{"tier": "D", "ratio": "1/2"}]},
    ),
    "back-test": (
        {"rulebook": "town", "first": "2025-10-01", "last": "2026-01-01", "horizon": "3", "knowledge": "decided"},
        {"last": "soon"},
        {"rulebook": "town", "first": "2025-10-01", "last": "2026-01-01"},
    ),
}
"""By kind of study what is asked, what would be refused of it, and what is kept of it."""


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("关键指标", "双随机抽查完成率", "未检查")), ("en", ("Key figures", "Coverage", "Not inspected"))],
)
def test_the_figures_of_a_year_come_with_formulas_and_lists(
    staff: Staff, language: str, words: tuple[str, ...]
) -> None:
    auditor = staff("auditor", language=language)
    page = auditor.get("/console/insight", year="2026")
    assert page.status_code == 200
    for word in words:
        assert word in page.text
    assert "÷" in page.text
    assert 'href="/console/insight/unvisited?year=2026&amp;tier=A"' in page.text
    rows = auditor.get("/console/insight/unvisited", year="2026", tier="A")
    assert "/console/entities/" in rows.text
    sheet = auditor.get("/console/insight/unvisited.csv", year="2026", tier="A")
    assert sheet.mimetype == "text/csv"
    assert sheet.get_data(as_text=True).count("\n") == rows.text.count("/console/entities/") + 1
    assert auditor.get("/console/insight", year="999999").status_code == 422
    assert auditor.get("/console/insight/draws/none").status_code == 404


def test_who_sees_no_statistics_is_shown_studies_alone(staff: Staff, assembly: web.Assembly) -> None:
    town.found(assembly.database)
    editor = staff("rulebook_editor")
    page = editor.get("/console/insight")
    assert STUDIES in page.text
    assert "关键指标" not in page.text
    assert editor.get("/console/insight/unvisited", tier="A").status_code == 403
    handler = staff("handler")
    assert STUDIES not in handler.get("/console/insight").text
    assert handler.get(STUDIES).status_code == 403
    assert staff("inspector").get("/console/insight").status_code == 403


def test_a_study_is_asked_for_once_and_watched_to_its_result(
    staff: Staff, assembly: web.Assembly, stocked: Path
) -> None:
    editor = staff("rulebook_editor")
    form = editor.get(STUDIES, kind="sensitivity")
    refused = editor.send(form, f"{STUDIES}/new/sensitivity")
    assert refused.status_code == 422
    assert 'class="refusal"' in refused.text
    asked = editor.send(form, f"{STUDIES}/new/sensitivity", edition="town.2025")
    assert asked.status_code == 303
    assert editor.send(form, f"{STUDIES}/new/sensitivity", edition="town.2025").location == asked.location
    here = asked.location.partition("?")[0]
    assert 'hx-trigger="every 2s"' in editor.get(here).text
    work_off(database=assembly.database, folder=stocked, study=int(here.rpartition("/")[2]))
    editor.headers["HX-Request"] = "true"
    part = editor.get(here).text
    assert "hx-trigger" not in part
    assert "<html" not in part
    del editor.headers["HX-Request"]
    result = editor.get(f"{here}/result.json")
    assert result.get_json()["numbers" if "numbers" in result.get_json() else "edition"]
    assert editor.get(f"{here}/report").status_code == 404
    ended = editor.send(form, f"{here}/cancellation")
    assert ended.status_code == 422
    assert "town.2025" in editor.get(STUDIES).text


@pytest.mark.usefixtures("stocked")
def test_two_dry_runs_are_held_against_each_other(staff: Staff, caller: Callable[..., FlaskClient]) -> None:
    editor, program = staff("rulebook_editor"), caller("rulebook_editor")
    runs = [program.post("/v1/dry-runs", json={"text": one}).get_json()["run"] for one in (LENIENT, HARSHER)]
    here = f"{RUNS}/{runs[0]}"
    assert f'<option value="{runs[1]}">' in editor.get(here).text
    shown = editor.get(f"{here}/against", other=str(runs[1]))
    assert shown.status_code == 200
    cells = re.findall(r'class="amount"[^>]*>([+-]?[0-9]+)</td>', shown.text)
    assert cells
    for one, other, apart in zip(cells[::3], cells[1::3], cells[2::3], strict=True):
        assert int(other) - int(one) == int(apart) != 0
    assert "完全相同" in editor.get(f"{here}/against", other=str(runs[0])).text
    for nobody in ("999999", "x", "9" * 30, ""):
        assert editor.get(f"{here}/against", other=nobody).status_code == 404


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize("kind", ["policy", "back-test"])
def test_a_study_is_asked_for_with_every_option(staff: Staff, assembly: web.Assembly, kind: str) -> None:
    editor = staff("rulebook_editor")
    form = editor.get(STUDIES, kind=kind)
    said, wrong, question = OPTIONS[kind]
    refused = editor.send(form, f"{STUDIES}/new/{kind}", **{**said, **wrong})
    assert (refused.status_code, 'class="fault"' in refused.text) == (422, True), refused.text
    asked = editor.send(form, f"{STUDIES}/new/{kind}", **said)
    assert asked.status_code == 303, asked.text
    with assembly.database.reader() as session:
        kept = session.execute(text("SELECT options FROM study")).scalar_one()
    assert question.items() <= kept.items()


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize("edition", ["", "town.2025"])
def test_a_study_of_more_than_ones_authority_is_refused_at_the_field_of_the_edition(staff: Staff, edition: str) -> None:
    editor = staff("rulebook_editor", authority="bj-culture-110101")
    form = editor.get(STUDIES, kind="back-test")
    refused = editor.send(form, f"{STUDIES}/new/back-test", edition=edition, first="2025-01-01", horizon="12")
    assert refused.status_code == 422
    assert 'id="f-edition-fault"' in refused.text
    assert 'value="2025-01-01"' in refused.text, "what was typed stays"


@pytest.mark.usefixtures("stocked")
def test_who_could_be_repaired_is_listed_by_region_and_one_by_one(staff: Staff) -> None:
    auditor = staff("auditor")
    page = auditor.get("/console/insight/repairable")
    assert page.status_code == 200
    assert "没有适用的规定" in page.text
    assert page.text.count('href="/console/evidence/events/') == 5
    assert "没有这样的记录" in auditor.get("/console/insight/repairable", standing="now").text
    assert auditor.get("/console/insight/repairable.csv").get_data(as_text=True).count("\n") == 6
    counts = staff("administrator").get("/console/insight/repairable")
    assert (counts.status_code, "/console/evidence/events/" in counts.text) == (200, False)
    assert staff("inspector").get("/console/insight/repairable").status_code == 403


@pytest.mark.usefixtures("stocked")
def test_the_reach_of_a_correction_is_told_by_the_number_of_the_record(
    staff: Staff, assembly: web.Assembly, caller: Callable[..., FlaskClient]
) -> None:
    with assembly.database.reader() as session:
        event = session.execute(text("SELECT min(id) FROM event")).scalar_one()
    drain(database=assembly.database)
    act = {"source": "cases", "source_ref": "撤1", "act": "annulment", "acted_on": "2026-05-01", "reason": "复议"}
    assert caller("handler", sources=("cases",)).post(f"/v1/events/{event}/acts", json=act).status_code == 201
    drain(database=assembly.database)
    auditor = staff("auditor")
    told = auditor.get("/console/insight/reach", event=str(event)).text
    assert ("撤销记录" in told, "曾经有误的等级" in told) == (True, True)
    assert f"/console/insight/reach?event={event}" in auditor.get(f"/console/evidence/events/{event}").text
    for nothing in ("999999", "x"):
        assert auditor.get("/console/insight/reach", event=nothing).status_code in {404, 422}
