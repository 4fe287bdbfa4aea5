"""Rulebooks on pages: read clause by clause, moved by numbers, proposed by one person and decided by another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.api.studio.conftest import filling, law, stocked
from tests.integration.editions.test_adoption import CASES, HARSHER
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.platform import web
    from tests.console.conftest import Browser

    Staff = Callable[..., Browser]

__all__ = ["filling", "law", "stocked"]

NEW, COPY = "/console/rulebooks/proposals/new", "/console/rulebooks/proposals/copy/town.2025"
TRIAL = "/console/rulebooks/trials/town.2025"
BOUND, FINE = "rating/grade/0/at_least", "rating/event/0/points"
OFFER = {"text": HARSHER, "cases": CASES, "reason": "太严"}


def cell(page: str, before: str, number: int) -> str:
    """What stands in a row of the first matrix of a page."""
    row = re.search(rf'<tr><th scope="row">{before}</th>(.*?)</tr>', page)
    assert row is not None
    return re.sub(r"<[^>]*>", "", re.findall(r"<td.*?</td>", row[1])[number])


@pytest.mark.parametrize(("language", "word"), [("zh", "各条款"), ("en", "Clauses")])
def test_an_edition_is_read_clause_by_clause(staff: Staff, assembly: web.Assembly, language: str, word: str) -> None:
    town.found(assembly.database)
    reader = staff("inspector", language=language)
    assert "/console/rulebooks/editions/town.2025" in reader.get("/console/rulebooks").text
    page = reader.get("/console/rulebooks/editions/town.2025")
    assert word in page.text
    line = town.EDITION.splitlines().index('absorption = { mode = "greatest", clause = "1" }') + 1
    assert f'<a href="#L{line}">1</a>' in page.text
    assert f'id="L{line}"' in page.text
    assert "proposals/copy" not in page.text
    assert reader.get(COPY).status_code == 403
    text = reader.get("/console/rulebooks/editions/town.2025/text.toml")
    assert text.get_data(as_text=True) == town.EDITION
    assert reader.get("/console/rulebooks/editions/none").status_code == 404


@pytest.mark.usefixtures("stocked")
def test_a_moved_number_moves_the_town(staff: Staff) -> None:
    editor = staff("rulebook_editor")
    page = editor.get(TRIAL)
    assert f'name="{BOUND}" type="number" step="any" value="90"' in page.text
    moved = editor.send(page, TRIAL, **{BOUND: "80", FINE: "-20"})
    assert moved.status_code == 200
    assert cell(moved.text, "D", 0) == "2 上升"
    assert 'value="80"' in moved.text
    assert "&lt;" not in moved.text
    editor.headers["HX-Request"] = "true"
    part = editor.send(page, TRIAL, **{BOUND: "60"})
    assert cell(part.text, "D", 0) == "3 上升"
    assert "<html" not in part.text
    assert "没有人的等级会变" not in part.text
    assert "没有人的等级会变" in editor.send(page, TRIAL, **{BOUND: "89"}).text
    del editor.headers["HX-Request"]
    wrong = editor.send(page, TRIAL, **{BOUND: "ninety"})
    assert wrong.status_code == 422
    assert 'value="ninety"' in wrong.text
    assert f'id="f-{BOUND.replace("/", "-")}-fault"' in wrong.text


@pytest.mark.usefixtures("stocked")
def test_one_proposes_tries_and_another_decides(staff: Staff) -> None:
    editor, approver = staff("rulebook_editor"), staff("approver")
    form = editor.get(NEW)
    made = editor.send(form, NEW, **OFFER)
    assert made.status_code == 303
    assert editor.send(form, NEW, **OFFER).location == made.location
    here = made.location.partition("?")[0]
    page = editor.get(made.location)
    assert "须由另一人决定" in page.text
    assert "由“-20”改为“-10”" in page.text
    assert f"{here}/approval" not in page.text
    tried = editor.send(page, f"{here}/dry-run")
    run = editor.get(tried.location)
    assert run.text.count("<svg") >= 3
    assert "<figcaption>等级变动</figcaption><svg" in run.text
    assert "没有人的等级会变" not in run.text
    assert cell(run.text, "D", 0) != "·"
    assert "理由" in editor.get(f"{tried.location}/entities").text
    report = editor.get(f"{tried.location}/report")
    assert "style-src 'sha256-" in report.headers["Content-Security-Policy"]
    assert editor.get(f"{tried.location}.csv").mimetype == "text/csv"
    page = approver.get(here)
    assert tried.location in page.text
    empty = approver.send(page, f"{here}/approval", reason=" ")
    assert empty.status_code == 422
    assert 'id="f-reason-fault"' in empty.text
    assert approver.send(page, f"{here}/approval", reason="同意").status_code == 303
    after = approver.get(here)
    assert f"{here}/refusal" not in after.text
    assert "同意" in after.text
    late = approver.send(page, f"{here}/refusal", reason="反悔")  # the button "back" after the decision
    assert late.status_code == 422
    assert "反悔" in late.text
    rerates = approver.get("/console/rulebooks/rerates")
    assert "town.2026" in rerates.text
    assert 'hx-trigger="every 2s"' in rerates.text
    (run_path,) = set(re.findall(r'href="(/console/rulebooks/rerates/\d+)"', rerates.text))
    stopped = approver.send(approver.get(run_path), f"{run_path}/cancellation", reason="改期")
    assert "已停止" in approver.get(stopped.location).text
    approver.headers["HX-Request"] = "true"
    assert 'hx-trigger="every' not in approver.get(run_path).text


@pytest.mark.usefixtures("stocked")
def test_a_copy_with_other_numbers_is_checked_beside_its_fields(staff: Staff) -> None:
    editor = staff("rulebook_editor")
    page = editor.get(COPY)
    typed = {"edition_id": "town.2026", "force_from": "2026-07-01", "cases": CASES, "reason": "太严"}
    wrong = editor.send(page, COPY, **typed, **{BOUND: "120", FINE: "-20"})
    assert wrong.status_code == 422
    assert 'value="120"' in wrong.text
    assert "[[case]]" in wrong.text
    fails = editor.send(page, COPY, **typed, **{FINE: "-20"})
    assert fails.status_code == 422
    made = editor.send(page, COPY, **typed, **{BOUND: "70", FINE: "-10"})
    assert made.status_code == 303
    assert "由“90”改为“70”" in editor.get(made.location).text


def test_who_proposed_does_not_decide_and_forged_forms_do_nothing(staff: Staff, assembly: web.Assembly) -> None:
    town.found(assembly.database)
    editor = staff("rulebook_editor")
    page = editor.get(NEW)
    here = editor.send(page, NEW, **OFFER).location.partition("?")[0]
    assert editor.send(page, f"{here}/approval", reason="同意").status_code == 403
    forged = editor.client.post(f"{here}/withdrawal", headers=editor.headers, data={"reason": "x"})
    assert forged.status_code >= 400
    assert "已撤回" not in editor.get("/console/rulebooks/proposals").text
    assert editor.send(page, f"{here}/withdrawal", reason="再议").status_code == 303
    assert "已撤回" in editor.get("/console/rulebooks/proposals").text
    assert staff("inspector").get(here).status_code == 403
