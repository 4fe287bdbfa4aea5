"""An authority reaches its own entities and those of every authority below it; none above, none beside."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from service.evidence import work_off
from service.platform import job_actor, seal
from service.ratings import drain
from service.register import authorities_below, enter_authority, enter_entity
from tests.api.conftest import NOW
from tests.builders.entities import entry
from tests.builders.fillings import with_shipped
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web
    from tests.builders.fillings import Filling

    Caller = Callable[..., FlaskClient]

CITY, CHAOYANG, XICHENG, FOREIGN = "bj-culture", "bj-culture-110105", "bj-culture-110102", "nyc-health"
PLACES = {"own:city": (CITY, "110101"), "own:chaoyang": (CHAOYANG, "110105"), "own:xicheng": (XICHENG, "110102")}
EVENT = {"source": "cases", "code": "penalty_fine", "severity": "general", "decided_on": "2026-03-01"}
REACH = pytest.mark.parametrize(
    ("authority", "reached"),
    [
        (None, ["own:chaoyang", "own:city", "own:xicheng"]),
        (CITY, ["own:chaoyang", "own:city", "own:xicheng"]),
        (CHAOYANG, ["own:chaoyang"]),
        (XICHENG, ["own:xicheng"]),
        (FOREIGN, []),
    ],
)
"""What a caller of each authority reaches of the three entities."""


def three(database_url: str) -> None:
    """An entity of the city's own authority, and one of each of two districts, all rated."""
    licence = [{"kind": "cinema", "valid_from": "2020-01-01"}]
    with with_shipped(database_url, NOW) as database:
        town.found(database)
        for key, (authority, region) in PLACES.items():
            with database.unit_of_work(job_actor("tests")) as uow:
                enter_entity(uow, entry=entry(key, authority=authority, region=region, kinds=licence))
        drain(database=database)


@pytest.fixture
def filling() -> Filling:
    return three


@REACH
@pytest.mark.parametrize("question", ["", "/versions", "/branches", "/events", "/tier", "/tier/words", "/ratings"])
def test_what_is_read_of_an_entity(caller: Caller, authority: str | None, reached: list[str], question: str) -> None:
    client = caller("handler", authority=authority)
    answers = {key: client.get(f"/v1/entities/{key}{question}") for key in PLACES}
    assert sorted(key for key, answer in answers.items() if answer.status_code == 200) == reached
    for answer in answers.values():
        assert answer.status_code == 200 or answer.json["code"] in {"out_of_scope", "entity_out_of_scope"}
        assert answer.status_code in {200, 403}


@REACH
def test_what_a_list_and_the_exports_hold(caller: Caller, authority: str | None, reached: list[str]) -> None:
    auditor = caller("auditor", authority=authority)
    assert sorted(item["key"] for item in auditor.get("/v1/entities").json["items"]) == reached
    lines = [orjson.loads(line) for line in auditor.get("/v1/ratings.ndjson").data.splitlines()]
    rows = list(csv.DictReader(StringIO(auditor.get("/v1/ratings.csv").get_data(as_text=True))))
    assert [line["entity"] for line in lines] == [row["entity"] for row in rows] == reached


@REACH
def test_whose_entities_may_be_changed(caller: Caller, authority: str | None, reached: list[str]) -> None:
    client = caller("handler", authority=authority)
    answers = {key: client.patch(f"/v1/entities/{key}", json={"name": "新名"}) for key in PLACES}
    assert sorted(key for key, answer in answers.items() if answer.status_code == 200) == reached
    assert {answer.status_code for answer in answers.values()} <= {200, 403}


@REACH
def test_whose_evidence_may_be_recorded(caller: Caller, authority: str | None, reached: list[str]) -> None:
    client = caller("handler", authority=authority)
    events = [{**EVENT, "source_ref": f"e-{key}", "entity": key} for key in PLACES]
    visits = [
        {"source": "cases", "source_ref": f"o-{key}", "entity": key, "type": "routine", "held_on": "2026-03-01"}
        for key in PLACES
    ]
    for address, bodies in (("/v1/events", events), ("/v1/occasions", visits)):
        answers = [(body["entity"], client.post(address, json=body)) for body in bodies]
        assert sorted(key for key, answer in answers if answer.status_code == 201) == reached
        assert all(answer.json["code"] == "out_of_scope" for _, answer in answers if answer.status_code != 201)


