"""A real browser before the real service: a demonstration town, its processes, Chromium without a window."""

from __future__ import annotations

import logging
import shutil
from typing import TYPE_CHECKING

import pytest
import structlog

from tests.browser.accessible import bring_rules
from tests.browser.town import Town, running_town
from tests.browser.visiting import LOCALES, Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, StorageState

__all__ = ["Town", "Visit"]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screens", help="folder to which pictures of every page are written", default=None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        for item in items:
            if "tests/browser/" in item.nodeid:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine: apt-get install chromium"))


@pytest.fixture(scope="session", autouse=True)
def _warnings_alone() -> None:
    """Hundreds of answered requests behind a failure would hide it: what is told of it are warnings and worse."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


@pytest.fixture(scope="session")
def screens(request: pytest.FixtureRequest) -> str | None:
    """The folder for pictures, where they are asked for."""
    folder: str | None = request.config.getoption("--screens")
    return folder


@pytest.fixture(scope="session")
def town() -> Iterator[Town]:
    with running_town() as made:
        yield made


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - of an extra; without Chromium it is not there

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *QUIET])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def signed_in() -> dict[str, StorageState]:
    """What a browser keeps once it is signed in, by role: a password is asked for once in all tests."""
    return {}


@pytest.fixture
def visit(chromium: Browser, town: Town, signed_in: dict[str, StorageState]) -> Iterator[Callable[..., Visit]]:
    """A function that opens a browser of its own: ``visit("zh", width=360, role="handler")``."""
    opened: list[Visit] = []

    def make(language: str = "zh", *, width: int = 1280, javascript: bool = True, role: str | None = None) -> Visit:
        context = chromium.new_context(
            locale=LOCALES[language],
            viewport={"width": width, "height": 800},
            java_script_enabled=javascript,
            storage_state=signed_in.get(role or ""),
        )
        opened.append(Visit(context, town))
        if role is not None and role not in signed_in:
            opened[-1].sign_in(role)
            signed_in[role] = context.storage_state()
        return opened[-1]

    yield make
    for one in opened:
        one.context.close()
        one.refuse_complaints()


@pytest.fixture(scope="session")
def seat(chromium: Browser, town: Town, signed_in: dict[str, StorageState]) -> Iterator[Callable[..., Visit]]:
    """A function that returns the one window of a role in a language: for who only looks, from test to test."""
    seats: dict[tuple[str | None, str], Visit] = {}

    def take(language: str, role: str | None) -> Visit:
        if (role, language) not in seats:
            context = chromium.new_context(locale=LOCALES[language], storage_state=signed_in.get(role or ""))
            bring_rules(context)
            seats[role, language] = Visit(context, town)
            if role is not None and role not in signed_in:
                seats[role, language].sign_in(role)
                signed_in[role] = context.storage_state()
        return seats[role, language]

    yield take
    for one in seats.values():
        one.context.close()
