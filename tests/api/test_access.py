"""Who may call what: declared for every route, enforced for every role."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.app import create_app
from service.platform import Role, job_actor, web
from service.register import enter_entity
from tests.builders.entities import entry
from tests.builders.fillings import seeded

ROLES = [role.value for role in Role if role is not Role.PUBLIC]


def test_every_declared_route_exists_and_every_route_is_declared(app: Flask) -> None:
    assert web.routes(app) == set(web.access_table())


def test_an_undeclared_route_stops_the_start(assembly: web.Assembly, monkeypatch: pytest.MonkeyPatch) -> None:
    known = dict(web.access_table())
    del known["GET /livez"]
    monkeypatch.setattr("service.platform.web.access.access_table", lambda: known)
    with pytest.raises(web.UndeclaredRouteError, match="GET /livez"):
        create_app(assembly)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_call_what_the_table_says_and_nothing_else(
    app: Flask, caller: Callable[..., FlaskClient], assembly: web.Assembly, role: str
) -> None:
    subject = None
    if role == "entity":
        with assembly.database.unit_of_work(job_actor("tests")) as uow:
            seeded(uow)
            subject = enter_entity(uow, entry=entry())
    client = caller(role, subject=subject)
    refused = set()
    for route in web.routes(app):
        method, _, rule = route.partition(" ")
        if client.open(re.sub("<[^>]*>", "0", rule), method=method).status_code == 403:
            refused.add(route)
    allowed = {route for route, roles in web.access_table().items() if {Role(role), Role.PUBLIC} & roles}
    assert refused == web.routes(app) - allowed


def test_nobody_without_a_token_reaches_more_than_the_public_may(app: Flask, anonymous: FlaskClient) -> None:
    answered = set()
    for route in web.routes(app):
        method, _, rule = route.partition(" ")
        if anonymous.open(re.sub("<[^>]*>", "0", rule), method=method).status_code != 401:
            answered.add(route)
    assert answered == {route for route, roles in web.access_table().items() if Role.PUBLIC in roles}
