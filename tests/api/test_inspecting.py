"""Inspection items and the roster over HTTP: entered, changed, read in from files, refused with code and place."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook

from service.platform import job_actor, web
from tests.builders.fillings import seeded
from tests.builders.inspecting import inspector, item

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    Caller = Callable[..., FlaskClient]

HERE = {"authority": "bj-culture-110105", "regions": ("110105",)}
ELSEWHERE = {"authority": "bj-culture-110101", "regions": ("110101",)}


@pytest.fixture(autouse=True)
def _catalogues(assembly: web.Assembly) -> None:
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        seeded(uow)


@pytest.fixture
def handler(caller: Caller) -> FlaskClient:
    return caller("handler", **HERE)


def sent(client: FlaskClient, path: str, content: bytes, **query: str) -> Any:  # noqa: ANN401 a response of Flask
    return client.post(path, query_string=query, data=content, content_type="application/octet-stream")


def errors(client: FlaskClient, report: dict[str, Any]) -> str:
    return client.get(f"/v1/imports/catalogues/{report['id']}/errors.csv").get_data(as_text=True)


def test_the_shipped_items_are_public_and_say_that_they_are_illustrative(anonymous: FlaskClient) -> None:
    items = anonymous.get("/v1/inspection-items").json["items"]
    assert len(items) >= 7
    assert all(one["illustrative"] and one["basis"] and one["checklist"] for one in items)
    assert anonymous.get("/v1/inspection-items?on=2019-12-31").json["items"] == []
    assert anonymous.get("/v1/inspectors").status_code == 401


def test_an_item_is_entered_and_its_span_ended_before_another_begins(
    handler: FlaskClient, anonymous: FlaskClient
) -> None:
    assert handler.post("/v1/inspection-items", json=item()).status_code == 201
    again = handler.post("/v1/inspection-items", json=item())
    assert (again.status_code, again.json["code"]) == (409, "inspection_item_exists")
    overlapping = handler.post("/v1/inspection-items", json=item(valid_from="2026-01-01"))
    assert [one["code"] for one in overlapping.json["errors"]] == ["inspection_item_overlaps"]

    ended = handler.patch("/v1/inspection-items/ITEM-1/2024-01-01", json={"valid_to": "2026-01-01"})
    assert ended.json["valid_to"] == "2026-01-01"
    assert handler.post("/v1/inspection-items", json=item(valid_from="2026-01-01", level="key")).status_code == 201
    for day, level in (("2025-12-31", "general"), ("2026-01-01", "key")):
        items = anonymous.get(f"/v1/inspection-items?on={day}").json["items"]
        assert [one["level"] for one in items if one["code"] == "ITEM-1"] == [level]


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ({"kinds": ["zoo"]}, "/kinds/0", "entity_kind_unknown"),
        ({"authority": "nobody"}, "/authority", "entity_authority_unknown"),
        ({"level": "huge"}, "/level", "not_a_choice"),
        ({"valid_to": "2023-01-01"}, "", "inspection_span_empty"),
        ({"basis": []}, "/basis", "wrong_length"),
        ({"colour": "red"}, "/colour", "field_unknown"),
        ({"code": "item 1"}, "/code", "wrong_form"),
    ],
)
def test_a_faulty_item_is_refused_with_place_and_code(
    handler: FlaskClient, said: dict[str, Any], pointer: str, code: str
) -> None:
    refused = handler.post("/v1/inspection-items", json=item(**said))
    assert refused.status_code == 422
    assert (pointer, code) in {(one["pointer"], one["code"]) for one in refused.json["errors"]}


def test_a_checklist_names_each_entry_once(handler: FlaskClient) -> None:
    entry = item()["checklist"][0]
    refused = handler.post("/v1/inspection-items", json=item(checklist=[entry, entry]))
    assert [one["code"] for one in refused.json["errors"]] == ["inspection_checklist_code_twice"]


def test_an_inspector_is_entered_changed_and_seen_by_his_own_authority_only(
    handler: FlaskClient, caller: Caller
) -> None:
    assert handler.post("/v1/inspectors", json=inspector()).status_code == 201
    assert handler.post("/v1/inspectors", json=inspector()).json["code"] == "inspector_exists"
    changed = handler.patch(
        "/v1/inspectors/CY-001",
        json={"relations": [{"entity": "91110000101623741k", "reason": "spouse works there"}], "cap": 40},
    )
    assert changed.json["relations"][0]["entity"] == "uscc:91110000101623741K"
    assert handler.get("/v1/inspectors/CY-001").json == changed.json
    assert changed.json["certificates"] == inspector()["certificates"]

    other = caller("handler", **ELSEWHERE)
    assert other.get("/v1/inspectors/CY-001").json["code"] == "inspector_not_found"
    assert other.get("/v1/inspectors").json["items"] == []
    assert other.patch("/v1/inspectors/CY-001", json={"cap": 1}).json["code"] == "entity_out_of_scope"
    assert other.post("/v1/inspectors", json=inspector("X-1")).json["code"] == "entity_out_of_scope"


def test_a_code_cannot_be_changed(handler: FlaskClient) -> None:
    handler.post("/v1/inspectors", json=inspector())
    assert handler.patch("/v1/inspectors/CY-001", json={"code": "CY-002"}).json["code"] == "catalogue_key_fixed"
    assert handler.patch("/v1/inspectors/CY-404", json={"cap": 3}).json["code"] == "inspector_not_found"


def test_a_table_of_inspectors_with_chinese_headings_is_read_in(handler: FlaskClient) -> None:
    table = (
        "人员编码,姓名,监管部门,专业,执法证件,请假,检查上限,回避\n"
        "CY-001,检查员一,bj-culture-110105,leader;publishing,11-1|110000|2022-01-01|2027-01-01,,60,\n"
        "CY-002,检查员二,bj-culture-110105,,11-2|110000|2024-01-01,2026-06-01|2026-06-30|病假,,own:E1|亲属\n"
    )
    report = sent(handler, "/v1/imports/inspectors", table.encode("gb18030"), format="csv").json
    assert (report["state"], report["created"], report["flaws"]) == ("stored", 2, 0)
    second = handler.get("/v1/inspectors/CY-002").json
    assert second["certificates"][0]["valid_to"] is None
    assert second["leave"] == [{"first_day": "2026-06-01", "last_day": "2026-06-30", "reason": "病假"}]
    assert second["relations"] == [{"entity": "own:E1", "reason": "亲属"}]
    again = sent(handler, "/v1/imports/inspectors", table.encode(), format="csv").json
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 2)


def test_a_workbook_of_inspectors_is_read_in(handler: FlaskClient) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["code", "name", "authority", "certificates"])
    sheet.append(["CY-009", "检查员九", "bj-culture-110105", "9|110000|2022-01-01|2030-01-01"])
    held = io.BytesIO()
    book.save(held)
    assert sent(handler, "/v1/imports/inspectors", held.getvalue(), format="xlsx").json["created"] == 1


def test_each_faulty_row_is_told_and_nothing_or_the_good_rows_are_kept(handler: FlaskClient) -> None:
    rows = [
        inspector("CY-001"),
        inspector("CY-001"),
        inspector("CY-003", certificates=[{"number": "1", "issuer": "x", "valid_from": "yesterday"}]),
        inspector("CY-004", authority="bj-culture-110101"),
    ]
    lines = "\n".join(json.dumps(row) for row in rows) + "\nnot json\n"
    refused = sent(handler, "/v1/imports/inspectors", lines.encode(), format="ndjson").json
    assert (refused["state"], refused["rows"], refused["refused"]) == ("refused", 5, 4)
    assert handler.get("/v1/inspectors").json["items"] == []
    told = errors(handler, refused)
    for code in ("catalogue_row_repeated", "not_a_date", "entity_out_of_scope", "import_row_not_json"):
        assert code in told
    assert "/certificates/0/valid_from" in told

    kept = sent(handler, "/v1/imports/inspectors", lines.encode(), format="ndjson", mode="keep_good").json
    assert (kept["state"], kept["created"], kept["refused"]) == ("stored", 1, 4)


def test_a_dry_run_stores_nothing(handler: FlaskClient, anonymous: FlaskClient) -> None:
    line = json.dumps(item("ITEM-9")).encode()
    report = sent(handler, "/v1/imports/inspection-items", line, format="ndjson", dry_run="true").json
    assert (report["state"], report["created"]) == ("checked", 1)
    assert "ITEM-9" not in {one["code"] for one in anonymous.get("/v1/inspection-items").json["items"]}


def test_a_table_of_items_holds_its_checklist_as_json(handler: FlaskClient) -> None:
    checklist = json.dumps(item()["checklist"], ensure_ascii=False).replace('"', '""')
    table = (
        "事项编码,name_zh,name_en,监管部门,类别,门类,依据,检查方式,生效日期,检查表\n"
        f'ITEM-7,检查,Inspection,bj-culture-110105,key,net_cafe,条例|第四条,on_site;off_site,2026-01-01,"{checklist}"\n'
    )
    assert sent(handler, "/v1/imports/inspection-items", table.encode(), format="csv").json["created"] == 1
    deep = table.replace(checklist, "[" * 100_000)
    report = sent(handler, "/v1/imports/inspection-items", deep.encode(), format="csv")
    assert (report.status_code, report.json["refused"]) == (200, 1)
    unknown = sent(handler, "/v1/imports/inspection-items", b"code,colour\nA,red\n", format="csv")
    assert unknown.json["code"] == "import_unknown_column"
