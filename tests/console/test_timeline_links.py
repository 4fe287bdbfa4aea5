"""Each line of a timeline leads to the page of what it tells, for whom that page opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.api.conftest import caller
from tests.api.test_notices import REPAIR, SCOPE, cinema

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.console.conftest import Browser

    Staff = Callable[..., Browser]
    Caller = Callable[..., FlaskClient]

__all__ = ["caller", "cinema"]


def lines(browser: Browser, key: str, sort: str) -> str:
    page = browser.get(f"/console/entities/{key}/timeline", sort=sort)
    assert page.status_code == 200
    return page.text


def test_a_notice_is_read_and_its_service_recorded_on_its_page(cinema: str, caller: Caller, staff: Staff) -> None:
    body = {"kind": "repair_notice", "entity": cinema, "about": "E1", "facts": REPAIR}
    number = caller("handler", **SCOPE).post("/v1/notices", json=body).json["number"]
    page = f"/console/notices/{number}"
    handler, auditor = staff("handler", **SCOPE), staff("auditor", **SCOPE)
    assert f'href="{page}"' in lines(handler, cinema, "notice")
    shown = handler.get(page)
    assert "罚款 5000 元" in shown.text
    assert handler.get(f"{page}/pdf").data.startswith(b"%PDF")
    unsigned = handler.send(shown, page, way="mail", on_day="2026-06-01", served="true")
    assert unsigned.status_code == 422
    told = handler.send(shown, page, way="mail", on_day="2026-06-01", served="true", recipient="王某")
    assert told.status_code == 303, told.text
    assert "王某" in auditor.get(page).text
    assert "记录送达" not in auditor.get(page).text
    assert auditor.send(auditor.get("/console/account/password"), page, way="direct").status_code == 403
    elsewhere = staff("handler", login="far", authority="bj-culture-110118", regions=["110118"])
    assert elsewhere.get(page).status_code == 404


def test_a_promise_is_settled_on_its_page_to_which_the_first_page_leads(
    cinema: str, caller: Caller, staff: Staff
) -> None:
    promise = {"source": "p", "source_ref": "1", "entity": cinema, "type": "lawful_operation"}
    days = {"made_on": "2026-01-10", "due_on": "2026-03-01"}
    number = caller("handler").post("/v1/commitments", json=promise | days).json["id"]
    page = f"/console/commitments/{number}"
    handler, inspector = staff("handler", **SCOPE), staff("inspector", **SCOPE)
    assert f'href="{page}"' in handler.get("/console/").text, "overdue"
    assert f'href="{page}"' in lines(handler, cinema, "commitment")
    assert "记录履行情况" not in inspector.get(page).text
    empty = handler.send(handler.get(page), page, outcome="kept", on="2026-02-20", basis="")
    assert empty.status_code == 422
    kept = handler.send(handler.get(page), page, outcome="kept", on="2026-02-20", basis="检查确认已履行")
    assert kept.status_code == 303, kept.text
    assert "检查确认已履行" in handler.get(page).text
    assert "<form" not in handler.get(page).text.partition("<main")[2].partition("</main>")[0]
    assert f'href="{page}"' not in handler.get("/console/").text
