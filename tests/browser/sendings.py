"""Forms that are sent to be looked at: what is shown before anything is saved, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from tests.browser.window import fill

if TYPE_CHECKING:
    from playwright.sync_api import Page

LONG_ZH = "示例" + "京津冀文化艺术品进出口贸易与网络文化经营管理服务" * 5 + "有限责任公司"
LONG_EN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2


class Sending(NamedTuple):
    """A form. ``path`` as in `Place`; ``typed`` by name of field; ``button``: of the form; ``status``: the answer's.

    A field that the browser's own check holds back is sent all the same.
    """

    name: str
    who: str | None
    path: str
    typed: dict[str, str]
    status: int = 422
    button: str = "main form[method=post] button >> nth=-1"


ISSUE = "form:has([name=identified]) button"
ACTED = {"acted_on": datetime.now(UTC).date().isoformat(), "source": "cases", "source_ref": LONG_ZH, "reason": LONG_EN}
FINE = {"code": "penalty_fine", "decided_on": "2026-03-01", "source": "cases"}
SENDINGS = (
    Sending("sign-in-refused", None, "/console/sign-in", {"login": LONG_EN, "password": "wrong"}),
    Sending("expired", "handler", "/console/plans/new", {"csrf": "0" * 64}, 403),
    Sending("record-refused", "handler", "/console/evidence/entities/{entity}/new", {"source_ref": LONG_EN}),
    Sending(
        "record-preview", "handler", "/console/evidence/entities/{entity}/new", {**FINE, "source_ref": LONG_ZH}, 200
    ),
    Sending("act-refused", "handler", "/console/evidence/events/{record}/acts/correction", {"reason": LONG_EN}),
    Sending(
        "correction-preview",
        "handler",
        "/console/evidence/events/{record}/acts/correction",
        {**ACTED, "changes/decided_on": "2025-01-31"},
        200,
    ),
    Sending("annulment-preview", "handler", "/console/evidence/events/{record}/acts/annulment", ACTED, 200),
    Sending("visitor-code", "handler", "/console/visitor-codes/{entity}", {"identified": LONG_ZH}, 200, ISSUE),
    Sending("repair-refused", "handler", "/console/repairs/new?entity={entity}&record={mended}", {"reason": LONG_ZH}),
    Sending("decision-refused", "approver-2", "/console/repairs/{repair}/steps/decision", {"reason": LONG_EN}),
    Sending("study-refused", "rulebook-editor", "/console/insight/studies?kind=sensitivity", {}),
    Sending("my-refused", "visitor", "/portal/my/cases/objections/new?record={mended}", {"reason": ""}),
    Sending("plan-refused", "handler", "/console/plans/new", {"names/zh": LONG_ZH, "names/en": LONG_EN}),
    Sending("task-refused", "handler", "/console/plans/{plan}/tasks/new", {"title/zh": LONG_ZH, "contact": LONG_EN}),
    Sending(
        "proposal-refused", "rulebook-editor", "/console/rulebooks/proposals/new", {"text": "id = 1", "reason": "x"}
    ),
    Sending("password-refused", "handler", "/console/account/password", {"old": "x", "new": "short", "again": "other"}),
)


def sent(page: Page, sending: Sending) -> int:
    """Fill the form of the page that is shown, and send it: the status of the answer."""
    button = page.locator(sending.button)
    form = button.locator("xpath=ancestor::form")
    form.evaluate("form => { form.noValidate = true }")
    for name, value in sending.typed.items():
        if name == "csrf":
            form.locator("[name=csrf]").evaluate("(field, value) => { field.value = value }", value)
        else:
            fill(form, name, value)
    with page.expect_navigation() as onward:
        button.click()
    return int(onward.value.status)
