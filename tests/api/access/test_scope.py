"""Every route, role and scope: what belongs to an authority is for whom its scope reaches, and for nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from sqlalchemy import text

from service.platform import Actor, FixedClock, Role, web
from tests.api.access import begun, catalogue, town
from tests.api.access.bodies import body_of
from tests.api.access.people import BESIDE, FOREIGN, HERE, REACHING, ROLES, Scope, client, member

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.builders.fillings import Filling

MARKS = """
SELECT public_key FROM entity WHERE public_key <> :stranger
UNION SELECT name FROM entity WHERE public_key <> :stranger
UNION SELECT code FROM inspector_version UNION SELECT login FROM account UNION SELECT id FROM api_token
UNION SELECT number FROM visit UNION SELECT number FROM rectification_order UNION SELECT number FROM repair_case
UNION SELECT number FROM entity_notice UNION SELECT id FROM visitor_code UNION SELECT public_id FROM entity_import
"""
"""What tells of the town whoever is told it."""
ON_THE_TEAM = {"person": "DC-01"}
KEPT = {("/v1/draws/<number>/secret", role, None) for role in (Role.HANDLER, Role.APPROVER)}
"""What is for the authority that draws alone, whatever else a scope reaches."""
READ, REFUSED = "GET", {403, 404}
SIGNED_IN = "/console/account/"
"""Pages of a browser that is signed in, about nothing but its own account."""


class Route(NamedTuple):
    """A route, where something of the town is named in it, and who may call it."""

    method: str
    rule: str
    place: str
    roles: frozenset[Role]

    @property
    def is_public(self) -> bool:
        return Role.PUBLIC in self.roles

    def callers(self, scopes: Iterable[Scope]) -> Iterator[Actor]:
        """A caller of each role of staff that may call it, and of each scope."""
        for scope in scopes:
            for role in ROLES:
                if role in self.roles:
                    yield member(role, scope)


@pytest.fixture
def filling() -> Filling:
    return town.furnished


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(town.TODAY)


@pytest.fixture
def routes(assembly: web.Assembly) -> list[Route]:
    """Routes of the interface that name something of an authority, and pages; what these send is asked of it."""
    table = sorted(web.access_table().items())
    with assembly.database.reader() as session:
        return [
            Route(method, rule, catalogue.address(session, rule, method), roles)
            for method, rule, roles in ((*route.split(" ", 1), roles) for route, roles in table)
            if catalogue.is_held(rule) and (method == READ or rule.startswith("/v1/"))
        ]


@pytest.fixture
def marks(assembly: web.Assembly) -> frozenset[str]:
    with assembly.database.reader() as session:
        return frozenset(session.scalars(text(MARKS), {"stranger": town.STRANGER}))


def told(answer: TestResponse, marks: Iterable[str], known: str) -> set[str]:
    """What an answer tells of the town beyond what is known."""
    page = answer.get_data().decode("utf-8", "replace")
    return {mark for mark in marks if mark in page and mark not in known}


def public(app: Flask, route: Route) -> str:
    """What anybody is told at a public route."""
    if not route.is_public:
        return ""
    return app.test_client().get(route.place, buffered=True).get_data().decode("utf-8", "replace")


def audits(assembly: web.Assembly) -> int:
    with assembly.database.reader() as session:
        found: int = session.execute(text("SELECT count(*) FROM audit")).scalar_one()
        return found


def test_whatever_an_address_names_stands_in_the_catalogue_and_nothing_else_does() -> None:
    split = [route.split(" ", 1) for route in web.access_table()]
    named = {place for method, rule in split for place in catalogue.places(rule)}
    ours = {p for method, rule in split if "/v1/" in rule or method == READ for p in catalogue.places(rule)}
    assert {place for place in ours if not catalogue.is_known(place)} == set()
    assert set(catalogue.HELD) | set(catalogue.OPEN) <= named
    assert set(catalogue.PAGES) <= named
    begins = {
        route
        for route, roles in web.access_table().items()
        if "<" not in route and "/v1/" in route and not route.startswith(READ) and Role.PUBLIC not in roles
    }
    assert begins == set(begun.bodies("", 0)) | set(begun.ELSEWHERE)


def test_what_is_read_of_a_thing_is_for_whom_its_scope_reaches(app: Flask, routes: list[Route]) -> None:
    lost = {
        (route.rule, actor.role, actor.authority, answer.status_code)
        for route in routes
        if route.method == READ and route.rule.startswith("/v1/") and not route.is_public
        for actor in (*route.callers([REACHING["own authority"]]), *list(route.callers([Scope()]))[:2])
        if actor.role is not Role.INSPECTOR
        if (answer := client(app, actor).get(route.place, buffered=True)).status_code in REFUSED
    }
    assert {each[:3] for each in lost} == KEPT


def test_nothing_is_read_of_a_thing_from_another_authority_or_region(
    app: Flask, routes: list[Route], marks: frozenset[str]
) -> None:
    read, leaks = 0, []
    told_to_all = {route.rule: public(app, route) for route in routes if route.method == READ}
    for route in routes:
        if route.method != READ:
            continue
        is_public = route.is_public or catalogue.is_of_public(route.rule)
        known = route.place + "".join(told_to_all.values() if is_public else ())
        for actor in strangers(route):
            answer = client(app, actor).get(route.place, buffered=True)
            read += 1
            if told(answer, marks, known) or not (is_public or answer.status_code in REFUSED):
                leaks.append((route.rule, actor.role, actor.regions, answer.status_code, told(answer, marks, known)))
    assert leaks == []
    assert read > len(routes)


def strangers(route: Route) -> Iterator[Actor]:
    """Callers of every role that reach nothing of the town; one role looks at a page, which asks the interface."""
    found = list(route.callers(FOREIGN.values()))
    yield from found if route.rule.startswith("/v1/") else found[:: max(1, len(found) // 2)]
    if Role.ENTITY in route.roles:
        yield Actor("token", "stranger", Role.ENTITY, subject=town.STRANGER)
    if Role.PARTNER in route.roles:
        yield Actor("token", "partner", Role.PARTNER, BESIDE)


def test_no_list_tells_of_another_authority_or_region(app: Flask, marks: frozenset[str]) -> None:
    leaks, ours = [], set()
    for name, roles in sorted(web.access_table().items()):
        method, rule = name.split(" ", 1)
        route = Route(method, rule, f"{rule}?{catalogue.ASKED.get(rule, '')}", roles)
        if method != READ or "<" in rule or rule.startswith(SIGNED_IN) or not roles & set(ROLES):
            continue
        known = route.place + public(app, route)
        for actor in strangers(route):
            answer = client(app, actor).get(route.place, buffered=True)
            if told(answer, marks, known) or answer.status_code >= 500:
                leaks.append((rule, actor.role, actor.regions, answer.status_code, told(answer, marks, known)))
            if rule.startswith("/v1/"):
                assert answer.status_code in {200, 403, 404, 409}, (rule, answer.text)
        own = next(route.callers([REACHING["own authority"]]))
        if told(client(app, own).get(route.place, buffered=True), marks, known):
            ours.add(rule)
    assert leaks == []
    assert len(ours) > 20, "what is looked for is told to whom it is for"


def test_nobody_changes_a_thing_of_another_authority_or_region(
    app: Flask, routes: list[Route], assembly: web.Assembly, marks: frozenset[str]
) -> None:
    document = app.test_client().get("/openapi.json").get_json()
    before, wrong, refused = audits(assembly), [], {}
    acts = [route for route in routes if route.method != READ and route.rule.startswith("/v1/") and not route.is_public]
    for route in acts:
        for actor in strangers(route):
            answer = sent(app, actor, route, document)
            refused[route.method, route.rule] = answer.json["code"]
            right = answer.status_code in REFUSED or (answer.status_code >= 400 and route.rule in begun.OUTSIDERS)
            if not right or told(answer, marks, route.place + str(body_of(document, route.rule, route.method))):
                wrong.append((route.method, route.rule, actor.role, actor.regions, answer.text))
    assert wrong == []
    assert audits(assembly) == before, "nothing was done"
    for route in sorted(acts, key=goes):
        own = [member(actor.role, Scope(HERE), **ON_THE_TEAM) for actor in route.callers([REACHING["own authority"]])]
        codes = {(sent(app, actor, route, document).get_json(silent=True) or {}).get("code") for actor in own}
        if own and codes == {refused[route.method, route.rule]} and route.rule not in begun.OUTSIDERS:
            wrong.append((route.method, route.rule, codes))
    assert wrong == []


def goes(route: Route) -> tuple[bool, bool]:
    """Orders acts so that what goes is used before it goes."""
    return route.rule.endswith("/end"), route.method == "DELETE"


def sent(app: Flask, actor: Actor, route: Route, document: dict[str, object]) -> TestResponse:
    """An act with the least that its description accepts."""
    body = body_of(document, route.rule, route.method)
    if body is None:
        return client(app, actor).open(
            route.place, method=route.method, data=town.PDF, content_type="application/octet-stream"
        )
    if "entity" in body and "<key>" in route.rule:
        body["entity"] = route.place.split("/")[3]
    return client(app, actor).open(route.place, method=route.method, json=body)


def test_nobody_begins_a_thing_of_another_authority_or_region(app: Flask, assembly: web.Assembly) -> None:
    with assembly.database.reader() as session:
        key = session.scalar(text(catalogue.FIRST))
        record = session.scalar(text(catalogue.FINED))
    before, wrong = audits(assembly), []
    begins = {name: (body, web.access_table()[name]) for name, body in begun.bodies(str(key), int(record)).items()}
    for name, (body, roles) in begins.items():
        route = Route(*name.split(" ", 1), name.split(" ", 1)[1], roles)
        for actor in strangers(route):
            answer = client(app, actor).post(route.place, json=body)
            if answer.status_code not in REFUSED:
                wrong.append((name, actor.role, actor.regions, answer.text))
    assert wrong == []
    assert audits(assembly) == before
    for name, (body, roles) in begins.items():
        role = min({*roles} - {Role.ENTITY})
        answer = client(app, member(role, Scope(HERE))).post(name.split(" ", 1)[1], json=body)
        if answer.status_code in REFUSED:
            wrong.append((name, role, answer.text))
    assert wrong == []


def test_of_many_tiers_asked_for_at_once_those_of_others_are_refused(app: Flask, assembly: web.Assembly) -> None:
    with assembly.database.reader() as session:
        key = session.scalar(text(catalogue.FIRST))
    for scope in FOREIGN.values():
        answer = client(app, member(Role.HANDLER, scope)).post("/v1/tiers", json={"entities": [key], "purpose": "x"})
        assert [one.get("tier") for one in answer.json["items"]] == [None], answer.text
        assert "out_of_scope" in answer.text
