"""A real browser before the real service: a demonstration town, its processes, Chromium without a window."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.builders.folders import server_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page, StorageState

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SIZE = 400
TAIL = 4_000
"""Characters of an output that are shown where a program failed."""

LOCALES = {"zh": "zh-CN", "en": "en-GB"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screens", help="folder to which pictures of every page are written", default=None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        for item in items:
            if "tests/browser/" in item.nodeid:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine: apt-get install chromium"))


class Town(NamedTuple):
    """The address of the running service, the passwords of its accounts by login, an entity, a draw, the folder."""

    address: str
    accounts: dict[str, str]
    entity: str
    draw: str
    folder: Path


@pytest.fixture(scope="session")
def town() -> Iterator[Town]:
    folder = Path(server_folder())
    program = [sys.executable, "-m", "service.cli"]
    told = subprocess.run(
        [*program, "demo", "--size", str(SIZE), "--json", "--data", str(folder)],
        check=False,
        capture_output=True,
        text=True,
    )
    if told.returncode != 0:  # without the town every test would fail, and say less than this
        pytest.exit("\n".join(["no town:", told.stderr[-TAIL:], *logs_of(folder)]), returncode=1)
    port = free_port()
    up = subprocess.Popen(
        [*program, "up", "--port", str(port), "--web-processes", "1", "--data", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        await_answer(port, up)
        accounts = json.loads((folder / "demo-accounts.json").read_text("utf-8"))
        made = json.loads(told.stdout)
        yield Town(f"http://127.0.0.1:{port}", accounts, made["example"]["entity"], made["plan"]["draw"], folder)
    finally:
        up.terminate()
        up.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def logs_of(folder: Path) -> list[str]:
    """The end of each log of the processes of a town, with its name."""
    logs = sorted((folder / "logs").glob("*.log"))
    return [f"{log.name}:\n{log.read_text('utf-8', 'replace')[-TAIL:]}" for log in logs]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def await_answer(port: int, up: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            assert up.poll() is None, "the service ended by itself"
        finally:
            connection.close()
        assert time.monotonic() < until, "the service does not answer"
        time.sleep(0.2)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - of an extra; without Chromium it is not there

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


class Visit:
    """One person at one browser window; what the page complains of and whom it calls is gathered."""

    def __init__(self, context: BrowserContext, town: Town) -> None:
        self.context = context
        self.town = town
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", lambda said: self._complain(said.type, said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda sent: self._called(sent.url))

    def _complain(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:  # a refusal is an answer, not a fault of the page
            self.complaints.append(text)

    def _called(self, url: str) -> None:
        if not url.startswith((self.town.address, "data:", "blob:")):
            self.foreign.append(url)

    def open(self, path: str) -> Page:
        self.page.goto(self.town.address + path)
        return self.page

    def sign_in(self, role: str) -> Page:
        self.open("/console/")
        self.page.fill("[name=login]", f"demo-{role}")
        self.page.fill("[name=password]", self.town.accounts[f"demo-{role}"])
        self.page.click("main form button")
        self.page.wait_for_selector("header .who a")
        return self.page


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
        assert one.complaints == []
        assert one.foreign == []
