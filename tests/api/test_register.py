"""The register over HTTP: entities entered and found, files read in, every refusal with its code and place."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import text

from service.cli.commands import main
from service.platform import job_actor, web
from tests.builders.entities import entry
from tests.builders.fillings import seeded

Caller = Callable[..., FlaskClient]
HERE = {"authority": "bj-culture-110105", "regions": ("110105",)}
USCC = "uscc:91110000101623741K"


@pytest.fixture(autouse=True)
def _catalogues(assembly: web.Assembly) -> None:
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        seeded(uow)


@pytest.fixture
def handler(caller: Caller) -> FlaskClient:
    return caller("handler", **HERE)


def sent(client: FlaskClient, content: bytes, **query: str) -> Any:  # noqa: ANN401 a response of Flask
    return client.post(
        "/v1/imports/entities", query_string=query, data=content, content_type="application/octet-stream"
    )


def lines(*entries: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in entries).encode()


def test_kinds_authorities_and_regions_are_public_facts(anonymous: FlaskClient) -> None:
    kinds = {kind["code"]: kind for kind in anonymous.get("/v1/kinds").json["items"]}
    assert kinds["net_cafe"]["origin"] == "official"
    assert kinds["net_cafe"]["domain_names"]["en"] == "Culture market"
    states = {one["code"]: one for one in anonymous.get("/v1/entity-statuses").json["items"]}
    assert states["unreachable"]["names"] == {"zh": "失联", "en": "Unreachable"}
    assert (states["unreachable"]["persons"], "active" in states["unreachable"]["to"]) == (3, True)
    authorities = {one["code"]: one for one in anonymous.get("/v1/authorities").json["items"]}
    assert authorities["bj-culture-110105"]["parent"] == "bj-culture"
    assert "id" not in authorities["bj-culture"]
    regions = anonymous.get("/v1/regions?on=2010-06-30").json["items"]
    assert {"110103", "110105"} <= {region["code"] for region in regions}
    assert anonymous.get("/v1/regions?on=soon").status_code == 422


def test_an_entity_is_entered_read_changed_and_its_versions_told(handler: FlaskClient) -> None:
    assert handler.post("/v1/entities", json=entry(USCC)).json == {"key": USCC}
    assert handler.patch("/v1/entities/91110000101623741k", json={"name": "改名网吧"}).json == {"key": USCC}

    body = handler.get(f"/v1/entities/{USCC}").json
    assert (body["name"], body["status"], body["unverified_code"]) == ("改名网吧", "active", False)
    versions = handler.get(f"/v1/entities/{USCC}/versions").json["items"]
    assert [version["action"] for version in versions] == ["register.entity_entered", "register.entity_changed"]
    assert [version["body"]["name"] for version in versions] == ["示例网吧", "改名网吧"]


def test_every_fault_of_an_entity_has_its_pointer_and_code_in_the_callers_language(handler: FlaskClient) -> None:
    bad = entry("uscc:91350211M0000XUF46", kinds=[{"kind": "zoo"}], colour="red")
    response = handler.post("/v1/entities", json=bad, headers={"Accept-Language": "en"})
    assert (response.status_code, response.json["code"]) == (422, "invalid_body")
    assert {(one["pointer"], one["code"]) for one in response.json["errors"]} == {
        ("/kinds/0/valid_from", "entity_field_missing"),
        ("/colour", "entity_field_unknown"),
    }
    response = handler.post("/v1/entities", json={"name": "示例网吧"})
    assert [(one["pointer"], one["code"]) for one in response.json["errors"]] == [("/key", "entity_field_missing")]
    response = handler.post("/v1/entities", json=entry("uscc:91350211M0000XUF46"))
    assert [one["code"] for one in response.json["errors"]] == ["code_check_failed"]
    assert "accept_unverified" in response.json["errors"][0]["next"]
    accepted = handler.post("/v1/entities", json=entry("uscc:91350211M0000XUF46", accept_unverified=True))
    assert accepted.status_code == 201
    assert handler.get("/v1/entities/uscc:91350211M0000XUF46").json["unverified_code"] is True


def test_entering_twice_conflicts_and_the_unknown_is_not_found(handler: FlaskClient) -> None:
    handler.post("/v1/entities", json=entry())
    assert handler.post("/v1/entities", json=entry()).status_code == 409
    assert handler.get("/v1/entities/own:none").json["code"] == "entity_not_found"
    assert handler.patch("/v1/entities/own:none", json={}).status_code == 404
    assert handler.post("/v1/entities", json=[]).status_code == 422


def test_a_token_of_another_region_gets_a_code_of_its_own(handler: FlaskClient, caller: Caller) -> None:
    handler.post("/v1/entities", json=entry())
    other = caller("handler", regions=("110108",))
    for response in (
        other.get("/v1/entities/own:E1"),
        other.patch("/v1/entities/own:E1", json={"name": "x"}),
        other.post("/v1/entities", json=entry("own:E2")),
        other.get("/v1/entities/own:E1/versions"),
    ):
        assert (response.status_code, response.json["code"]) == (403, "entity_out_of_scope")
    assert other.get("/v1/entities").json == {"items": []}


def test_an_entity_reads_itself_and_learns_of_no_other(handler: FlaskClient, caller: Caller) -> None:
    handler.post("/v1/entities", json=entry())
    handler.post("/v1/entities", json=entry("own:E2", name="另一家"))
    own = caller("entity", subject="own:E1")
    assert own.get("/v1/entities/own:E1").json["name"] == "示例网吧"
    assert own.get("/v1/entities/own:E2").status_code == 404


def test_search_pages_by_link_until_the_last(handler: FlaskClient) -> None:
    sent(handler, lines(*(entry(f"own:{n}", name=f"示例网吧第{n}店") for n in range(5))), format="ndjson")
    found, address = [], "/v1/entities?q=slwb&limit=2"
    while address:
        page = handler.get(address)
        found += [item["key"] for item in page.json["items"]]
        link = page.headers.get("Link", "")
        address = link[1 : link.index(">")] if link else ""
    assert sorted(found) == [f"own:{n}" for n in range(5)]
    assert handler.get("/v1/entities?q=x").json["code"] == "entity_search_too_short"
    assert handler.get("/v1/entities?limit=1&cursor=xx").json["code"] == "invalid_cursor"


def test_what_was_known_at_an_instant_not_yet_sealed_is_told_so(handler: FlaskClient) -> None:
    handler.post("/v1/entities", json=entry())
    response = handler.get("/v1/entities/own:E1?known_at=2026-06-01T04:00:00Z")
    assert (response.status_code, response.json["code"]) == (409, "not_yet_sealed")


def test_a_file_is_read_reported_and_its_flaws_fetched_as_a_table(handler: FlaskClient) -> None:
    content = lines(entry("own:1"), entry("own:2", name="二", region="999999"), entry("own:3", name="三"))
    report = sent(handler, gzip.compress(content), format="ndjson", mode="keep_good").json
    assert (report["state"], report["created"], report["refused"]) == ("stored", 2, 1)

    again = handler.get(f"/v1/imports/entities/{report['id']}").json
    assert again.pop("started_at") == "2026-06-01T04:00:00+00:00"
    assert again == report
    errors = handler.get(f"/v1/imports/entities/{report['id']}/errors.csv")
    assert errors.mimetype == "text/csv"
    (row,) = csv.DictReader(io.StringIO(errors.data.decode("utf-8-sig")))
    assert (row["row"], row["pointer"], row["code"]) == ("2", "/region", "entity_region_unknown")
    assert "999999" in row["说明"]
    assert "999999" in row["detail"]


def test_a_dry_run_stores_nothing_and_all_or_nothing_neither(handler: FlaskClient) -> None:
    assert sent(handler, lines(entry("own:1")), format="ndjson", dry_run="true").json["state"] == "checked"
    bad = lines(entry("own:1"), entry("own:2", name="二", region="999999"))
    assert sent(handler, bad, format="ndjson").json["state"] == "refused"
    assert handler.get("/v1/entities").json["items"] == []


@pytest.mark.parametrize(
    ("content", "query", "status", "code"),
    [
        (b"", {"format": "csv"}, 422, "import_empty_file"),
        (b"key,name\nown:1,\xff\n", {"format": "csv"}, 422, "import_wrong_encoding"),
        (b"key\nown:\x001\n", {"format": "csv"}, 422, "import_nul_byte"),
        (b'key\n"' + b"x\n" * 200_000, {"format": "csv"}, 422, "import_field_too_large"),
        (b"key" + b",a" * 300, {"format": "csv"}, 422, "import_too_many_columns"),
        (b"x" * 2_000_000, {"format": "ndjson"}, 422, "import_line_too_long"),
        (gzip.compress(b"\n" * 30_000_000), {"format": "ndjson"}, 422, "import_gzip_bomb"),
        (b"no workbook", {"format": "xlsx"}, 422, "import_xlsx_damaged"),
        (b"", {"format": "xls"}, 422, "invalid_query"),
        (b"", {}, 422, "invalid_query"),
    ],
)
def test_a_broken_file_is_refused_as_a_whole(
    handler: FlaskClient, content: bytes, query: dict[str, str], status: int, code: str
) -> None:
    response = sent(handler, content, **query)
    assert (response.status_code, response.json["code"]) == (status, code)


def test_a_row_that_names_a_field_twice_is_refused_and_told(handler: FlaskClient) -> None:
    twice = lines(entry("own:2")).replace(b'{"key"', b'{"name": "x", "key"')
    content = b"\n".join((lines(entry("own:1")), twice, lines(entry("own:3", **{"a\0b": "\0"}))))
    report = sent(handler, content, format="ndjson", mode="keep_good").json
    assert (report["created"], report["refused"]) == (1, 2)
    flaws = handler.get(f"/v1/imports/entities/{report['id']}/errors.csv").get_data(as_text=True)
    assert [row.split(",")[:3] for row in flaws.splitlines()[1:3]] == [
        ["2", "/name", "repeated_name"],
        ["3", "/a\ufffdb", "entity_field_unknown"],
    ]


def test_a_report_belongs_to_its_authority(handler: FlaskClient, caller: Caller) -> None:
    report = sent(handler, lines(entry("own:1")), format="ndjson").json
    other = caller("handler", authority="bj-culture-110108")
    for address in (f"/v1/imports/entities/{report['id']}", f"/v1/imports/entities/{report['id']}/errors.csv"):
        assert other.get(address).json["code"] == "import_not_found"


def test_one_person_with_three_tokens_makes_no_entity_unreachable(caller: Caller) -> None:
    one, two = (caller(role, person="CY-07") for role in ("handler", "approver"))
    one.post("/v1/entities", json=entry())
    found = {"found_on": "2026-05-20", "evidence": "上门记录 7"}
    report = one.post("/v1/entities/own:E1/unreachable-reports", json=found).json
    steps, confirmed = f"/v1/unreachable-reports/{report['id']}/steps", {**found, "step": "confirmed"}
    assert two.post(steps, json=confirmed).json["code"] == "unreachable_same_person"
    assert caller("approver", person="CY-08").post(steps, json=confirmed).json["due"] == "reviewed"


def test_three_tokens_make_an_entity_unreachable(handler: FlaskClient, caller: Caller) -> None:
    handler.post("/v1/entities", json=entry())
    found = {"found_on": "2026-05-20", "evidence": "上门记录 7"}
    report = handler.post("/v1/entities/own:E1/unreachable-reports", json=found).json
    assert report["due"] == "confirmed"
    steps = f"/v1/unreachable-reports/{report['id']}/steps"
    assert handler.post(steps, json={**found, "step": "confirmed"}).json["code"] == "unreachable_same_person"
    assert caller("handler", **HERE).post(steps, json={**found, "step": "confirmed"}).json["due"] == "reviewed"
    assert caller("approver", **HERE).post(steps, json={**found, "step": "reviewed"}).json["due"] is None
    body = handler.get("/v1/entities/own:E1").json
    assert (body["status"], body["status_on"]) == ("unreachable", "2026-05-20")
    alone = {"status": "unreachable", "status_on": "2021-01-01", "status_evidence": "another"}
    for said in (alone, {**alone, "status_on": "2026-05-20"}):
        refused = handler.patch("/v1/entities/own:E1", json=said).json
        assert [error["code"] for error in refused["errors"]] == ["entity_status_needs_persons"]
    same = {name: body[name] for name in ("status", "status_on", "status_evidence")}
    assert handler.patch("/v1/entities/own:E1", json={**same, "name": "新名"}).status_code == 200


def test_equal_names_are_proposed_and_decided(handler: FlaskClient) -> None:
    sent(handler, lines(entry("own:1"), entry("own:2")), format="ndjson")
    (pair,) = handler.get("/v1/same-names").json["items"]
    assert (pair["low_name"], pair["high_name"]) == ("示例网吧", "示例网吧")
    decision = f"/v1/same-names/{pair['id']}/decision"
    assert handler.post(decision, json={"decision": "different", "reason": "两处"}).status_code == 204
    assert handler.post(decision, json={"decision": "same", "reason": "x"}).status_code == 409
    assert handler.get("/v1/same-names").json["items"] == []
    assert len(handler.get("/v1/same-names?decided=true").json["items"]) == 1


def test_branches_are_told_by_key(handler: FlaskClient) -> None:
    handler.post("/v1/entities", json=entry())
    handler.post("/v1/entities", json=entry("own:B1", parent="own:E1", name="一分店"))
    assert handler.get("/v1/entities/own:E1/branches").json == {"branches": ["own:B1"]}
    ring = handler.patch("/v1/entities/own:E1", json={"parent": "own:B1"})
    assert [one["code"] for one in ring.json["errors"]] == ["entity_parent_cycle"]


def test_who_sees_persons_among_branches_and_equal_names_is_noted_before_the_answer(
    handler: FlaskClient, assembly: web.Assembly
) -> None:
    branch = entry("own:P2", natural_person=True, name="另一人", parent="own:F1")
    sent(handler, lines(entry("own:P1"), entry("own:F1"), branch), format="ndjson")
    handler.patch("/v1/entities/own:P1", json={"natural_person": True})  # persons are proposed to nobody by themselves
    handler.get("/v1/same-names")
    handler.get("/v1/entities/own:F1/branches")
    handler.get("/v1/entities/own:P1/branches")
    with assembly.database.reader() as session:
        noted = session.execute(text("SELECT purpose, subject FROM query_log ORDER BY id")).all()
    assert [tuple(row) for row in noted] == [
        ("same_names", "own:P1"),
        ("branches", "own:P2"),
        ("branches", "own:P1"),
    ]


def test_an_entity_of_an_unverified_code_without_kinds_says_why_it_has_no_tier(
    handler: FlaskClient, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "uscc:91350211M0000XUF46"
    handler.post("/v1/entities", json=entry(key, accept_unverified=True, kinds=[]))
    told = handler.get(f"/v1/entities/{key}/tier").json
    assert (told["state"], told["tier"], told["kinds"], told["reason"]) == ("unrated", None, {}, "no_kind_held")
    words = handler.get(f"/v1/entities/{key}/tier/words", headers={"Accept-Language": "en"}).json
    assert "it holds no licence of any kind" in words["reason"]
    monkeypatch.setenv("DATABASE_URL", database_url)
    answer = json.loads(CliRunner().invoke(main, ["tier", key, "--json"]).stdout)
    assert (answer["state"], answer["reason"], answer["unverified_code"]) == ("unrated", "no_kind_held", True)


@pytest.mark.parametrize("number", ["0", "99999999999999999999"])
def test_numbers_that_nothing_has_are_not_found(handler: FlaskClient, number: str) -> None:
    said = {"step": "confirmed", "found_on": "2026-05-20", "evidence": "x"}
    assert handler.post(f"/v1/unreachable-reports/{number}/steps", json=said).json["code"] == "unreachable_not_found"
    decision = {"decision": "same", "reason": "x"}
    assert handler.post(f"/v1/same-names/{number}/decision", json=decision).json["code"] == "same_name_not_found"


NEW = {
    "code": "sh-culture",
    "names": {"zh": "上海文旅", "en": "Shanghai"},
    "region": "100000",
    "timezone": "Asia/Shanghai",
}


def test_an_authority_of_ones_own_is_entered_once(caller: Caller, anonymous: FlaskClient) -> None:
    administrator = caller("administrator")
    assert administrator.post("/v1/authorities", json=NEW).status_code == 204
    assert administrator.post("/v1/authorities", json=NEW).json["code"] == "authority_exists"
    assert "sh-culture" in {one["code"] for one in anonymous.get("/v1/authorities").json["items"]}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("timezone", "Asia/Atlantis", "authority_timezone_unknown"),
        ("region", "999999", "entity_region_unknown"),
        ("parent", "nobody", "entity_authority_unknown"),
    ],
)
def test_an_authority_names_what_is_known(caller: Caller, field: str, value: str, code: str) -> None:
    response = caller("administrator").post("/v1/authorities", json={**NEW, field: value})
    assert (response.status_code, response.json["code"], response.json["pointer"]) == (422, code, f"/{field}")
