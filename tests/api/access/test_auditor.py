"""An auditor sees whatever anybody of the staff may see, and changes nothing but what is his own."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import orjson
import pytest
from sqlalchemy import text

from service.platform import STAFF, FixedClock, Role, seal, web
from service.ratings import drain
from tests.api.access import catalogue, town
from tests.api.access.people import HERE, Scope, client, member
from tests.integration.ratings import town as ratings_town

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.builders.fillings import Filling

OWN = {
    "POST /console/account/browsers/end": "a browser of his own",
    "POST /console/entities/searches": "a search of his own",
    "POST /console/entities/searches/<int:search>": "as above",
    "POST /v1/saved-searches": "as above",
    "PATCH /v1/saved-searches/<int:search>": "as above",
    "DELETE /v1/saved-searches/<int:search>": "as above",
    "POST /v1/tiers": "a question",
}
"""What an auditor sends, and why it changes nothing of anybody else's."""
UNSEEN = {
    "GET /v1/draws/<number>/secret": "of who draws alone until it is shown: whoever knows it could foresee the draw",
    "GET /console/draws/<number>/secret": "as above",
}
"""What not even an auditor sees."""
FORM = re.compile(r"<form(?![^>]*method=.get)[^>]*action=\"([^\"]+)\"|<form method=.post.", re.IGNORECASE)
HIS_FORMS = (
    "/console/account/",
    "/console/sign-in",
    "/console/sign-out",
    "/console/language",
    "/console/entities/searches",
)
LOOKED = "SELECT count(*) FROM query_log WHERE actor_id = :who AND subject = :key"


@pytest.fixture
def filling() -> Filling:
    return town.furnished


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(town.TODAY)


def is_form(route: str) -> bool:
    """Whether a page is there to send something, by the route to which it does."""
    sends = {other.removeprefix("POST ") for other in web.access_table() if other.startswith("POST ")}
    rule = route.removeprefix("GET ")
    return (
        (rule in sends and rule.startswith("/console/"))
        or rule.endswith(("/new", "/edit", "/dropping", "/amendment"))
        or "/trials/" in rule
    )


def test_an_auditor_may_read_whatever_any_of_the_staff_may() -> None:
    unseen = {
        route
        for route, roles in web.access_table().items()
        if route.startswith("GET ") and roles & STAFF and not roles & {Role.AUDITOR, Role.PUBLIC}
        if not is_form(route) and not route.startswith(("GET /console/visits", "GET /console/recusals/<"))
    }
    assert unseen == set(UNSEEN), "an inspector's own visits are read at /v1/visits"


def test_an_auditor_may_send_nothing_but_what_is_his_own() -> None:
    sent = {
        route
        for route, roles in web.access_table().items()
        if not route.startswith("GET ") and Role.AUDITOR in roles and Role.PUBLIC not in roles
    }
    assert sent == set(OWN)


def test_pages_show_an_auditor_no_form_that_he_may_not_send(app: Flask, assembly: web.Assembly) -> None:
    auditor = client(app, member(Role.AUDITOR, Scope(HERE), kind="account", id="7"))
    pages = [
        route.removeprefix("GET ")
        for route, roles in sorted(web.access_table().items())
        if route.startswith("GET /console/") and Role.AUDITOR in roles
    ]
    looked, shown = 0, []
    for rule in pages:
        if not all(place in catalogue.WORDS or place in catalogue.PAGES for place in catalogue.places(rule)):
            continue  # of an edition, or of nothing that the town holds
        with assembly.database.reader() as session:
            place = catalogue.address(session, rule)
        answer = auditor.get(place, buffered=True)
        if answer.mimetype == "text/html":
            looked += answer.status_code == 200
            shown += [(rule, where) for where in FORM.findall(answer.text) if not where.startswith(HIS_FORMS)]
    assert shown == []
    assert looked > 30


def test_an_auditor_is_noted_like_anybody_else(app: Flask, assembly: web.Assembly) -> None:
    auditor = member(Role.AUDITOR, Scope(HERE))
    with assembly.database.reader() as session:
        key = session.scalar(text(catalogue.FIRST))
    client(app, auditor).get(f"/v1/entities/{key}/tier?purpose=audit")
    client(app, auditor).get(f"/v1/entities/{key}/events")
    assembly.notes.flush()
    with assembly.database.reader() as session:
        assert session.scalar(text(LOOKED), {"who": auditor.id, "key": key}) == 2


def test_an_auditor_sees_what_an_officer_saw_on_that_day(app: Flask, assembly: web.Assembly, clock: FixedClock) -> None:
    """The note of a look tells its instant; asked again as known then, the answer is the same to the byte."""
    database, officer = assembly.database, member(Role.HANDLER, Scope(HERE))
    with database.reader() as session:
        key, number = session.execute(text("SELECT public_key, id FROM entity ORDER BY id LIMIT 1")).one()
    seal(database)
    clock.advance(timedelta(hours=1))
    asked = f"/v1/entities/{key}/tier?purpose=audit&as_of=2026-06-16"
    seen = client(app, officer).get(asked)
    assembly.notes.flush()
    clock.advance(timedelta(days=3))
    ratings_town.punish(database, number, on=date(2026, 6, 15), severity="serious")
    drain(database=database)
    seal(database)
    clock.advance(timedelta(hours=1))
    with database.reader() as session:
        (at,) = session.scalars(text("SELECT asked_at FROM query_log WHERE actor_id = :who"), {"who": officer.id})
    auditor = client(app, member(Role.AUDITOR, Scope(HERE)))
    now, then = (auditor.get(asked + more) for more in ("", f"&known_at={at.isoformat().replace('+', '%2B')}"))
    assert told(then) == told(seen)
    assert told(now) != told(seen)


def told(answer: TestResponse) -> bytes:
    """Tier, points and reasons, as they stand in an answer."""
    assert answer.status_code == 200, answer.text
    whole = answer.get_json()
    parts = {name: whole[name] for name in ("tier", "kinds", "explanations", "next_change_on") if name in whole}
    assert parts.keys() >= {"tier", "explanations"}
    return orjson.dumps(parts)
