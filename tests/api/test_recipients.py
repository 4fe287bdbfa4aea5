"""Recipients speak for their own places: they confirm what they took down, and say each day what they hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.api.at_once import at_once
from tests.builders import publishing
from tests.builders.partners import rows
from tests.integration.ratings import town
from workers.jobs import publication_alarms

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import Database, FixedClock, web
    from tests.builders.fillings import Filling

PLACE = "credit-platform"
FIRST = "2026-06-01"
ALARMS = """
SELECT payload ->> 'stage', payload ->> 'act', payload ->> 'place', payload ->> 'due_on' FROM outbox
 WHERE topic = 'alarm.publication' AND payload ->> 'kind' = 'withdraw_annulled' ORDER BY id
"""


@pytest.fixture
def filling() -> Filling:
    return publishing.standing


@pytest.fixture
def database(assembly: web.Assembly) -> Database:
    return assembly.database


@pytest.fixture
def handler(database: Database, caller: Callable[..., FlaskClient]) -> FlaskClient:
    assert database
    return caller("handler", authority=town.AUTHORITY)


@pytest.fixture
def platform(database: Database, caller: Callable[..., FlaskClient]) -> FlaskClient:
    assert database
    return caller("partner", places=[PLACE])


@pytest.fixture
def event(database: Database) -> int:
    return town.punish(database, town.people(database, 1)[0], on=date(2026, 5, 25), severity="general")


def act(client: FlaskClient, event: int, what: str, on: str = FIRST, place: str = PLACE, **said: object) -> None:
    body = {"act": what, "place": place, "done_on": on, **said}
    answer = client.post(f"/v1/events/{event}/publication-acts", json=body)
    assert answer.status_code == 201, answer.json


def annul(database: Database, event: int) -> None:
    publishing.act(database, event, "annulment", date(2026, 6, 1), reason="review")


def confirmed(client: FlaskClient, event: int, on: str = FIRST, place: str = PLACE, reference: str = "T-1") -> Any:  # noqa: ANN401 - an answer
    body = {"place": place, "done_on": on, "reference": reference}
    return client.post(f"/v1/events/{event}/takedown-acknowledgements", json=body)


def owed(client: FlaskClient) -> list[tuple[str, str, str, str | None]]:
    answer = client.get("/v1/publication-worklist")
    assert answer.status_code == 200, answer.json
    return [(one["act"], one["place"], one["due_on"], one["alarm"]) for one in answer.json["items"] if one["place"]]


def test_what_was_taken_down_is_owed_until_the_place_confirms_it_and_alarms_by_the_same_term(
    handler: FlaskClient, platform: FlaskClient, database: Database, event: int, clock: FixedClock
) -> None:
    act(handler, event, "publish")
    act(handler, event, "publish", place="site")
    annul(database, event)
    for place in (PLACE, "site"):
        act(handler, event, "withdraw", place=place)
    assert owed(handler) == [("acknowledge", PLACE, "2026-06-04", None)]  # nobody speaks for the site
    clock.advance(timedelta(days=2))
    publication_alarms.run(database)
    assert owed(platform) == [("acknowledge", PLACE, "2026-06-04", "due")]
    clock.advance(timedelta(days=2))
    publication_alarms.run(database)
    assert owed(platform) == owed(handler) == [("acknowledge", PLACE, "2026-06-04", "overdue")]
    assert rows(database, ALARMS) == [
        ("due", "acknowledge", PLACE, "2026-06-04"),
        ("overdue", "acknowledge", PLACE, "2026-06-04"),
    ]
    answer = confirmed(platform, event, "2026-06-05")
    assert (answer.status_code, answer.headers["Idempotency-Hit"]) == (201, "false")
    again = confirmed(platform, event, "2026-06-05")
    assert (again.status_code, again.headers["Idempotency-Hit"], again.json) == (200, "true", answer.json)
    other = confirmed(platform, event, "2026-06-05", reference="T-2")
    assert (other.status_code, other.json["code"]) == (409, "publication_acknowledged_otherwise")
    publication_alarms.run(database)
    assert owed(platform) == owed(handler) == []
    key = rows(database, "SELECT subject FROM audit WHERE action = 'publicity.acknowledge'")
    (told,) = handler.get(f"/v1/entities/{key[0][0]}/publicity").json["items"]
    last = told["acts"][-1]
    assert (last["act"], last["place"], last["reference"]) == ("acknowledge", PLACE, "T-1")
    assert last["person"].startswith("token:")
    late = {(one["act"], one["place"]): one["late"] for one in told["duties"] if one["duty"] == "withdraw_annulled"}
    assert late == {("acknowledge", PLACE): True, ("withdraw", "site"): False}


def test_nobody_confirms_in_the_place_of_who_speaks_for_it(
    handler: FlaskClient, platform: FlaskClient, database: Database, event: int
) -> None:
    act(handler, event, "publish")
    annul(database, event)
    act(handler, event, "withdraw")
    body = {"act": "acknowledge", "place": PLACE, "done_on": FIRST}
    refused = handler.post(f"/v1/events/{event}/publication-acts", json=body)
    assert (refused.status_code, refused.json["code"]) == (403, "publication_place_foreign")
    assert owed(handler) == [("acknowledge", PLACE, "2026-06-04", None)]
    assert confirmed(platform, event).status_code == 201


def test_a_place_that_takes_down_first_says_both_and_partners_are_told(
    handler: FlaskClient, platform: FlaskClient, database: Database, event: int
) -> None:
    act(handler, event, "publish")
    assert confirmed(platform, event).json["code"] == "publication_still_shown"
    annul(database, event)
    assert owed(handler) == [("withdraw", PLACE, "2026-06-04", None)]
    assert confirmed(platform, event, "2026-06-02").json["code"] == "publication_day_impossible"
    assert confirmed(platform, event).status_code == 201
    assert owed(handler) == []
    acts = "SELECT act, person LIKE 'token:%' FROM publication_act ORDER BY id"
    assert rows(database, acts) == [("publish", True), ("withdraw", True), ("acknowledge", True)]
    topics = "SELECT topic, payload ->> 'state' FROM outbox WHERE topic LIKE 'publication.%' ORDER BY id"
    assert rows(database, topics) == [("publication.published", "public"), ("publication.withdrawn", "withdrawn")]


def test_a_confirmation_that_is_sent_twice_at_the_same_moment_stands_once(
    handler: FlaskClient, caller: Callable[..., FlaskClient], database: Database, event: int
) -> None:
    act(handler, event, "publish")
    annul(database, event)
    partners = [caller("partner", places=[PLACE]) for _ in range(3)]
    answers = at_once(lambda client: confirmed(client, event), partners)
    assert sorted(one.status_code for one in answers) == [200, 200, 201]
    assert len({one.json["id"] for one in answers if one.json}) == 1
    acts = "SELECT act FROM publication_act ORDER BY id"
    assert rows(database, acts) == [("publish",), ("withdraw",), ("acknowledge",)]


def test_what_was_handed_on_is_owed_back_until_confirmed(
    handler: FlaskClient, platform: FlaskClient, database: Database, event: int
) -> None:
    act(handler, event, "forward")
    annul(database, event)
    assert owed(handler) == [("withdraw", PLACE, "2026-06-04", None)]
    assert confirmed(platform, event).status_code == 201
    assert owed(handler) == []


def test_nobody_confirms_for_another_or_what_he_was_never_sent(
    handler: FlaskClient,
    platform: FlaskClient,
    caller: Callable[..., FlaskClient],
    database: Database,
    event: int,
) -> None:
    act(handler, event, "publish", place="site")
    annul(database, event)
    before = rows(database, "SELECT count(*) FROM publication_act")
    nobody = caller("partner")
    far = caller("partner", places=["site"], authority="bj-culture-110105")
    for client, place, status, code in (
        (platform, "site", 403, "publication_place_foreign"),
        (nobody, "site", 403, "publication_place_foreign"),
        (platform, PLACE, 404, "publication_record_unknown"),
        (far, "site", 404, "publication_record_unknown"),
        (handler, "site", 403, "forbidden"),
    ):
        answer = confirmed(client, event, place=place)
        assert (answer.status_code, answer.json["code"]) == (status, code), place
    assert confirmed(platform, 10**9).json["code"] == "publication_record_unknown"
    assert rows(database, "SELECT count(*) FROM publication_act") == before
    assert owed(far) == owed(nobody) == []


def test_only_who_speaks_for_a_place_compares_for_it_and_who_is_late_is_listed(
    handler: FlaskClient,
    platform: FlaskClient,
    caller: Callable[..., FlaskClient],
    database: Database,
    event: int,
    clock: FixedClock,
) -> None:
    act(handler, event, "forward")

    def compared(client: FlaskClient, place: str = PLACE, on: str = FIRST, events: tuple[int, ...] = ()) -> Any:  # noqa: ANN401 - an answer
        body = {"place": place, "compared_on": on, "events": list(events)}
        return client.post("/v1/publication-comparisons", json=body)

    def listed() -> list[tuple[str, str | None, int | None, bool]]:
        items = handler.get("/v1/publication-recipients").json["items"]
        return [(one["place"], one["compared_on"], one["missing"], one["late"]) for one in items]

    assert listed() == [(PLACE, None, None, True)]
    for client, place in ((handler, PLACE), (platform, "site"), (caller("partner"), "site")):
        assert compared(client, place).json["code"] == "publication_place_foreign"
    assert compared(handler, "site").status_code == 201  # nobody speaks for it
    assert compared(platform, on="2026-06-03").json["code"] == "publication_compared_ahead"
    assert compared(platform).json["missing"] == [event]
    assert listed() == [(PLACE, FIRST, 1, False)]
    assert (compared(platform, events=(event,)).json["missing"], listed()[0][2]) == ([], 0)
    alarms = "SELECT subject, payload ->> 'compared_on' FROM outbox WHERE topic = 'alarm.comparison' ORDER BY id"
    publication_alarms.run(database)
    assert rows(database, alarms) == []
    for _ in range(2):
        clock.advance(timedelta(days=1))
        publication_alarms.run(database)
    assert listed() == [(PLACE, FIRST, 0, True)]
    publication_alarms.run(database)
    assert rows(database, alarms) == [(PLACE, FIRST)]
    assert compared(platform, on="2026-06-03", events=(event,)).status_code == 201
    clock.advance(timedelta(days=2))
    publication_alarms.run(database)
    assert rows(database, alarms) == [(PLACE, FIRST), (PLACE, "2026-06-03")]
    far = caller("partner", places=["far"], authority="bj-culture-110105")
    (told,) = compared(far, "far", events=(event,)).json["surplus"]
    assert told == {"event": event, "why": "unknown_in_scope"}


def test_only_a_partner_speaks_for_a_place_and_only_the_whole_gives_it(caller: Callable[..., FlaskClient]) -> None:
    body = {"role": "partner", "label": "platform", "places": [PLACE]}
    whole, part = caller("administrator"), caller("administrator", authority=town.AUTHORITY)
    assert whole.post("/v1/tokens", json={**body, "role": "handler"}).json["code"] == "token_for_no_partner"
    refused = part.post("/v1/tokens", json={**body, "authority": town.AUTHORITY})
    assert (refused.json["code"], refused.json["pointer"]) == ("out_of_scope", "/places")
    assert whole.post("/v1/tokens", json=body).status_code == 201
    assert [one["places"] for one in whole.get("/v1/tokens").json["items"] if one["label"] == "platform"] == [[PLACE]]
