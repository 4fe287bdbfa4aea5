"""What each kind of caller is told of a tier, and what each wrong question is told."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from hashlib import sha256
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from service.platform import seal
from service.ratings import drain
from tests.api.conftest import NOW
from tests.builders.fillings import filled, shipped
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import FixedClock, web
    from tests.builders.fillings import Filling


BARE = {"state": "rated", "reason": None, "grade": "D", "tier": "D"}
"""What a partner is told of the cinema's kind: one at a time and in a batch alike."""


@pytest.fixture
def filling(request: pytest.FixtureRequest) -> Filling:
    return filled(NOW, town.one_fined) if "shop" in request.fixturenames else shipped


@pytest.fixture
def shop(assembly: web.Assembly) -> tuple[int, str]:
    """One cinema with one fine, rated: its number and its key."""
    (number,) = town.ids(assembly.database)
    return number, town.key_of(assembly.database, number)


def test_staff_see_every_reason_and_the_digest_covers_the_very_bytes(
    shop: tuple[int, str], caller: Callable[..., FlaskClient]
) -> None:
    answer = caller("handler").get(f"/v1/entities/{shop[1]}/tier")
    told = answer.get_json()
    assert (answer.status_code, told["tier"], told["audience"]) == (200, "D", "staff")
    assert told["explanations"][0]["lines"][0]["counted"] == "-20.00"
    raw = answer.get_data(as_text=True)
    document = raw[raw.index('"explanations":[') + len('"explanations":[') : raw.rindex("]")]
    assert sha256(document.encode()).hexdigest() == told["kinds"]["cinema"]["digest"]


def test_the_public_sees_what_is_published_and_no_reason(shop: tuple[int, str], anonymous: FlaskClient) -> None:
    told = anonymous.get(f"/v1/entities/{shop[1]}/tier").get_json()
    assert told["kinds"] == {"cinema": BARE}
    assert "explanations" not in told


def test_where_the_edition_is_not_public_the_public_is_told_nothing(
    assembly: web.Assembly, anonymous: FlaskClient, clock: FixedClock
) -> None:
    town.found(
        assembly.database, edition=town.EDITION.replace("published_to_public = true", "published_to_public = false")
    )
    (number,) = town.people(assembly.database, 1)
    drain(database=assembly.database)
    address = f"/v1/entities/{town.key_of(assembly.database, number)}/tier"
    answer = anonymous.get(address)
    told = answer.get_json()
    assert told == {
        "entity": told["entity"],
        "name": told["name"],
        "as_of": "2026-06-01",
        "position": None,
        "audience": "public",
        "kinds": {},
        "reason": "no_tier_published",
        "reason_told": told["reason_told"],
    }
    assert told["reason_told"].startswith(f"{told['entity']} 没有向公众公开的等级")
    english = anonymous.get(address, headers={"Accept-Language": "en", "If-None-Match": answer.headers["ETag"]})
    assert english.get_json()["reason_told"].endswith("The entity itself sees its own by its sign-in code or token.")
    clock.advance(timedelta(hours=1))
    town.punish(assembly.database, number)  # neither while it waits nor afterwards does anything show
    unchanged = {"If-None-Match": answer.headers["ETag"]}
    assert (anonymous.get(address).get_json(), anonymous.get(address, headers=unchanged).status_code) == (told, 304)
    drain(database=assembly.database)
    assert (anonymous.get(address).get_json(), anonymous.get(address, headers=unchanged).status_code) == (told, 304)


def test_the_public_asks_about_today_and_nobody_elses_entity_does_more(
    shop: tuple[int, str], caller: Callable[..., FlaskClient], assembly: web.Assembly, anonymous: FlaskClient
) -> None:
    """By a day after the due day or before the day on which it was raised, a proposal would show."""
    (neighbour,) = town.people(assembly.database, 1)
    stranger = caller("entity", subject=town.key_of(assembly.database, neighbour))
    for client in (anonymous, stranger):
        for clocks in ("as_of=2026-12-31", "as_of=2026-01-01", "known_at=2026-06-01T00:00:00Z"):
            refused = client.get(f"/v1/entities/{shop[1]}/tier?{clocks}")
            assert (refused.status_code, refused.json["code"]) == (403, "tier_clocks_not_public"), clocks


