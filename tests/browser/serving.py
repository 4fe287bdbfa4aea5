"""People at windows of their own before the application, at hours that a test moves."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import make_server

from service.accounts import open_account
from service.platform import Role, job_actor
from service.register import registered_scope, seed
from tests.browser.window import Window
from tests.console.conftest import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask
    from playwright.sync_api import Browser

    from service.platform import web


def read_whole(app: WSGIApplication) -> WSGIApplication:
    """The application with answers in memory: Werkzeug's server closes no file whose reader has gone away."""

    def answered(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        answer = app(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            if hasattr(answer, "close"):
                answer.close()

    return answered


@contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[int]:
    """The application over HTTP, in this very process: its clock is that of the test. The port, any free one for 0."""
    server = make_server("127.0.0.1", port, read_whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    with serving(app) as port:
        yield f"http://127.0.0.1:{port}"


def window_of(chromium: Browser, served: str, login: str, *, language: str = "zh-CN") -> Window:
    """A window signed in to an account that there is."""
    window = Window(chromium.new_context(locale=language), served, PASSWORD)
    assert window.sign_in(login).status_code == 303
    return window


@pytest.fixture
def staff(chromium: Browser, served: str, assembly: web.Assembly) -> Iterator[Callable[..., Window]]:
    """A function that opens an account and a window signed in to it, as in the tests without a browser."""
    opened: list[Window] = []

    def make(role: str, *, login: str = "", language: str = "zh-CN", **scope: object) -> Window:
        with assembly.database.unit_of_work(job_actor("tests")) as uow:
            seed(uow)
            open_account(
                uow=uow,
                registered=registered_scope,
                login=login or role,
                name=login or role,
                role=Role(role),
                password=PASSWORD,
                **scope,  # type: ignore[arg-type]
            )
        opened.append(window_of(chromium, served, login or role, language=language))
        return opened[-1]

    yield make
    for one in opened:
        one.context.close()
        assert one.complaints == []
