"""What the people of the town have made, so that there is something to look at: a plan, proposals, runs, a study."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.browser.window import Window
from tests.tidy.tree import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.town import Town

CASES = ROOT / "scoring" / "editions" / "cases"
EDITION = "bj-culture.2022"
COPY = "/console/rulebooks/proposals/copy"


def furnish(town: Town, chromium: Browser, states: dict[str, Any]) -> dict[str, str]:
    """The parts of addresses of what was made, by what it is."""
    people = {role: _window(town, chromium, states, role) for role in ("handler", "rulebook-editor")}
    editor, made = people["rulebook-editor"], {"entity": town.entity, "draw": town.draw}
    shown = people["handler"].get(f"/console/entities/{town.entity}").text
    made["record"] = re.findall(r'href="/console/evidence/events/(\d+)"', shown)[0]
    made["plan"] = _last(
        _acted(people["handler"], "/console/plans/new", year="2031", special="on", reason="暑期", **_names())
    )
    made["proposal"] = _last(_acted(editor, f"{COPY}/{EDITION}", **_copied()))
    here = f"/console/rulebooks/proposals/{made['proposal']}"
    editor.get(here)
    made["run"] = _last(editor.send(None, f"{here}/dry-run").location)
    studies = "/console/insight/studies"
    editor.get(f"{studies}?kind=sensitivity")
    made["study"] = _last(editor.send(None, f"{studies}/new/sensitivity", edition=EDITION).location)
    for window in people.values():
        window.context.close()
        assert window.complaints == []
    return made


def _window(town: Town, chromium: Browser, states: dict[str, Any], role: str) -> Window:
    window = Window(
        chromium.new_context(locale="zh-CN", storage_state=states.get(role)),
        town.address,
        town.accounts[f"demo-{role}"],
    )
    if role not in states:
        assert window.sign_in(f"demo-{role}").status_code == 303
        states[role] = window.context.storage_state()
    return window


def _acted(window: Window, page: str, form: str = "", **typed: Any) -> str:  # noqa: ANN401 - fields as a person fills them
    window.get(page)
    answer = window.send(None, form or page, **typed)
    assert answer.status_code == 303, window.page.inner_text("main")
    return answer.location


def _last(address: str) -> str:
    """The last part of an address, without its query."""
    return address.partition("?")[0].rstrip("/").rpartition("/")[2]


def _names() -> dict[str, str]:
    return {"names/zh": "2031年度专项抽查计划", "names/en": "Special plan for 2031"}


def _copied() -> dict[str, str]:
    first = datetime.now(UTC).date() + timedelta(days=400)
    return {
        "edition_id": f"bj-culture.{first:%Y}",
        "force_from": first.isoformat(),
        "cases": (CASES / "bj-culture.toml").read_text("utf-8"),
        "reason": "到期重新发布",
    }
