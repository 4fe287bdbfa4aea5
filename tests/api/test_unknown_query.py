"""A parameter that a route does not name is refused on every route of the interface's document."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.platform import Role, job_actor, web
from service.register import enter_entity
from tests.builders.entities import entry
from tests.builders.fillings import seeded

Operation = tuple[str, str]
ORDER = [role for role in Role if role is not Role.ENTITY] + [Role.ENTITY]
"""A caller of each operation; the entity's token has a subject, so it comes last."""


def operations(app: Flask) -> Iterator[Operation]:
    """Method and path of every operation of the document."""
    for path, item in app.extensions["openapi"].document()["paths"].items():
        for method in ("get", "post", "put", "patch", "delete"):
            if method in item:
                yield method.upper(), path


def caller_of(operation: Operation) -> Role:
    """A role that may call an operation."""
    method, path = operation
    roles = next(roles for route, roles in web.access_table().items() if web.path_of(route) == f"{method} {path}")
    return next(role for role in ORDER if role in roles)


@pytest.fixture
def clients(
    caller: Callable[..., FlaskClient], anonymous: FlaskClient, assembly: web.Assembly
) -> dict[Role, FlaskClient]:
    """A client of each role."""
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        seeded(uow)
        subject = enter_entity(uow, entry=entry())
    made = {role: caller(role.value) for role in Role if role not in {Role.ENTITY, Role.PUBLIC}}
    return made | {Role.ENTITY: caller("entity", subject=subject), Role.PUBLIC: anonymous}


def test_no_operation_ignores_a_parameter_that_it_does_not_name(app: Flask, clients: dict[Role, FlaskClient]) -> None:
    found = set(operations(app))
    wrong = {}
    for operation in found:
        method, path = operation
        address = re.sub(r"\{[^{}]*\}", "0", path) + "?no_such/name=1"
        response = clients[caller_of(operation)].open(address, method=method)
        told = response.get_json(silent=True) or {}
        pointers = [(error["pointer"], error["code"]) for error in told.get("errors", ())]
        if (response.status_code, told.get("code")) != (422, "invalid_query") or (
            "/no_such~1name",
            "field_unknown",
        ) not in pointers:
            wrong[operation] = (response.status_code, told)
    assert wrong == {}
    assert len(found) > 200


def test_all_that_are_unknown_are_told_at_once(clients: dict[Role, FlaskClient]) -> None:
    response = clients[Role.ADMINISTRATOR].get("/v1/inspectors?b=1&a=&b=2", headers={"Accept-Language": "en"})
    assert [error["pointer"] for error in response.json["errors"]] == ["/a", "/b"]
    assert response.json["detail"] == "2 query parameter(s) do not fit."


@pytest.mark.parametrize("address", ["/v1/authorities", "/v1/authorities?", "/v1/authorities?&"])
def test_an_empty_query_is_none(clients: dict[Role, FlaskClient], address: str) -> None:
    assert clients[Role.ADMINISTRATOR].get(address).status_code == 200


def test_who_may_not_call_hears_that_first(anonymous: FlaskClient) -> None:
    assert anonymous.get("/v1/inspectors?no_such=1").status_code == 401


def test_a_refused_write_leaves_its_key_free(clients: dict[Role, FlaskClient]) -> None:
    key = {"Idempotency-Key": "a-key"}
    body = {"role": "auditor", "label": "one"}
    assert clients[Role.ADMINISTRATOR].post("/v1/tokens?lable=1", json=body, headers=key).status_code == 422
    assert clients[Role.ADMINISTRATOR].post("/v1/tokens", json=body, headers=key).status_code == 201
