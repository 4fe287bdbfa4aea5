"""Statistics on pages: figures with their formulas for who may see them, and studies asked for and watched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.studio.runs.working import work_off
from tests.api.studio.conftest import law, stocked
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from service.platform import web
    from tests.console.conftest import Browser

    Staff = Callable[..., Browser]

__all__ = ["law", "stocked"]

STUDIES = "/console/insight/studies"


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
