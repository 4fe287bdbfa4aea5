"""What the people of the town have made, so that there is something to look at: a plan, proposals, runs, a study."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from tests.browser.casefiles import enter, taken, to_decide
from tests.browser.window import Window
from tests.tidy.tree import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.town import Town

CASES = ROOT / "scoring" / "editions" / "cases"
EDITION = "bj-culture.2022"
ODD = (
    "奇名" + "京津冀文化艺术品进出口贸易与网络文化经营管理服务" * 8 + "有限公司",
    "奇名<script>alert(1)</script><b>&amp;</b>'\"有限公司",
    "奇名\u202e司公限有\u200f \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 有限公司",
    "奇名\U0001f469\u200d\U0001f4bb\U0001f3ee\U0001f1e8\U0001f1f3 e\u0301\u0323 有限公司",
    "奇名" + "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2,
)
"""Names that are hard to show: the longest, marks, writing from right to left, emoji, a word without a gap."""
ODD_NAMES = "\n".join(
    [
        "公共编码,名称,监管部门,行政区划",
        *('own:ODD{},"{}",bj-culture-110105,110105'.format(n, one.replace('"', '""')) for n, one in enumerate(ODD)),
        'own:ODD9,"奇名无此区划",bj-culture-110105,999999',
    ]
).encode()
COPY = "/console/rulebooks/proposals/copy"


def furnish(town: Town, chromium: Browser, states: dict[str, Any]) -> dict[str, str]:
    """The parts of addresses of what was made, by what it is; `states` has the entity's own browser as "visitor"."""
    roles = ("handler", "approver", "rulebook-editor", "inspector")
    people = {role: _window(town, chromium, states, role) for role in roles}
    elsewhere = _window(town, chromium, {}, "handler")
    visitor = Window(chromium.new_context(locale="zh-CN"), town.address, "")
    made = {"entity": town.entity, "draw": town.draw, **_recorded(people["handler"], town)}
    made |= _enacted(people["rulebook-editor"], people["approver"])
    enter(visitor, people["handler"], town.entity)
    made |= to_decide(people, visitor, town.entity)
    shown = people["inspector"].get("/console/visits").text
    made["notice"] = re.findall(r"/portal/my/notices/([^\"/]+)", visitor.get("/portal/my").text)[0]
    made["visit"] = re.findall(r'href="/console/visits/([^"/]+-V\d+)"', shown)[0]
    made["task"] = made["visit"].rpartition("-V")[0]
    made["published"] = made["task"].rpartition("-T")[0]
    states["visitor"] = visitor.context.storage_state()
    for window in (*people.values(), elsewhere, visitor):
        window.context.close()
        assert window.complaints == []
    return made


def _recorded(handler: Window, town: Town) -> dict[str, str]:
    shown = handler.get(f"/console/entities/{town.entity}").text
    plan = _acted(handler, "/console/plans/new", year="2031", special="on", reason="暑期", **_names())
    handler.page.goto(f"{handler.address}/console/entities/files/new")
    sent = (BytesIO(ODD_NAMES), "entities.csv")
    return {
        "record": re.findall(r'href="/console/evidence/events/(\d+)"', shown)[0],
        "plan": _last(plan),
        "file": _last(taken(handler, "/console/entities/files/new", mode="keep_good", file=sent)),
    }


def _enacted(editor: Window, approver: Window) -> dict[str, str]:
    """A proposal that waits for its decision, with a dry run; another one that was approved; a study."""
    made = {"proposal": _last(_acted(editor, f"{COPY}/{EDITION}", **_copied(400)))}
    here = "/console/rulebooks/proposals/"
    editor.get(here + made["proposal"])
    made["run"] = _last(taken(editor, f"{here}{made['proposal']}/dry-run"))
    made["adopted"] = _last(_acted(editor, f"{COPY}/{EDITION}", **_copied(800)))
    approver.get(here + made["adopted"])
    approver.page.fill("[name=reason]", "同意")
    approver.page.click('form[action$="/approval"] button >> nth=0')
    approver.page.wait_for_url("**?done=approval")
    shown = approver.get("/console/rulebooks/rerates").text
    made["rerate"] = re.findall(r'href="/console/rulebooks/rerates/(\d+)"', shown)[0]
    editor.get("/console/insight/studies?kind=sensitivity")
    made["study"] = _last(taken(editor, "/console/insight/studies/new/sensitivity", edition=EDITION))
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


def _acted(window: Window, page: str, **typed: Any) -> str:  # noqa: ANN401 - fields as a person fills them
    window.get(page)
    return taken(window, page, **typed)


def _last(address: str) -> str:
    """The last part of an address, without its query."""
    return address.partition("?")[0].rstrip("/").rpartition("/")[2]


def _names() -> dict[str, str]:
    return {"names/zh": "2031年度专项抽查计划", "names/en": "Special plan for 2031"}


def _copied(ahead: int) -> dict[str, str]:
    first = datetime.now(UTC).date() + timedelta(days=ahead)
    return {
        "edition_id": f"bj-culture.{first:%Y}",
        "force_from": first.isoformat(),
        "cases": (CASES / "bj-culture.toml").read_text("utf-8"),
        "reason": "到期重新发布",
    }
