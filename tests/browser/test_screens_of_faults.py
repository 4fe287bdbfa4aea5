"""What is not the fault of who looks is told as a page as well: too many requests, and a fault of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.looking import stands_the_test
from tests.browser.serving import served, staff
from tests.console.conftest import app, assembly, clock, filling, house, quick_hashes

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.browser.window import Window

__all__ = ["app", "assembly", "clock", "filling", "house", "quick_hashes", "served", "staff"]

WORDS = {"zh-CN": ("请求过于频繁", "系统内部错误"), "en-GB": ("Too many requests", "Internal error")}


def broken() -> None:
    raise RuntimeError


@pytest.mark.parametrize("locale", WORDS)
def test_too_many_requests_and_a_fault_of_ours_are_told_as_pages(
    staff: Callable[..., Window], app: Flask, monkeypatch: pytest.MonkeyPatch, screens: str | None, locale: str
) -> None:
    window, language = staff("handler", language=locale), locale[:2]
    with monkeypatch.context() as patched:
        patched.setattr("service.api.limits.Window.hit", lambda *_: 42)
        refused = window.get("/console/")
        assert (refused.status_code, WORDS[locale][0] in refused.text, "42" in refused.text) == (429, True, True)
        stands_the_test(window.page, language, f"too-many-{language}", screens)
    monkeypatch.setitem(app.view_functions, "console.tiers", broken)
    failed = window.get("/console/tiers")
    assert (failed.status_code, WORDS[locale][1] in failed.text) == (500, True)
    stands_the_test(window.page, language, f"fault-{language}", screens)
    window.complaints.clear()
