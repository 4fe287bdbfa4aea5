"""The timeline of an entity and who looked at it, searches that are kept, and their results as a file, as pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.ratings import drain
from tests.builders.repair_town import found, standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.platform import web
    from tests.builders.fillings import Filling
    from tests.console.conftest import Browser

    Staff = Callable[..., Browser]


@pytest.fixture
def filling() -> Filling:
    return standing()


@pytest.fixture
def key(assembly: web.Assembly) -> str:
    """A cinema with a fine, rated."""
    drain(database=assembly.database)
    return found(assembly.database).key


@pytest.mark.parametrize(("language", "fine"), [("zh", "2026年3月16日"), ("en", "16 March 2026")])
def test_the_page_of_an_entity_tells_what_happened_and_leads_to_all_of_it(
    staff: Staff, key: str, language: str, fine: str
) -> None:
    handler = staff("handler", language=language)
    page = handler.get(f"/console/entities/{key}")
    assert f'href="/console/entities/{key}/timeline"' in page.text
    assert f'href="/console/entities/{key}/looks"' in page.text
    whole = handler.get(f"/console/entities/{key}/timeline")
    assert fine in whole.text
    assert 'href="/console/evidence/events/' in whole.text
    assert "tier-D" in whole.text
    assert 'class="told"' not in page.text + whole.text  # nothing was done
    tiers = handler.get(f"/console/entities/{key}/timeline", sort="tier")
    assert 'href="/console/evidence/events/' not in tiers.text
    assert "tier-D" in tiers.text
    nothing = handler.get(f"/console/entities/{key}/timeline", sort="visit")
    assert 'class="nothing"' in nothing.text


def test_who_looked_is_named_to_an_auditor_and_masked_for_a_handler(
    staff: Staff, key: str, assembly: web.Assembly
) -> None:
    staff("handler", login="wang.li").get(f"/console/entities/{key}")
    assembly.notes.flush()
    assert "wang.li" in staff("auditor").get(f"/console/entities/{key}/looks").text
    masked = staff("approver").get(f"/console/entities/{key}/looks").text
    assert "工作人员" in masked
    assert "wang.li" not in masked
    inspector = staff("inspector")
    assert inspector.get(f"/console/entities/{key}/looks").status_code == 403
    assert f"/console/entities/{key}/looks" not in inspector.get(f"/console/entities/{key}").text


def test_a_search_is_saved_found_again_renamed_and_deleted(staff: Staff, key: str) -> None:
    handler = staff("handler")
    page = handler.get("/console/entities/searches", q=key, kind="cinema")
    assert handler.send(page, "/console/entities/searches", q=key, kind="cinema", name="这家影院").status_code == 303
    finding = handler.get("/console/entities")
    address = f"/console/entities?q={key.replace(':', '%3A')}&amp;kind=cinema"
    assert f'<a href="{address}">这家影院</a>' in finding.text
    listed = handler.get("/console/entities/searches")
    number = listed.text.partition("/console/entities/searches/")[2].partition('"')[0]
    again = handler.send(page, "/console/entities/searches", q=key, name="这家影院")
    assert again.status_code == 422
    assert "名称已用" in again.text
    act = f"/console/entities/searches/{number}"
    assert handler.send(listed, act, act="rename", name="另一名").status_code == 303
    assert handler.send(listed, act, act="share", name="另一名").status_code == 303
    colleague = staff("approver")
    shared = colleague.get("/console/entities/searches")
    assert "另一名" in shared.text
    assert act not in shared.text
    assert handler.send(listed, act, act="delete", name="另一名").status_code == 303
    assert "另一名" not in handler.get("/console/entities/searches").text


def test_what_was_found_is_downloaded_for_a_purpose(staff: Staff, key: str) -> None:
    auditor = staff("auditor")
    assert f"/console/entities/export?q={key.replace(':', '%3A')}" in auditor.get("/console/entities", q=key).text
    asked = auditor.get("/console/entities/export", q=key)
    assert 'name="purpose"' in asked.text
    file = auditor.get("/console/entities/found.csv", q=key, purpose="年度报告")
    assert file.mimetype == "text/csv"
    assert key in file.text
    refused = auditor.get("/console/entities/found.csv", q=key)
    assert refused.status_code == 422
    assert "<h1>" in refused.text
    assert "/console/entities/export" not in staff("inspector").get("/console/entities", q=key).text


def test_the_first_page_tells_how_tiers_moved_and_leads_to_districts_and_kinds(staff: Staff, key: str) -> None:
    handler = staff("handler")
    first = handler.get("/console/")
    assert "7 天以来" in first.text
    assert 'hx-get="/console/tiers"' in first.text
    whole = handler.get("/console/tiers")
    assert '<tr data-size="1" data-poor="1">' in whole.text
    assert "data-treemap" in whole.text
    assert "<h1>" in whole.text
    handler.headers["HX-Request"] = "true"
    part = handler.get("/console/tiers")
    assert "<h1>" not in part.text
    assert '<tr data-size="1" data-poor="1">' in part.text
    assert key
    assert "data-size" not in staff("approver", authority="bj-culture-110118").get("/console/tiers").text
