"""A whole journey without a mouse: sign in, find the entity, decide its repair; the focus is seen all the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.serving import served, staff
from tests.console.conftest import PASSWORD, app, assembly, clock, house, quick_hashes
from tests.console.test_repairs import filling, office, to_decision

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.console.test_repairs import Office

__all__ = ["app", "assembly", "clock", "filling", "house", "office", "quick_hashes", "served", "staff"]

MOST_STEPS = 80
FOCUSED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    called: (one.labels?.[0]?.innerText ?? one.innerText ?? "").trim(),
    round: one === document.body,
    address: one.getAttribute("href") ?? "",
    marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    covered: !(seen && (one.contains(seen) || seen.contains(one))),
  };
}"""

ARRIVED = "() => document.readyState === 'complete' && !('left' in document.documentElement.dataset)"

FOUND = """typed => new URLSearchParams(location.search).get('q') === typed && document.querySelector('#found a')
  && !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"""


class Keyboard:
    """Somebody who has nothing but a keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, called: str, *, address: str = "") -> Keyboard:
        """Go on by the tabulator to what is called so; each stop on the way is marked and not covered."""
        passed = []
        for _ in range(MOST_STEPS):
            self.page.keyboard.press("Tab")
            stop = self.page.evaluate(FOCUSED)
            if stop["round"]:
                break
            passed.append(stop["called"])
            assert stop["marked"], f"the focus is not to be seen: {stop}"
            assert not stop["covered"], f"something lies over the focus: {stop}"
            if stop["called"].startswith(called) and address in stop["address"]:
                return self
        raise AssertionError(f"{called} is not reached from {self.page.url}: {passed}")

    def type(self, text: str) -> Keyboard:
        self.page.keyboard.type(text)
        return self

    def enter(self) -> Keyboard:
        self.page.evaluate("document.documentElement.dataset.left = ''")
        self.page.keyboard.press("Enter")
        self.page.wait_for_function(ARRIVED)
        return self


def test_from_signing_in_to_the_decision_of_a_repair(office: Office) -> None:
    case = to_decision(office)
    window = office.decider
    page: Page = window.page  # type: ignore[attr-defined] # the fixture of this file opens windows
    window.get("/console/")
    keys = Keyboard(page)
    keys.to("退出").enter()
    keys.to("跳到正文").page.keyboard.press("Enter")
    keys.to("用户名").type("li")
    keys.to("密码").type(PASSWORD).enter()
    keys.to("监管对象").enter()
    page.wait_for_function("() => 'htmx' in window")
    keys.to("名称").type(office.key)
    page.wait_for_function(FOUND, arg=office.key)
    keys.to("", address=f"/console/entities/{office.key}").enter()
    keys.to("修复案件").enter()
    keys.to(case.rpartition("/")[2]).enter()
    keys.to("作出决定").enter()
    keys.to("准予")
    page.keyboard.press("Space")
    keys.to("理由").type("已全部履行").to("作出决定").enter()
    assert "决定已作出" in page.inner_text("main")
