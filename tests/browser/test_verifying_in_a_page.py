"""Anyone verifies a draw in a page: the browser draws again, names what does not hold, and stays at hand meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.tidy.tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.conftest import Town, Visit

VECTORS = ROOT / "tests" / "vectors" / "draw"
HOLDS, FAILS = "没有不符之处", "有不符之处"
PASTE = """(length) => {
  const carried = new DataTransfer();
  carried.setData("text/plain", "x".repeat(length));
  const field = document.getElementById("verify-text");
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }));
  return [document.getElementById("verify").getAttribute("aria-busy"), field.value.length];
}"""


def told(page: Page) -> str:
    """The outcome in words, once there is one."""
    page.wait_for_selector("#verify:not([aria-busy]) #verify-outcome:not([hidden])", timeout=60_000)
    return page.text_content("#verify-status") or ""


def failing(page: Page) -> set[str]:
    """The checks that the page lists as failing."""
    return {str(line.get_attribute("data-code")) for line in page.locator("#verify-failing li").all()}


@pytest.fixture(scope="module")
def opened(town: Town) -> str:
    """The number of the demonstration's draw, its transcript made public."""
    step = [sys.executable, "-m", "service.cli", "draw", "open", town.draw, "--as", "demo-handler"]
    subprocess.run([*step, "--data", str(town.folder)], check=True, capture_output=True)
    return town.draw


def test_a_public_draw_is_verified_by_its_link(visit: Callable[..., Visit], opened: str) -> None:
    page = visit("zh").open(f"/portal/verify?draw={opened}")
    assert HOLDS in told(page)
    assert page.locator("#verify-failing li").count() == 0
    assert "通过" in (page.text_content('tr[data-code="S-DRAWN"]') or "")


def test_a_file_that_was_tampered_with_is_refused_by_the_checks_that_its_vector_names(
    visit: Callable[..., Visit],
) -> None:
    page = visit("zh").open("/portal/verify")
    page.set_input_files("#verify-file", VECTORS / "accept" / "plain.json")
    assert HOLDS in told(page)
    index = {one["file"]: one for one in json.loads((VECTORS / "index.json").read_text("utf-8"))}
    for name in ("reject/another_drawn.json", "reject/avoidance_changed.json", "reject/bad_key.json"):
        page.set_input_files("#verify-file", VECTORS / name)
        assert FAILS in told(page)
        assert index[name]["fails"] in failing(page)


def test_a_paste_of_50_mb_is_answered_while_the_page_stays_at_hand(visit: Callable[..., Visit]) -> None:
    page = visit("zh").open("/portal/verify")
    assert page.evaluate(PASTE, 50_000_000) == ["true", 0]
    page.click("summary >> nth=1")  # answered by the page while the file is looked at
    page.fill("#verify-commitment", "x")
    assert FAILS in told(page)
    assert "不是 JSON" in (page.text_content('tr[data-code="P-JSON"]') or "")


def test_without_scripts_the_page_tells_the_command(visit: Callable[..., Visit]) -> None:
    page = visit("en", javascript=False).open("/portal/verify")
    assert "python3 -I -S verify.pyz" in (page.text_content("main") or "")
    assert not page.is_visible("#verify")
