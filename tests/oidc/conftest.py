"""A real identity provider in a process of its own, and the application that believes it."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import httpx2
import pytest

from service.accounts import link_identity
from service.bootstrap import assemble
from service.platform import FixedClock, IdentityProvider, Settings, job_actor
from tests.api.conftest import app, filling, house
from tests.browser.conftest import chromium
from tests.browser.town import free_port
from tests.console.conftest import Browser, browser, quick_hashes, staff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.platform import web

__all__ = ["app", "browser", "chromium", "filling", "house", "quick_hashes", "staff"]

HERE = Path(__file__).parent
MODULES = HERE.parents[1] / "build/oidc/node_modules"
SECRET = "a secret of the tests and of nothing else"
PROVIDER = "/console/sign-in/provider"


class Process(NamedTuple):
    """A provider that runs: its address, which is its name, and the process."""

    issuer: str
    running: subprocess.Popen[str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = shutil.which("node") is None or not MODULES.is_dir()
    for item in items:
        if missing and "tests/oidc/" in item.nodeid:
            reason = "no identity provider on this machine: needs node and npm, make test-oidc installs it"
            item.add_marker(pytest.mark.skip(reason=reason))


@contextmanager
def providing(base: str) -> Iterator[Process]:
    """A provider to which the service at `base` may send people."""
    port = free_port()
    command = ["node", str(HERE / "provider.mjs"), str(MODULES), str(port), base]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        assert running.stdout is not None
        said = running.stdout.readline()
        assert said.startswith("at "), f"the provider does not start: {said}"
        yield Process(said.removeprefix("at ").strip(), running)
        running.kill()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime.now(UTC))


@pytest.fixture(scope="module")
def provider() -> Iterator[Process]:
    with providing("http://localhost") as process:
        yield process


@pytest.fixture
def issuer(provider: Process) -> str:
    return provider.issuer


@pytest.fixture
def assembly(database_url: str, clock: FixedClock, issuer: str) -> Iterator[web.Assembly]:
    believed = IdentityProvider(issuer, "xinjian", SECRET)
    built = assemble(Settings(database_url=database_url, identity_provider=believed), clock=clock)
    yield built
    built.notes.close()
    built.database.close()


@pytest.fixture
def link(assembly: web.Assembly) -> Callable[[str, str], None]:
    """A function that links an account to whom the provider calls so."""

    def make(login: str, subject: str) -> None:
        configured = assembly.settings.identity_provider
        assert configured is not None
        with assembly.database.unit_of_work(job_actor("tests")) as uow:
            link_identity(uow=uow, login=login, issuer=configured.issuer, subject=subject)

    return make


def set_out(browser: Browser, beyond: str = "/console/") -> str:
    """Set out for the provider; the address there."""
    answer = browser.get(PROVIDER, beyond=beyond)
    assert answer.status_code == 303
    return str(answer.location)


def brought_back(address: str, subject: str, *, typed: str = "login") -> str:
    """Go to the provider's page, say there who one is, and be sent back: the address with the answer."""
    with httpx2.Client(follow_redirects=True, trust_env=False) as client:
        form = client.get(address)
        assert form.status_code == 200, form.text
        client.follow_redirects = False
        answer = client.post(form.url, data={typed: subject})
        while urlsplit(answer.headers["location"]).path != f"{PROVIDER}/return":
            answer = client.get(form.url.join(answer.headers["location"]))
    return str(answer.headers["location"])


def returned(browser: Browser, address: str) -> object:
    """Open the address that the provider sent this browser to."""
    parts = urlsplit(address)
    return browser.client.get(f"{parts.path}?{parts.query}", headers=browser.headers)
