"""A member of staff who looks at pages: an account, and the cookie of a browser signed in to it."""

from __future__ import annotations

import re
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from service import accounts, register
from service.cli.runtime import OPERATOR
from service.platform import Role

if TYPE_CHECKING:
    from bench.city.servers import Web
    from bench.city.stored import Stored

LOGIN, PASSWORD = "handler", "four unrelated words"


def signed_in(city: Stored, server: Web) -> str:
    """The `Cookie` header of a browser signed in to the console as a handler of every authority."""
    with city.database.unit_of_work(OPERATOR) as uow:
        accounts.open_account(
            uow=uow,
            registered=register.registered_scope,
            login=LOGIN,
            name=LOGIN,
            role=Role.HANDLER,
            password=PASSWORD,
        )
    connection = HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", "/console/sign-in")
    page = connection.getresponse()
    cookie = _kept(page.getheader("Set-Cookie"))
    hidden = dict(re.findall(r'name="(csrf|once)" value="([^"]*)"', page.read().decode()))
    form = urlencode({**hidden, "login": LOGIN, "password": PASSWORD})
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/console/sign-in", form, headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 303, "not signed in"
    return _kept(answer.getheader("Set-Cookie"))


def _kept(said: str | None) -> str:
    assert said is not None, "no cookie was set"
    return said.partition(";")[0]