@REACH
def test_a_file_of_evidence_keeps_the_reach_of_who_handed_it_in(
    caller: Caller, assembly: web.Assembly, authority: str | None, reached: list[str]
) -> None:
    lines = [
        orjson.dumps(body)
        for key in PLACES
        for body in (
            {**EVENT, "source_ref": f"e-{key}", "entity": key},
            {"source": "cases", "source_ref": f"o-{key}", "entity": key, "type": "routine", "held_on": "2026-03-01"},
        )
    ]
    handler = caller("handler", authority=authority)
    job = handler.post("/v1/events/bulk", data=b"\n".join(lines), content_type="application/x-ndjson").json["id"]
    work_off(database=assembly.database, job_id=job)
    done = handler.get(f"/v1/bulk-jobs/{job}").json
    assert (done["stored"], done["refused"]) == (2 * len(reached), 2 * (3 - len(reached)))
    everything = caller("auditor")
    held = [key for key in PLACES if len(everything.get(f"/v1/entities/{key}/events").json["items"]) == 1]
    assert sorted(held) == reached


def test_an_act_on_an_event_needs_the_entity_within_reach(caller: Caller) -> None:
    event = caller("handler").post("/v1/events", json={**EVENT, "source_ref": "1", "entity": "own:chaoyang"}).json["id"]
    dispute: dict[str, Any] = {"source": "cases", "act": "dispute", "acted_on": "2026-04-01", "reason": "不服"}
    answers = {
        authority: caller("handler", authority=authority).post(
            f"/v1/events/{event}/acts", json={**dispute, "source_ref": str(authority)}
        )
        for authority in (XICHENG, FOREIGN, CITY)
    }
    assert [answer.status_code for answer in answers.values()] == [403, 403, 201]
    assert answers[XICHENG].json["code"] == "out_of_scope"


def test_a_district_may_not_move_an_entity_out_of_its_reach_and_the_city_may(caller: Caller) -> None:
    moved = {"authority": XICHENG, "region": "110102"}
    district = caller("handler", authority=CHAOYANG).patch("/v1/entities/own:chaoyang", json=moved)
    assert (district.status_code, district.json["code"]) == (403, "entity_out_of_scope")
    assert caller("handler", authority=CITY).patch("/v1/entities/own:chaoyang", json=moved).status_code == 200
    assert caller("handler", authority=XICHENG).get("/v1/entities/own:chaoyang").status_code == 200


def test_files_of_a_district_are_read_by_the_city_and_not_by_its_neighbour(caller: Caller) -> None:
    line = orjson.dumps(entry("own:new"))
    district = caller("handler", authority=CHAOYANG)
    report = district.post("/v1/imports/entities?format=ndjson", data=line, content_type="application/octet-stream")
    job = district.post("/v1/events/bulk", data=b"{}", content_type="application/x-ndjson")
    for authority, statuses in (
        (CITY, (200, 200)),
        (CHAOYANG, (200, 200)),
        (XICHENG, (404, 403)),
        (FOREIGN, (404, 403)),
    ):
        client = caller("auditor", authority=authority)
        found = client.get(f"/v1/imports/entities/{report.json['id']}"), client.get(job.headers["Location"])
        assert tuple(answer.status_code for answer in found) == statuses


def test_a_region_narrows_an_authority_that_reaches_further(caller: Caller) -> None:
    narrow = caller("handler", authority=CITY, regions=["110105"])
    assert [item["key"] for item in narrow.get("/v1/entities").json["items"]] == ["own:chaoyang"]
    assert narrow.get("/v1/entities/own:xicheng/tier").status_code == 403
    whole = caller("handler", authority=CITY, regions=["110000"])
    assert len(whole.get("/v1/entities").json["items"]) == 3
    elsewhere = caller("handler", authority=CITY, regions=["320000"])
    assert elsewhere.get("/v1/entities").json["items"] == []


def test_the_city_issues_sees_and_revokes_tokens_of_its_districts(caller: Caller) -> None:
    city, district = caller("administrator", authority=CITY), caller("administrator", authority=CHAOYANG)
    wanted = {"role": "handler", "label": "窗口"}
    made = city.post("/v1/tokens", json={**wanted, "authority": CHAOYANG})
    assert made.status_code == 201
    assert district.post("/v1/tokens", json={**wanted, "authority": CITY}).json["code"] == "out_of_scope"
    assert district.post("/v1/tokens", json={**wanted, "authority": XICHENG}).json["code"] == "out_of_scope"
    assert made.json["id"] in str(city.get("/v1/tokens").json)
    assert made.json["id"] not in str(caller("administrator", authority=XICHENG).get("/v1/tokens").json)
    assert city.delete(f"/v1/tokens/{made.json['id']}").status_code == 204


