"""Somebody looks for an entity by its address, keeps the search, takes what was found along, and reads its timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visit

WORDS = {
    "zh": {"export": "导出查询结果", "keep": "保存这次查询", "time": "全部经过"},
    "en": {"export": "Export what was found", "keep": "Save this search", "time": "The whole timeline"},
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_found_by_its_address_kept_exported_and_followed_back(visit: Callable[..., Visit], language: str) -> None:
    looking, said = visit(language), WORDS[language]
    page = looking.sign_in("handler")
    page = looking.open("/console/entities")
    page.fill("[name=address]", "示例街")
    page.keyboard.press("Enter")
    page.wait_for_url("**address=**")
    page.wait_for_selector("#found tbody tr")
    assert "示例街" in page.text_content("#found tbody tr:first-child")
    page.click(f"text={said['keep']}")
    page.fill("[name=name]", f"示例街 {language}")
    page.click("form[action='/console/entities/searches'] button")
    page.wait_for_selector(".told")
    page.click(f"main table >> text=示例街 {language}")
    page.wait_for_selector("#found tbody tr")
    assert page.input_value("[name=address]") == "示例街"
    page.click(f"text={said['export']}")
    page.fill("[name=purpose]", "annual report")
    with page.expect_download() as taken:
        page.click("form[action='/console/entities/found.csv'] button")
    with open(taken.value.path(), encoding="utf-8-sig") as file:  # noqa: PTH123 - as the browser names it
        assert file.readline().startswith("entity,name,tier")
        assert "示例街" in file.readline()
    page = looking.open(f"/console/entities/{looking.town.entity}")
    page.click(f"text={said['time']}")
    page.wait_for_selector("ol.time li")
    assert page.locator("ol.time li").count() > 0
