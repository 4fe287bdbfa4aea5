"""A natural person's name, planted in whatever of the town holds one, is told in full to nobody outside."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from sqlalchemy import text

from service.notices.webhooks.topics import topics
from service.opendata import build_archive
from service.platform import Actor, Database, FixedClock, Role, job_actor, seal, web
from service.portal.feeds import SOURCES
from service.ratings import drain
from service.register import change_entity, enter_entity
from tests.api.access import catalogue, town
from tests.api.access.people import BESIDE, HERE, Scope, client, member
from tests.builders.entities import entry
from tests.integration.ratings import town as ratings_town

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.builders.fillings import Filling

NAME, SHOWN = "种植某人", "种***"
PERSON = "own:planted-person"
PUBLIC = {
    "/portal/entities/<key>": catalogue.FIRST,
    "/portal/draws/<number>": catalogue.DRAW,
    "/portal/plans/<number>": catalogue.PLAN,
}
"""Pages for everybody about one thing of the town."""
TOLD = "SELECT id, topic, subject, payload, recorded_at FROM outbox WHERE topic = ANY(:topics)"
HAN = re.compile(r"[\u4e00-\u9fff]{4}")
LITERAL = re.compile(rb"\(((?:[^()\\]|\\.)*)\)", re.DOTALL)
ESCAPED = re.compile(rb"\\(?:([0-7]{1,3})|(.))", re.DOTALL)


def planted(database_url: str) -> None:
    """A filling: the town, whose entities that were visited, fined, published and argued about are one person's."""
    town.furnished(database_url)
    with closing(Database(database_url, clock=FixedClock(town.TODAY))) as database:
        with database.reader() as session:
            keys = list(session.scalars(text("SELECT public_key FROM entity WHERE public_key LIKE 'own:T-%'")))
        for key in keys:
            with database.unit_of_work(job_actor("tests")) as uow:
                change_entity(uow, key=key, change={"name": NAME, "natural_person": True})
        with database.unit_of_work(job_actor("tests")) as uow:
            enter_entity(uow, entry=entry(PERSON, name=NAME, natural_person=True, **town.OURS))
        said = dict.fromkeys(("decision_no", "violation_kind", "basis", "penalty_content"), "见决定书")
        said |= {"facts": f"{NAME}未按规定核对证件", "penalty_kinds": "罚款"}
        fine = {"on": date(2026, 6, 1), "severity": "serious", "attributes": said}
        for number in ratings_town.ids(database)[0], ratings_town.ids(database)[-1]:
            ratings_town.punish(database, number, **fine)
        drain(database=database)
        seal(database)


@pytest.fixture
def filling() -> Filling:
    return planted


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(town.TODAY)


@pytest.fixture
def published(app: Flask, assembly: web.Assembly) -> None:
    """Every record and every audited result is made public, with what a person says of it; open data are built."""
    approver = client(app, member(Role.APPROVER, Scope(HERE)))
    with assembly.database.reader() as session:
        events = list(session.scalars(text("SELECT id FROM event ORDER BY id")))
        first = session.scalar(text(catalogue.FIRST))
        visits = list(session.scalars(text("SELECT v.number FROM visit v JOIN visit_outcome o ON o.visit_id = v.id")))
    for event in events:
        body = {"act": "publish", "place": "site", "done_on": "2026-06-16"}
        approver.post(f"/v1/events/{event}/publication-acts", json=body)
    for number in visits:
        town.done(approver.post(f"/v1/visits/{number}/publication", json={"reference": "gazette/1"}))
    handler = client(app, member(Role.HANDLER, Scope(HERE)))
    order = {**town.ORDER, "source_ref": "2", "document": f"{NAME}一案", "starts_on": "2026-06-10", "record": events[0]}
    town.done(handler.post("/v1/measures", json=order))
    person = client(app, Actor("token", "person", Role.ENTITY, subject=first))
    for event in events:
        person.post("/v1/replies", json={"about": "record", "reference": str(event), "text": f"{NAME}已缴清"})
    for reply in town.done(approver.get("/v1/reply-worklist"))["items"]:
        town.done(handler.post(f"/v1/replies/{reply['id']}/decision", json={"accept": True}))
    build_archive(database=assembly.database)


def outsiders() -> Iterator[Actor | None]:
    """Anybody, a partner, another entity, and staff of another authority."""
    yield None
    yield Actor("token", "partner", Role.PARTNER)
    yield Actor("token", "other", Role.ENTITY, subject=town.STRANGER)
    yield member(Role.HANDLER, Scope(BESIDE))


