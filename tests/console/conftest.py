"""A browser without a screen: the application's own client, which keeps cookies and sends forms as pages write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from service.accounts import open_account
from service.platform import Role, job_actor
from service.register import registered_scope
from tests.api.conftest import app, assembly, clock, filling, house, quick_hashes
from tests.builders.fillings import seeded

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from service.platform import web

__all__ = ["app", "assembly", "clock", "filling", "house", "quick_hashes"]

PASSWORD = "four unrelated words"


class Browser:
    """Looks at pages of one face and sends their forms."""

    def __init__(self, client: FlaskClient, language: str = "zh") -> None:
        self.client = client
        self.headers = {"Accept-Language": language}

    def get(self, path: str, **said: str) -> TestResponse:
        return self.client.get(path, headers=self.headers, query_string=said or None)

    def send(self, page: TestResponse, path: str, **typed: str) -> TestResponse:
        """Send a form with the hidden fields of the page that shows it."""
        hidden = {name: re.search(f'name="{name}" value="([^"]*)"', page.text)[1] for name in ("csrf", "once")}  # type: ignore[index] # a page without a form is a fault
        return self.client.post(path, headers=self.headers, data=hidden | typed)

    def sign_in(self, login: str, password: str = PASSWORD) -> TestResponse:
        return self.send(self.get("/console/sign-in"), "/console/sign-in", login=login, password=password)


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def staff(app: Flask, assembly: web.Assembly) -> Callable[..., Browser]:
    """A function that opens an account of a role and returns a browser signed in to it."""

    def make(role: str, *, language: str = "zh", login: str | None = None, **scope: object) -> Browser:
        with assembly.database.unit_of_work(job_actor("tests")) as uow:
            seeded(uow)
            open_account(
                uow=uow,
                registered=registered_scope,
                login=login or role,
                name=login or role,
                role=Role(role),
                password=PASSWORD,
                **scope,  # type: ignore[arg-type]
            )
        made = Browser(app.test_client(), language)
        assert made.sign_in(login or role).status_code == 303
        return made

    return make
