"""Publicity through the interface: what is public and why, what is owed by when, and what was done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import publishing
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import Database, FixedClock, web
    from tests.builders.fillings import Filling

SITE = "enforcement-site"
CINEMA = [{"kind": "cinema", "licence_no": "1", "valid_from": "2015-01-01", "valid_to": None}]


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
def entity(database: Database) -> int:
    return town.people(database, 1)[0]


def records(client: FlaskClient, database: Database, entity: int, **asked: str) -> dict[int, dict[str, Any]]:
    answer = client.get(f"/v1/entities/{town.key_of(database, entity)}/publicity", query_string=asked)
    assert answer.status_code == 200, answer.json
    return {one["event"]: one for one in answer.json["items"]}


def done(client: FlaskClient, event: int, act: str, on: str = "2026-06-01", **said: object) -> Any:  # noqa: ANN401 - an answer
    body = {"act": act, "place": SITE, "done_on": on, **said}
    return client.post(f"/v1/events/{event}/publication-acts", json=body)


def public(client: FlaskClient, **asked: object) -> list[dict[str, Any]]:
    answer = client.get("/v1/publications", query_string=asked)
    assert answer.status_code == 200, answer.json
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def owed(client: FlaskClient) -> list[tuple[int, str, str, str | None]]:
    answer = client.get("/v1/publication-worklist")
    assert answer.status_code == 200, answer.json
    return [(one["event"], one["duty"], one["due_on"], one["alarm"]) for one in answer.json["items"]]


def test_a_record_is_owed_then_public_then_annulled_and_taken_down(
    handler: FlaskClient, anonymous: FlaskClient, database: Database, entity: int, clock: FixedClock
) -> None:
    event = town.punish(database, entity, on=date(2026, 5, 25), severity="general")
    told = records(handler, database, entity)[event]
    assert (told["state"], told["class"], told["edition"]) == ("due", "general", "bj-credit.2024")
    assert (told["starts_on"], told["earliest_end"], told["latest_end"]) == ("2026-05-25", "2026-08-24", "2027-05-24")
    assert told["ends_on"] is None, "unperformed: the end of the period does not end it"
    assert told["reasons"][0]["code"] == "unperformed"
    assert told["reasons"][0]["text"]["en"].startswith("The end of the period")
    assert owed(handler) == [
        (event, "double_publicity", "2026-06-03", "due"),
        (event, "publish", "2026-06-03", "due"),
    ]
    assert public(anonymous) == []
    answer = done(handler, event, "publish", reference="https://site.example/1")
    assert answer.status_code == 201
    (shown,) = public(anonymous)
    assert (shown["event"], shown["ends_on"]) == (event, None)
    assert shown["published"] == [{"place": SITE, "on": "2026-06-01", "reference": "https://site.example/1"}]
    assert [duty for _, duty, _, _ in owed(handler)] == ["double_publicity"]
    publishing.act(database, event, "annulment", date(2026, 6, 1), reason="review")
    assert public(anonymous) == []
    assert owed(handler) == [(event, "withdraw_annulled", "2026-06-04", None)]
    (row,) = handler.get("/v1/publication-worklist").json["items"]
    assert (row["working_days_left"], row["decided_on"], bool(row["name"])) == (3, "2026-05-25", True)
    clock.advance(timedelta(days=4))
    assert owed(handler) == [(event, "withdraw_annulled", "2026-06-04", "overdue")]
    assert done(handler, event, "withdraw", "2026-06-05").status_code == 201
    assert owed(handler) == []
    told = records(handler, database, entity)[event]
    assert (told["state"], told["reasons"][0]["code"], told["ends_on"]) == ("withdrawn", "annulled", "2026-05-31")
    late = {one["duty"]: one["late"] for one in told["duties"]}
    assert late == {"publish": False, "withdraw_annulled": True}
    assert [one["act"] for one in told["acts"]] == ["publish", "withdraw"]


def test_what_is_not_public_says_by_which_clause_and_whether_it_was_checked(
    handler: FlaskClient, database: Database, entity: int
) -> None:
    minor = town.punish(database, entity, on=date(2026, 5, 25), severity="minor")
    summary = town.punish(database, entity, on=date(2026, 5, 25), attributes={"procedure": "summary"})
    first = town.punish(database, entity, on=date(2026, 5, 25), decision_kind="first_offence_exemption")
    older = town.punish(database, entity, on=date(2024, 3, 1))
    told = records(handler, database, entity)
    said = {event: (one["state"], one["reasons"][0]["code"], one["reasons"][0]["about"]) for event, one in told.items()}
    assert said[minor] == ("not_published", "class_not_published", "minor")
    assert not told[minor]["reasons"][0]["verified"]
    assert said[summary] == ("not_published", "exempt", "summary_procedure")
    assert said[first] == ("not_published", "exempt", "first_offence")
    assert told[older]["edition"] == "ndrc-58.2023", "read by the law in force when it was decided"
    assert records(handler, database, entity, as_of="2026-05-24")[minor]["reasons"][0]["code"] == "not_yet_decided"
    assert owed(handler) == [(older, "publish", "2024-03-12", "overdue")]
    refused = done(handler, minor, "publish")
    assert (refused.status_code, refused.json["code"]) == (409, "publication_not_shown_by_law")


def test_an_entry_in_a_list_is_public_until_the_exit_of_the_same_case(
    handler: FlaskClient, anonymous: FlaskClient, database: Database, entity: int
) -> None:
    entry = town.punish(database, entity, on=date(2026, 3, 2), decision_kind="list_entry", case_ref="L-1")
    other = town.punish(database, entity, on=date(2026, 3, 2), decision_kind="list_entry", case_ref="L-2")
    for event in (entry, other):
        assert done(handler, event, "publish", "2026-03-03").status_code == 201
    assert [one["event"] for one in public(anonymous)] == [entry, other]
    town.punish(database, entity, on=date(2026, 5, 29), decision_kind="list_exit", case_ref="L-1", code="list_exit")
    assert [one["event"] for one in public(anonymous)] == [other]
    told = records(handler, database, entity)[entry]
    assert (told["state"], told["reasons"][0]["code"], told["ends_on"]) == ("ended", "list_exit", "2026-05-28")
    assert owed(handler) == [(entry, "withdraw_ended", "2026-05-29", "overdue")]


def test_acts_that_contradict_the_law_or_what_was_done_are_refused(
    handler: FlaskClient, caller: Callable[..., FlaskClient], database: Database, entity: int
) -> None:
    event = town.punish(database, entity, on=date(2026, 5, 25), severity="general")
    codes = {
        "withdraw": ("publication_not_there", {}),
        "update": ("publication_not_there", {}),
        "acknowledge": ("publication_not_there", {}),
        "publish": ("publication_day_impossible", {"on": "2026-06-02"}),
    }
    for act, (code, said) in codes.items():
        assert done(handler, event, act, **said).json["code"] == code
    assert done(handler, event, "publish", "2026-05-24").json["code"] == "publication_day_impossible"
    assert done(handler, event, "publish").status_code == 201
    assert done(handler, event, "publish").json["code"] == "publication_twice"
    assert done(handler, event, "withdraw").json["code"] == "publication_still_due"
    assert done(handler, 10**9, "publish").json["code"] == "publication_record_unknown"
    assert done(handler, event, "shout").json["code"] == "invalid_body"
    stranger = caller("handler", authority="bj-culture-110105")
    assert done(stranger, event, "withdraw", reason="x").json["code"] == "out_of_scope"
    assert done(caller("partner"), event, "withdraw", reason="x").status_code == 403
    assert done(handler, event, "withdraw", reason="shown at the wrong place").status_code == 201
    assert done(handler, event, "acknowledge").status_code == 201
    assert done(handler, event, "acknowledge").json["code"] == "publication_not_there"


def test_a_late_withdrawal_is_not_hidden_by_its_day(handler: FlaskClient, database: Database, entity: int) -> None:
    event = town.punish(database, entity, on=date(2026, 5, 25), severity="general")
    assert done(handler, event, "publish", "2026-05-27").status_code == 201
    publishing.act(database, event, "annulment", date(2026, 5, 29), reason="review")
    for day, code in (("2026-05-26", "publication_before_last"), ("2026-05-28", "publication_still_due")):
        refused = done(handler, event, "withdraw", day)
        assert (refused.status_code, refused.json["code"]) == (422, code)
    assert done(handler, event, "withdraw", "2026-05-29").status_code == 201


def test_the_feed_is_paged_masked_and_not_sent_twice(
    handler: FlaskClient, anonymous: FlaskClient, database: Database
) -> None:
    people = town.people(database, 3)
    events = [town.punish(database, one, on=date(2026, 5, 25), severity="serious") for one in people]
    for event in events:
        assert done(handler, event, "publish").status_code == 201
    first = anonymous.get("/v1/publications?limit=2")
    following = first.headers["Link"].partition(">")[0].removeprefix("<")
    pages = [*first.json["items"], *anonymous.get(following).json["items"]]
    assert [one["event"] for one in pages] == events
    again = anonymous.get("/v1/publications?limit=2", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert [one["event"] for one in public(anonymous, entity=town.key_of(database, people[1]))] == [events[1]]
    assert public(anonymous, authority="bj-culture-110105") == []
    assert len(public(anonymous, authority=town.AUTHORITY)) == len(events)
    with database.unit_of_work(town.OPERATOR) as uow:
        audit_id = uow.audit("test.registered", "person", {})
        person = town.entity(uow.session, audit_id=audit_id, natural_person=True, name="张三丰")
    event = town.punish(database, person, on=date(2026, 5, 25), severity="serious")
    assert done(handler, event, "publish").status_code == 201
    shown = {one["event"]: one for one in public(anonymous)}[event]
    assert (shown["name"], shown["entity"]) == ("张**", None)


@pytest.mark.parametrize("few", [0, 2_000], ids=["each name looked at", "entities known"])
def test_public_records_are_found_by_a_part_of_a_name_but_persons_by_none(
    handler: FlaskClient, anonymous: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("service.register.queries.named.FEW", few)
    events = {}
    for name in ("张家口大栅栏影院", "另一家影院", "张三丰", "未公示影院"):
        said = {"name": name, "natural_person": name == "张三丰", "region": town.REGION, "authority": town.AUTHORITY}
        answer = handler.post("/v1/entities", json={"key": f"own:N{len(events)}", "kinds": CINEMA, **said})
        assert answer.status_code == 201, answer.json
        number = town.ids(database)[-1]
        events[name] = town.punish(database, number, on=date(2026, 5, 25), severity="serious")
        assert name == "未公示影院" or done(handler, events[name], "publish").status_code == 201

    def found(said: str) -> list[int]:
        return [one["event"] for one in public(anonymous, name=said)]

    assert found("影院") == [events["张家口大栅栏影院"], events["另一家影院"]], "nothing that is not published"
    assert found("大柵欄") == found("dashilan") == found("zjk") == [events["张家口大栅栏影院"]]
    assert found("张三") == found("张三丰") == found("zsf") == []
    first = anonymous.get("/v1/publications?name=影院&limit=1")
    following = first.headers["Link"].partition(">")[0].removeprefix("<")
    assert [one["event"] for one in anonymous.get(following).json["items"]] == [events["另一家影院"]]
    for short in ("z", "·", " "):
        refused = anonymous.get("/v1/publications", query_string={"name": short})
        assert (refused.status_code, refused.json["code"]) == (422, "entity_search_too_short")


def test_an_entity_reads_its_own_records_only(
    caller: Callable[..., FlaskClient], handler: FlaskClient, database: Database
) -> None:
    own, other = town.people(database, 2)
    event = town.punish(database, own, on=date(2026, 5, 25), severity="general")
    client = caller("entity", subject=town.key_of(database, own))
    assert list(records(client, database, own)) == [event]
    refused = client.get(f"/v1/entities/{town.key_of(database, other)}/publicity")
    assert (refused.status_code, refused.json["code"]) == (403, "out_of_scope")
    assert handler.get("/v1/entities/own:nobody/publicity").json["code"] == "entity_not_found"