def read(answer: TestResponse) -> str:
    """The text of an answer, of a document's pages, and of every file of an archive."""
    if answer.mimetype == "application/pdf":
        return printed(answer.get_data())
    if answer.mimetype != "application/zip":
        return answer.get_data().decode("utf-8", "replace")
    with ZipFile(BytesIO(answer.get_data())) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def printed(document: bytes) -> str:
    """What is drawn on the pages of a PDF: its literal strings, Latin ones and those of Chinese typefaces."""
    drawn = [
        ESCAPED.sub(lambda part: bytes([int(part[1], 8)]) if part[1] else part[2], literal)
        for literal in LITERAL.findall(document)
    ]
    return "".join(one.decode(form, "replace") for form in ("latin-1", "utf-16-be") for one in drawn)


@pytest.mark.usefixtures("published")
def test_nobody_outside_is_told_the_whole_name_of_a_person(app: Flask, assembly: web.Assembly) -> None:
    with assembly.database.reader() as session:
        places = {}
        for route in sorted(web.access_table()):
            method, rule = route.split(" ", 1)
            known = all(place in catalogue.HELD or place in catalogue.WORDS for place in catalogue.places(rule))
            if method == "GET" and known and not rule.startswith("/console"):
                places[rule] = catalogue.address(session, rule)
        places |= {rule: rule[: rule.index("<")] + session.scalar(text(one)) for rule, one in PUBLIC.items()}
        records = session.scalars(text("SELECT DISTINCT event_id FROM publication_act")).all()
    places["replies"] = f"/v1/replies?about=record&references={','.join(map(str, records))}"
    places |= {name: f"/portal/feeds/{name}.atom" for name in SOURCES}
    places["portal"] = f"/portal/entities?name={NAME}"
    told, shown = [], set()
    for actor in outsiders():
        asking = app.test_client() if actor is None else client(app, actor)
        for rule, place in places.items():
            page = read(asking.get(place, buffered=True))
            said = page.replace(f"name={NAME}", "").replace(f'value="{NAME}"', "")  # what was asked, told back
            if SHOWN in page:
                shown.add(rule)
            if NAME in said:
                told.append((rule, actor and actor.role))
    assert told == []
    by_one_character = {f"/v1/entities/<key>/{one}" for one in ("tier", "measures", "penalty-record")}
    assert shown >= by_one_character | {"/portal/entities/<key>", "records", "results", "replies"}


def test_a_notice_is_printed_as_it_reads_and_nobody_else_is_given_it(app: Flask, assembly: web.Assembly) -> None:
    with assembly.database.reader() as session:
        place = catalogue.address(session, "/v1/notices/<number>/pdf")
        whose = "SELECT entity_key FROM entity_notice ORDER BY id LIMIT 1"
        person = Actor("token", "person", Role.ENTITY, subject=session.scalar(text(whose)))
    own = client(app, person)
    written = read(own.get(place.removesuffix("pdf") + "text", query_string={"lang": "zh"}))
    said = read(own.get(place, query_string={"lang": "zh"}))
    assert len(words := HAN.findall(written)) > 10
    assert [word for word in words if word not in said] == []
    for actor in outsiders():
        answer = (app.test_client() if actor is None else client(app, actor)).get(place)
        assert answer.status_code in {401, 403, 404}, actor


@pytest.mark.usefixtures("published")
def test_what_goes_to_the_credit_platform_tells_the_name_nowhere(app: Flask) -> None:
    handler = client(app, member(Role.HANDLER, Scope(HERE)))
    overview, sheet = (
        handler.get(place, query_string=catalogue.ASKED[place]).get_data(as_text=True)
        for place in ("/v1/double-publicity", "/v1/double-publicity.csv")
    )
    assert f"{SHOWN}未按规定核对证件" in sheet
    assert NAME not in overview + sheet


@pytest.mark.usefixtures("published")
def test_no_message_to_partners_tells_the_name(assembly: web.Assembly) -> None:
    with assembly.database.reader() as session:
        rows = session.execute(text(TOLD), {"topics": list(topics())}).all()
    told = {row.topic for row in rows}
    assert told >= {"tier.changed", "publication.published", "inspections.visit_published"}
    for row in rows:
        of = {"number": row.id, "subject": row.subject, "payload": row.payload, "at": row.recorded_at}
        message = topics()[row.topic].message(**of, source="https://credit.example")
        assert NAME not in message.decode()