def test_the_city_reads_the_ledger_of_its_districts(caller: Caller, assembly: web.Assembly) -> None:
    caller("handler", authority=CHAOYANG).patch("/v1/entities/own:chaoyang", json={"name": "新名"})
    seal(assembly.database)

    def subjects(authority: str) -> list[str]:
        items = caller("auditor", authority=authority).get("/v1/ledger/entries").json["items"]
        return [item["subject"] for item in items]

    assert subjects(CITY) == subjects(CHAOYANG) == ["own:chaoyang"]
    assert subjects(XICHENG) == subjects(FOREIGN) == []


def test_the_tree_is_followed_to_any_depth_and_never_upwards(caller: Caller, assembly: web.Assembly) -> None:
    names = {"zh": "街道所", "en": "A street's office"}
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        for code, parent in (("street", CHAOYANG), ("post", "street")):
            enter_authority(uow, code=code, names=names, region="110105", timezone="Asia/Shanghai", parent=parent)
        enter_entity(uow, entry=entry("own:post", authority="post"))
    with assembly.database.reader() as session:
        assert authorities_below(session, CHAOYANG) == {"street", "post"}
        assert authorities_below(session, "post") == authorities_below(session, "nobody") == frozenset()
    reach = {
        a: caller("handler", authority=a).get("/v1/entities/own:post").status_code for a in (CITY, CHAOYANG, XICHENG)
    }
    assert reach == {CITY: 200, CHAOYANG: 200, XICHENG: 403}
    assert caller("handler", authority="post").get("/v1/entities/own:chaoyang").status_code == 403


def test_who_is_bound_to_regions_reads_no_files_and_no_acts_of_the_whole(caller: Caller) -> None:
    """Their refusals name entities, and an act of the ledger knows no region."""
    everybody, narrow = caller("handler"), caller("auditor", regions=["110105"])
    line = orjson.dumps(entry("own:new"))
    report = everybody.post("/v1/imports/entities?format=ndjson", data=line, content_type="application/octet-stream")
    job = everybody.post("/v1/events/bulk", data=b"{}", content_type="application/x-ndjson").headers["Location"]
    assert narrow.get(f"/v1/imports/entities/{report.json['id']}").json["code"] == "import_not_found"
    assert narrow.get(f"/v1/imports/entities/{report.json['id']}/errors.csv").status_code == 404
    assert [narrow.get(address).json["code"] for address in (job, f"{job}/result")] == ["out_of_scope"] * 2
    assert narrow.get("/v1/ledger/entries").json["code"] == "out_of_scope"
    district = caller("handler", regions=["110105"])
    own = district.post("/v1/events/bulk", data=b"{}", content_type="application/x-ndjson").headers["Location"]
    assert [client.get(own).status_code for client in (district, narrow, everybody)] == [200, 200, 200]


@pytest.mark.parametrize("scope", [{"authority": CITY}, {"regions": ["110000"]}])
def test_a_code_that_stays_for_good_and_for_all_is_not_entered_by_a_part(caller: Caller, scope: dict[str, Any]) -> None:
    body = {"code": "new_code", "zh": "新", "en": "New", "kinds": ["penalty"]}
    for role in ("administrator", "rulebook_editor"):
        refused = caller(role, **scope).post("/v1/event-codes", json=body)
        assert (refused.status_code, refused.json["code"]) == (403, "out_of_scope")
    assert caller("rulebook_editor").post("/v1/event-codes", json=body).status_code == 201


def test_a_branch_is_joined_to_a_parent_and_parted_from_it_by_who_answers_for_both(caller: Caller) -> None:
    """Else a district could enter a branch of its neighbour's entity, and fine the branch: it counts for the parent."""
    district, city = caller("handler", authority=XICHENG), caller("handler", authority=CITY)
    branch = entry("own:branch", authority=XICHENG, region="110102", parent="own:chaoyang")
    refused = district.post("/v1/entities", json=branch)
    assert (refused.status_code, refused.json["code"]) == (403, "entity_parent_out_of_scope")
    assert refused.json["pointer"] == "/parent"
    file = district.post(
        "/v1/imports/entities?format=ndjson", data=orjson.dumps(branch), content_type="application/octet-stream"
    )
    assert (file.json["refused"], file.json["created"]) == (1, 0)
    assert city.post("/v1/entities", json=branch).status_code == 201
    for parent in (None, "own:xicheng"):
        parted = district.patch("/v1/entities/own:branch", json={"parent": parent})
        assert parted.json["code"] == "entity_parent_out_of_scope"
    assert district.patch("/v1/entities/own:branch", json={"name": "新名"}).status_code == 200
    assert city.patch("/v1/entities/own:branch", json={"parent": "own:xicheng"}).status_code == 200
    assert district.patch("/v1/entities/own:branch", json={"parent": None}).status_code == 200
