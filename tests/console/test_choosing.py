"""Who changes a password is told beside its field why one may not be chosen, in the language of the page."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha1
from typing import TYPE_CHECKING

import pytest

from service.platform import web
from tests.console.conftest import PASSWORD, Browser

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

AT = "/console/account/password"
FINE = "墨水瓶 tractor 七月"
LEAKED = "leaked unrelated words"


@pytest.fixture
def leaked(tmp_path: Path, assembly: web.Assembly, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list of leaked passwords that the settings name."""
    file = tmp_path / "leaked.txt"
    digests = sorted(sha1(f"{LEAKED}{n or ''}".encode(), usedforsecurity=False).hexdigest().upper() for n in range(500))
    file.write_text("".join(f"{one}:7\r\n" for one in digests), "ascii", newline="")
    settings = replace(assembly.settings, leaked_passwords=file)
    monkeypatch.setitem(app.extensions, web.EXTENSION, replace(assembly, settings=settings))
    return file


def told(browser: Browser, new: str) -> str:
    """What stands beside the field of the new password."""
    page = browser.send(browser.get(AT), AT, old=PASSWORD, new=new, again=new)
    assert (page.status_code, new in page.text) == (422, False)
    found = re.search(r'id="f-new-fault"[^>]*>(.*?)</', page.text, re.DOTALL)
    assert found is not None, page.text
    return found[1]


@pytest.mark.parametrize(
    ("new", "zh", "en"),
    [
        ("password1234", "常用密码名单", "commonly used"),
        ("wanglixiaoming-1", "容易猜出", "easily guessed"),
        ("朝阳区文化和旅游局朝阳区", "容易猜出", "easily guessed"),
        ("short", "12 至 200 个字符", "12 to 200 characters"),
    ],
)
def test_what_may_not_be_chosen_is_told_beside_its_field(
    staff: Callable[..., Browser], new: str, zh: str, en: str
) -> None:
    scope = {"login": "wanglixiaoming", "authority": "bj-culture-110105"}
    browser = staff("handler", **scope)
    assert zh in told(browser, new)
    assert en in told(staff("handler", language="en", **scope | {"login": "wanglixiaoming-2"}), new)
    assert (
        browser.send(
            browser.get(AT), AT, old=PASSWORD, new="墨水瓶 tractor 七月", again="墨水瓶 tractor 七月"
        ).status_code
        == 303
    )


def test_what_leaked_is_told_and_a_list_that_is_gone_lets_nobody_change(
    leaked: Path, staff: Callable[..., Browser]
) -> None:
    browser = staff("handler")
    assert "泄露" in told(browser, LEAKED)
    assert "leaked elsewhere" in told(staff("handler", language="en", login="other"), f"{LEAKED}499")
    leaked.unlink()
    page = browser.send(browser.get(AT), AT, old=PASSWORD, new=FINE, again=FINE)
    assert "LEAKED_PASSWORDS" in page.text
    assert browser.sign_in("handler").status_code == 303, "the old one stays"
