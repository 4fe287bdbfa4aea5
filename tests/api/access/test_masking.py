"""A natural person's name, planted in whatever of the town holds one, is told in full to nobody outside."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from sqlalchemy import text

from service.opendata import build_archive
from service.platform import Actor, Database, FixedClock, Role, job_actor, seal, web
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
        ratings_town.punish(database, ratings_town.ids(database)[-1], on=date(2026, 6, 1), severity="serious")
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
    """Every record and every audited result is made public, and the archive of open data built."""
    approver = client(app, member(Role.APPROVER, Scope(HERE)))
    with assembly.database.reader() as session:
        events = list(session.scalars(text("SELECT id FROM event")))
        visits = list(session.scalars(text("SELECT v.number FROM visit v JOIN visit_outcome o ON o.visit_id = v.id")))
    for event in events:
        body = {"act": "publish", "place": "site", "done_on": "2026-06-16"}
        approver.post(f"/v1/events/{event}/publication-acts", json=body)
    for number in visits:
        town.done(approver.post(f"/v1/visits/{number}/publication", json={"reference": "gazette/1"}))
    build_archive(database=assembly.database)


def outsiders() -> Iterator[Actor | None]:
    """Anybody, a partner, another entity, and staff of another authority."""
    yield None
    yield Actor("token", "partner", Role.PARTNER)
    yield Actor("token", "other", Role.ENTITY, subject=town.STRANGER)
    yield member(Role.HANDLER, Scope(BESIDE))


def read(answer: TestResponse) -> str:
    """The text of an answer, and of every file of an archive."""
    if answer.mimetype != "application/zip":
        return answer.get_data().decode("utf-8", "replace")
    with ZipFile(BytesIO(answer.get_data())) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.usefixtures("published")
def test_nobody_outside_is_told_the_whole_name_of_a_person(app: Flask, assembly: web.Assembly) -> None:
    with assembly.database.reader() as session:
        places = {}
        for route in sorted(web.access_table()):
            method, rule = route.split(" ", 1)
            known = all(place in catalogue.HELD or place in catalogue.WORDS for place in catalogue.places(rule))
            if method == "GET" and known and not rule.startswith("/console"):
                places[rule] = catalogue.address(session, rule)
        record = session.scalar(text("SELECT event_id FROM publication_act LIMIT 1"))
    places["replies"] = f"/v1/replies?about=record&references={record}"
    places["portal"] = f"/portal/entities?name={NAME}"
    told, shown = [], 0
    for actor in outsiders():
        asking = app.test_client() if actor is None else client(app, actor)
        for rule, place in places.items():
            page = read(asking.get(place, buffered=True))
            said = page.replace(f"name={NAME}", "").replace(f'value="{NAME}"', "")  # what was asked, told back
            shown += SHOWN in page
            if NAME in said:
                told.append((rule, actor and actor.role))
    assert told == []
    assert shown, "the person is told of, by one character"
