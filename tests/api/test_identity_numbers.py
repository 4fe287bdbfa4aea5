"""An identity number is refused wherever a request can carry one, and nothing of that request is stored."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from sqlalchemy import text

from service.platform import Role, web
from tests.builders.dumping import tables_with
from tests.builders.entities import entry
from tests.builders.workbooks import workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    Caller = Callable[..., FlaskClient]

NUMBER = "11010519491231002X"
PLANTED: dict[str, Any] = {"planted": [{"remark": f"当事人身份证号{NUMBER}。"}]}
ENTITY = "own:planted"
HEADINGS = b"source,source_ref,entity,code,decided_on\n"


@pytest.fixture
def nothing_kept(assembly: web.Assembly) -> Iterator[None]:
    yield
    assembly.notes.flush()
    with assembly.database.reader() as session:
        assert tables_with(session, NUMBER) == []


def taking_json(app: Flask) -> list[str]:
    """Every route that takes a body of JSON."""
    document = app.test_client().get("/openapi.json").json
    assert document is not None
    return sorted(
        f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if isinstance(operation, dict) and "application/json" in operation.get("requestBody", {}).get("content", {})
    )


def filled(path: str) -> str:
    """An address with something at each of its parameters."""
    return re.sub(r"\{[^}]*\}", "1", path.replace("{key}", ENTITY))


def role_for(route: str) -> Role:
    """Somebody who may call it."""
    shape = re.compile(re.sub(r"\{[^}]*\}", "<[^>]*>", route))
    (roles,) = [roles for rule, roles in web.access_table().items() if shape.fullmatch(rule)]
    return min(roles, key=list(Role).index)


@pytest.mark.usefixtures("nothing_kept")
def test_no_route_takes_one_in_its_body(app: Flask, caller: Caller) -> None:
    administrator = caller("administrator")
    assert administrator.post("/v1/entities", json=entry(ENTITY)).status_code == 201
    clients: dict[Role, FlaskClient] = {Role.ADMINISTRATOR: administrator, Role.PUBLIC: app.test_client()}
    routes = taking_json(app)
    told = {}
    for route in routes:
        method, path = route.split(" ")
        role = role_for(route)
        if role not in clients:
            clients[role] = caller(role.value, **({"subject": ENTITY} if role is Role.ENTITY else {}))
        client = clients[role]
        answer = client.open(filled(path), method=method, json=PLANTED)
        told[route] = (answer.status_code, answer.json["code"] if answer.json else None)
        assert NUMBER not in answer.text
    assert len(routes) > 90
    assert {route: said for route, said in told.items() if said != (422, "identity_number")} == {}


def test_where_it_stands_is_told_and_what_to_do(caller: Caller) -> None:
    answer = caller("administrator").post("/v1/events", json=PLANTED, headers={"Accept-Language": "en"})
    assert answer.json is not None
    assert [one["pointer"] for one in answer.json["errors"]] == ["/planted/0/remark"]
    assert "a number of your own" in answer.json["next"]


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/v1/entities?q={NUMBER}"),
        ("GET", "/v1/entities?q=" + "".join(f"%{ord(digit):02x}" for digit in NUMBER)),
        ("GET", f"/v1/entities/own:{NUMBER}/tier"),
        ("GET", f"/v1/entities/{ENTITY}/tier?purpose=110105+19491231+002X"),
        ("DELETE", f"/v1/tokens/{NUMBER}"),
        ("GET", f"/portal/entities?name={NUMBER}"),
        ("GET", f"/nowhere/{NUMBER}"),
    ],
)
def test_no_address_bears_one(caller: Caller, method: str, path: str) -> None:
    client = caller("administrator")
    assert client.post("/v1/entities", json=entry(ENTITY)).status_code == 201
    answer = client.open(path, method=method)
    assert answer.status_code == 422
    assert NUMBER not in answer.text or path.startswith("/portal/")  # a form shows again what was typed


@pytest.mark.usefixtures("nothing_kept")
def test_no_key_of_a_repeat_is_one(caller: Caller) -> None:
    client = caller("administrator")
    answer = client.post("/v1/entities", json=entry(ENTITY), headers={"Idempotency-Key": NUMBER})
    assert (answer.status_code, answer.json and answer.json["code"]) == (422, "identity_number")


def rows(last: str) -> list[list[str]]:
    return [["cases", reference, ENTITY, "problem_found", "2025-03-01"] for reference in ("r1", last)]


def as_csv(last: str) -> bytes:
    return HEADINGS + b"".join(",".join(row).encode() + b"\n" for row in rows(last))


def as_ndjson(last: str) -> bytes:
    names = HEADINGS.decode().strip().split(",")
    return b"\n" + b"\n".join(orjson.dumps(dict(zip(names, row, strict=True))) for row in rows(last))


def as_workbook(last: str) -> bytes:
    return workbook(tuple(HEADINGS.decode().strip().split(",")), *map(tuple, rows(last)))


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    ("media_type", "made"),
    [
        ("text/csv", as_csv),
        ("text/csv", lambda last: gzip.compress(as_csv(last))),
        ("application/x-ndjson", as_ndjson),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_workbook),
    ],
)
def test_no_file_of_records_holds_one(caller: Caller, media_type: str, made: Callable[[str], bytes]) -> None:
    client = caller("administrator")
    answer = client.post("/v1/events/bulk", data=made(NUMBER), content_type=media_type)
    assert (answer.status_code, answer.json and answer.json["code"]) == (422, "identity_number_in_file")
    assert answer.json is not None
    assert "3" in answer.json["detail"]
    assert client.post("/v1/events/bulk", data=made("r2"), content_type=media_type).status_code == 202


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("file_format", ["csv", "ndjson", "xlsx"])
def test_of_a_file_of_entities_the_rows_with_one_are_refused_and_kept_without_it(
    caller: Caller, assembly: web.Assembly, file_format: str
) -> None:
    entries = [entry(ENTITY), entry("own:other", name=f"王某{NUMBER}"), entry(f"own:{NUMBER}")]
    answer = caller("administrator").post(
        f"/v1/imports/entities?format={file_format}&mode=keep_good", data=entities_as(file_format, entries)
    )
    assert answer.json is not None
    assert (answer.status_code, answer.json["created"], answer.json["refused"]) == (200, 1, 2), answer.text
    with assembly.database.reader() as session:
        found = session.execute(text("SELECT pointer, code FROM entity_import_error ORDER BY row")).all()
    assert [tuple(row) for row in found] == [("/name", "identity_number"), ("/key", "identity_number")]


def entities_as(file_format: str, entries: list[dict[str, Any]]) -> bytes:
    if file_format == "ndjson":
        return b"\n".join(orjson.dumps(one) for one in entries)
    names = ["key", "name", "authority", "region", "kinds"]
    lines = [[cell(one[name]) for name in names] for one in entries]
    if file_format == "csv":
        return "\n".join(",".join(line) for line in [names, *lines]).encode()
    return workbook(tuple(names), *map(tuple, lines))


def cell(value: object) -> str:
    if not isinstance(value, list):
        return str(value)
    parts = "kind", "licence_no", "valid_from", "valid_to"
    return ";".join("|".join(str(one.get(part) or "") for part in parts) for one in value)