def test_a_partner_sees_the_tier_and_an_entity_its_own_reasons(
    shop: tuple[int, str], caller: Callable[..., FlaskClient], assembly: web.Assembly
) -> None:
    partner = caller("partner").get(f"/v1/entities/{shop[1]}/tier").get_json()
    assert (partner["tier"], "explanations" in partner) == ("D", False)
    own = caller("entity", subject=shop[1]).get(f"/v1/entities/{shop[1]}/tier").get_json()
    assert own["explanations"][0]["grade"] == "D"
    (somebody,) = town.people(assembly.database, 1)
    other = (
        caller("entity", subject=town.key_of(assembly.database, somebody))
        .get(f"/v1/entities/{shop[1]}/tier")
        .get_json()
    )
    assert (other["audience"], "explanations" in other) == ("public", False)


def test_staff_of_another_region_are_told_that_it_is_out_of_their_scope(
    shop: tuple[int, str], caller: Callable[..., FlaskClient]
) -> None:
    answer = caller("handler", regions=["110105"]).get(f"/v1/entities/{shop[1]}/tier")
    assert (answer.status_code, answer.get_json()["code"]) == (403, "out_of_scope")


def test_a_caller_who_holds_the_answer_gets_304_until_it_changes(
    shop: tuple[int, str], caller: Callable[..., FlaskClient], assembly: web.Assembly
) -> None:
    handler = caller("handler")
    first = handler.get(f"/v1/entities/{shop[1]}/tier")
    assert "private" in first.headers["Cache-Control"]
    assert {"Authorization", "Accept-Language"} <= set(first.vary)
    again = handler.get(f"/v1/entities/{shop[1]}/tier", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    town.punish(assembly.database, shop[0])
    changed = handler.get(f"/v1/entities/{shop[1]}/tier", headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.get_json()["pending"]) == (200, True)
    assert caller("partner").get(f"/v1/entities/{shop[1]}/tier").headers["ETag"] != changed.headers["ETag"]


def test_another_day_is_answered_from_the_same_evidence(
    shop: tuple[int, str], caller: Callable[..., FlaskClient]
) -> None:
    handler = caller("handler")
    tiers = {
        day: handler.get(f"/v1/entities/{shop[1]}/tier?as_of={day}").get_json()["tier"]
        for day in ("2026-01-09", "2026-01-10", "2027-01-09", "2027-01-10")
    }
    assert tiers == {"2026-01-09": "A", "2026-01-10": "D", "2027-01-09": "D", "2027-01-10": "A"}


def test_what_was_known_then_stays_what_it_was_when_more_is_learnt(
    shop: tuple[int, str], caller: Callable[..., FlaskClient], assembly: web.Assembly, clock: FixedClock
) -> None:
    handler = caller("handler")
    seal(assembly.database)
    question = f"/v1/entities/{shop[1]}/tier?known_at={clock.now():%Y-%m-%dT%H:%M:%SZ}"
    clock.advance(timedelta(hours=1))
    then = handler.get(question).get_json()
    town.punish(assembly.database, shop[0])
    drain(database=assembly.database)
    seal(assembly.database)
    again = handler.get(question).get_json()
    now = handler.get(f"/v1/entities/{shop[1]}/tier").get_json()
    assert [told["kinds"]["cinema"]["score"] for told in (then, again, now)] == ["80.00", "80.00", "60.00"]
    assert (then["position"], then["explanations"]) == (again["position"], again["explanations"])
    assert then["position"] is not None


def test_an_instant_that_the_ledger_has_not_reached_is_refused(
    shop: tuple[int, str], caller: Callable[..., FlaskClient]
) -> None:
    answer = caller("handler").get(f"/v1/entities/{shop[1]}/tier?known_at=2031-01-01T00:00:00Z")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not_yet_sealed")


@pytest.mark.parametrize(
    ("code", "status", "problem"),
    [
        ("own:NOBODY", 404, "tier_entity_unknown"),
        ("91110000101623741X", 404, "tier_entity_unknown"),
        ("9111", 422, "tier_code_malformed"),
        ("tax:1", 422, "tier_code_malformed"),
    ],
)
def test_a_code_that_leads_nowhere_is_told_why_in_both_languages(
    anonymous: FlaskClient, code: str, status: int, problem: str
) -> None:
    zh = anonymous.get(f"/v1/entities/{code}/tier")
    en = anonymous.get(f"/v1/entities/{code}/tier", headers={"Accept-Language": "en"})
    assert (zh.status_code, zh.get_json()["code"], en.get_json()["code"]) == (status, problem, problem)
    assert zh.get_json()["title"] != en.get_json()["title"]


def test_the_history_is_newest_first_in_pages(
    shop: tuple[int, str], caller: Callable[..., FlaskClient], assembly: web.Assembly, anonymous: FlaskClient
) -> None:
    for _ in range(2):
        town.punish(assembly.database, shop[0])
        drain(database=assembly.database)
    handler = caller("handler")
    first = handler.get(f"/v1/entities/{shop[1]}/ratings?limit=2")
    following = first.headers["Link"].split(";")[0].strip("<>")
    rows = first.get_json()["items"] + handler.get(following).get_json()["items"]
    assert [row["score"] for row in rows] == ["40.00", "60.00", "80.00"]
    assert anonymous.get(f"/v1/entities/{shop[1]}/ratings").status_code in {401, 403}


def test_a_batch_answers_every_code_in_the_order_asked(
    shop: tuple[int, str], caller: Callable[..., FlaskClient]
) -> None:
    asked = ["own:NOBODY", shop[1], "rubbish"]
    items = caller("partner").post("/v1/tiers", json={"entities": asked}).get_json()["items"]
    assert [item["asked"] for item in items] == asked
    assert [item.get("problem") for item in items] == ["tier_entity_unknown", None, "tier_code_malformed"]
    assert (items[1]["tier"], items[1]["kinds"]["cinema"]) == ("D", BARE)
    ours = caller("handler").post("/v1/tiers", json={"entities": asked}).get_json()["items"]
    assert (ours[1]["tier"], ours[1]["kinds"]["cinema"]["score"]) == ("D", "80.00")
    assert caller("partner").post("/v1/tiers", json={"entities": ["x"] * 10_001}).status_code == 422


def test_all_ratings_leave_as_csv_and_as_ndjson(shop: tuple[int, str], caller: Callable[..., FlaskClient]) -> None:
    auditor = caller("auditor")
    rows = list(csv.DictReader(StringIO(auditor.get("/v1/ratings.csv").get_data(as_text=True))))
    lines = [json.loads(line) for line in auditor.get("/v1/ratings.ndjson").get_data().splitlines()]
    assert [(row["entity"], row["tier"], row["score"]) for row in rows] == [(shop[1], "D", "80.00")]
    assert [(line["entity"], line["tier"], line["score"]) for line in lines] == [(shop[1], "D", "80.00")]
    assert not caller("auditor", regions=["110105"]).get("/v1/ratings.ndjson").get_data()


def test_a_partner_of_one_district_is_told_nothing_of_another(
    shop: tuple[int, str], caller: Callable[..., FlaskClient]
) -> None:
    inside, outside = (caller("partner", regions=[region]) for region in (town.REGION, "110105"))
    assert inside.get(f"/v1/entities/{shop[1]}/tier").get_json()["tier"] == "D"
    refused = outside.get(f"/v1/entities/{shop[1]}/tier")
    assert (refused.status_code, refused.get_json()["code"]) == (403, "out_of_scope")
    (item,) = outside.post("/v1/tiers", json={"entities": [shop[1]]}).get_json()["items"]
    assert item == {"asked": shop[1], "problem": "out_of_scope"}


@pytest.mark.parametrize("known_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_instant_beyond_the_calendar_is_answered(
    shop: tuple[int, str], caller: Callable[..., FlaskClient], assembly: web.Assembly, known_at: str
) -> None:
    seal(assembly.database)
    for part in ("", "/tier", "/tier/words", "/events"):
        answer = caller("handler").get(f"/v1/entities/{shop[1]}{part}", query_string={"known_at": known_at})
        assert answer.status_code == (404 if known_at < "1" else 409)


def test_reasons_are_told_in_words_in_the_callers_language(
    shop: tuple[int, str], caller: Callable[..., FlaskClient]
) -> None:
    handler = caller("handler")
    address = f"/v1/entities/{shop[1]}/tier/words"
    zh = handler.get(address).get_json()["kinds"]["cinema"]
    en = handler.get(address, headers={"Accept-Language": "en"}).get_json()["kinds"]["cinema"]
    assert any("罚款一次扣二十分" in sentence["text"] for sentence in zh)
    assert any("A fine costs twenty points" in sentence["text"] for sentence in en)
    assert caller("partner").get(address).status_code == 403


def test_words_that_the_caller_holds_are_not_told_again(
    shop: tuple[int, str], caller: Callable[..., FlaskClient]
) -> None:
    handler, address = caller("handler"), f"/v1/entities/{shop[1]}/tier/words"
    tag = handler.get(address).headers["ETag"]
    again = handler.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    english = handler.get(address, headers={"If-None-Match": tag, "Accept-Language": "en"})
    assert (english.status_code, english.headers["ETag"] != tag) == (200, True)
    assert handler.get(address, headers={"If-None-Match": '"another"'}).status_code == 200


@pytest.mark.parametrize(
    "day", ["20260101", "2026-W01-4", "2026-001", "2026-1-1", "2026-01-01T00:00", "2026-02-30", ""]
)
@pytest.mark.parametrize("part", ["/tier", "/tier/words", "/events"])
def test_a_day_is_written_in_one_way(
    shop: tuple[int, str], caller: Callable[..., FlaskClient], part: str, day: str
) -> None:
    asked = caller("handler").get(f"/v1/entities/{shop[1]}{part}", query_string={"as_of": day})
    assert (asked.status_code, asked.json["code"]) == (422, "invalid_query")
    assert [(fault["pointer"], fault["code"]) for fault in asked.json["errors"]] == [("/as_of", "not_a_date")]


def test_an_entity_learns_how_to_get_back_and_when(shop: tuple[int, str], caller: Callable[..., FlaskClient]) -> None:
    own = caller("entity", subject=shop[1])
    told = own.get(f"/v1/entities/{shop[1]}/way-back?kind=cinema").get_json()
    assert (told["now"], told["by_waiting"]) == ("D", [{"value": "A", "on": "2027-01-10"}])
    assert told["lapses"][0]["on"] == "2027-01-10"
    assert told["words"]
    other = own.get(f"/v1/entities/{shop[1]}/way-back?kind=museum")
    assert (other.status_code, other.get_json()["code"]) == (404, "tier_kind_not_held")


def test_who_asks_for_persons_in_batches_or_takes_everything_away_is_noted_before_the_answer(
    shop: tuple[int, str], caller: Callable[..., FlaskClient], assembly: web.Assembly
) -> None:
    with assembly.database.unit_of_work(town.OPERATOR) as uow:
        person = "UPDATE entity SET natural_person = true, body = body || '{\"natural_person\": true}' WHERE id = :id"
        uow.session.execute(text(person), {"id": shop[0]})
        uow.mark([shop[0]], "test")
        uow.audit("test.person", shop[1], {})
    drain(database=assembly.database)
    caller("partner").post("/v1/tiers", json={"entities": [shop[1], "own:nobody"], "purpose": "loan"})
    caller("auditor").get("/v1/ratings.csv")
    caller("auditor").get("/v1/entities")
    with assembly.database.reader() as session:
        noted = session.execute(text("SELECT purpose, subject FROM query_log ORDER BY id")).all()
    assert [tuple(row) for row in noted] == [("loan", shop[1]), ("export", "ratings"), ("search", shop[1])]


def test_tiers_are_counted_by_region_within_the_callers_scope_and_the_wait_is_told(
    shop: tuple[int, str], caller: Callable[..., FlaskClient], assembly: web.Assembly
) -> None:
    town.people(assembly.database, 2)
    told = caller("handler").get("/v1/tier-counts").get_json()
    assert [(one["tier"], one["state"], one["entities"]) for one in told["items"]] == [("D", "rated", 1)]
    assert told["waiting"]["entities"] == 2
    drain(database=assembly.database)
    told = caller("handler").get("/v1/tier-counts").get_json()
    assert sum(one["entities"] for one in told["items"]) == 3
    assert told["waiting"] == {"entities": 0, "seconds": None}
    elsewhere = caller("handler", regions=["110118"]).get("/v1/tier-counts").get_json()
    assert elsewhere["items"] == []
    assert shop[1]
