"""A shopkeeper is given a code at the counter, sees the shop's tier with its reasons, objects, and follows the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visit

WORDS = {
    "zh": {
        "issue": "发放登录码",
        "reasons": "怎样提升等级",
        "object": "提出异议",
        "stands": "已标注，正在核查",
        "own": "本单位的信息",
    },
    "en": {
        "issue": "Issue a code",
        "reasons": "How to get a better tier",
        "object": "Object",
        "stands": "Marked as disputed, being examined",
        "own": "Your own page",
    },
}


@pytest.mark.parametrize(("language", "javascript", "turn"), [("zh", True, 0), ("en", False, 1)])
def test_from_the_counter_to_a_case_that_is_followed(
    visit: Callable[..., Visit], language: str, turn: int, *, javascript: bool
) -> None:
    said = WORDS[language]
    counter = visit(language)
    counter.sign_in("handler")
    page = counter.open(f"/console/visitor-codes/{counter.town.entity}")
    page.fill("[name=identified]", "营业执照原件")
    page.click(f"button:has-text('{said['issue']}') >> nth=0")
    code = page.inner_text(".code-once")

    home = visit(language, javascript=javascript)
    page = home.open("/portal/my")
    page.keyboard.press("Tab")
    page.fill("[name=code]", code)
    page.keyboard.press("Enter")
    page.wait_for_selector("#h-tier")
    assert said["reasons"] in page.inner_text("main")
    page.locator("#h-events ~ * a[href*='/objections/new']").nth(turn).click()
    page.fill("[name=reason]", "当日停业，决定书所写有误。")
    page.click(f"main form.panel button:has-text('{said['object']}')")
    page.wait_for_selector(f"text={said['stands']}")
    number = page.locator("h1").inner_text().rpartition(" ")[2]
    page.click(f"text={said['own']}")
    page.click(f"a:has-text('{number}')")
    assert said["stands"] in page.inner_text("main")

    other = visit(language)
    refused = other.open("/portal/my")
    refused.fill("[name=code]", code)
    refused.keyboard.press("Enter")
    refused.wait_for_selector("[role=alert]")
