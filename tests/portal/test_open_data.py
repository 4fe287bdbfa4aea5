"""Everything that is public in one file: what the pages say, the same bytes from the same state, in parts, replaced."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from service.opendata import build_archive, building
from service.opendata.legend import legend
from service.platform import seal
from service.ratings import drain
from tests.builders import publishing
from tests.portal.test_looking_up import database, handler, shown

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from service.platform import Database, FixedClock
    from tests.builders.fillings import Filling
    from tests.console.conftest import Browser

__all__ = ["database", "handler"]
ARCHIVE = "/v1/open-data/archive.zip"


@pytest.fixture
def filling() -> Filling:
    return publishing.standing


def read(client: FlaskClient) -> dict[str, list[dict[str, str]]]:
    answer = client.get(ARCHIVE)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
            for name in archive.namelist()
            if name.endswith(".csv")
        }


def test_it_says_what_the_lists_say_and_of_a_person_no_more(
    app: Flask, browser: Browser, handler: FlaskClient, database: Database
) -> None:
    anyone = app.test_client()
    assert anyone.get("/v1/open-data").json["code"] == "open_data_not_built"
    assert "数据文件还没有生成" in browser.get("/portal/open-data").text
    shown(handler, database, "=甲影院")
    person = shown(handler, database, "张三丰", person=True)
    drain(database=database)
    assert build_archive(database)
    files = read(anyone)
    listed = anyone.get("/v1/publications").json["items"]
    assert [int(row["event"]) for row in files["records.csv"]] == [one["event"] for one in listed]
    firm, masked = files["records.csv"]
    assert firm["name"] == "'=甲影院", "no text is a formula"
    assert (masked["entity"], masked["name"]) == ("", "张**")
    assert (masked["disputed"], masked["starts_on"]) == ("false", listed[1]["starts_on"])
    assert [row["place"] for row in files["record_places.csv"]] == ["site", "site"]
    assert person not in json.dumps(files)
    assert "张三丰" not in json.dumps(files, ensure_ascii=False)
    plans = anyone.get("/v1/inspection-plans").json["items"]
    assert [row["plan"] for row in files["plans.csv"]] == [one["number"] for one in plans]
    names = {(row["list"], row["code"]): row["zh"] for row in files["codes.csv"]}
    assert names["decision_kind", firm["decision_kind"]]
    assert names["authority", firm["authority"]]


def test_every_column_is_explained_and_every_file_has_its_digest(
    app: Flask, browser: Browser, handler: FlaskClient, database: Database
) -> None:
    shown(handler, database, "甲影院")
    build_archive(database)
    anyone = app.test_client()
    told: dict[str, Any] = anyone.get("/v1/open-data").json
    data = anyone.get(ARCHIVE).data
    assert told["sha256"] == hashlib.sha256(data).hexdigest()
    assert told["bytes"] == len(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        version = json.loads(archive.read("version.json"))
        contents = {name: archive.read(name) for name in archive.namelist() if name != "version.json"}
    assert (version["schema"], version["as_of"]) == (legend().schema, told["as_of"])
    assert {one["name"]: one["sha256"] for one in version["files"]} == {
        name: hashlib.sha256(body).hexdigest() for name, body in contents.items()
    }
    rows = csv.DictReader(io.StringIO(contents.pop("legend.csv").decode("utf-8-sig")))
    explained = {(row["file"], row["column"]) for row in rows if row["zh"] and row["en"]}
    headings = {name: next(csv.reader(io.StringIO(body.decode("utf-8-sig")))) for name, body in contents.items()}
    assert explained == {(name, column) for name, heading in headings.items() for column in heading}
    page = browser.get("/portal/open-data")
    assert told["sha256"] in page.text
    assert page.headers["Cache-Control"] == "public, max-age=60"
    assert '"Dataset"' in page.text
    english = type(browser)(app.test_client(), "en").get("/portal/open-data").text
    assert "First day of publicity" in english


def test_the_same_state_gives_the_same_bytes_and_another_one_replaces_them(
    app: Flask, handler: FlaskClient, database: Database, clock: FixedClock
) -> None:
    shown(handler, database, "甲影院")
    assert build_archive(database)
    anyone = app.test_client()
    before = anyone.get(ARCHIVE)
    assert not build_archive(database), "nothing has changed"
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM open_data_archive"))
    assert build_archive(database)
    assert anyone.get(ARCHIVE).data == before.data
    event = handler.get("/v1/publications").json["items"][0]["event"]
    body = {"act": "withdraw", "place": "site", "done_on": "2026-06-01", "reason": "误登"}
    assert handler.post(f"/v1/events/{event}/publication-acts", json=body).status_code == 201
    seal(database)
    assert build_archive(database)
    assert read(anyone)["records.csv"] == []
    clock.advance(timedelta(days=1))
    assert build_archive(database)
    with database.reader() as session:
        assert session.execute(text("SELECT count(*) FROM open_data_archive")).scalar_one() == building.KEPT


def test_it_is_fetched_in_parts_and_not_again(
    app: Flask, handler: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.opendata.building.PIECE", 100)
    monkeypatch.setattr("service.opendata.reading.PIECE", 100)
    shown(handler, database, "甲影院")
    build_archive(database)
    anyone = app.test_client()
    whole = anyone.get(ARCHIVE)
    assert whole.headers["Accept-Ranges"] == "bytes"
    for first, last in ((0, 0), (90, 310), (len(whole.data) - 5, len(whole.data) - 1)):
        part = anyone.get(ARCHIVE, headers={"Range": f"bytes={first}-{last}"})
        assert (part.status_code, part.data) == (206, whole.data[first : last + 1])
        assert part.headers["Content-Range"] == f"bytes {first}-{last}/{len(whole.data)}"
    assert anyone.get(ARCHIVE, headers={"Range": "bytes=-7"}).data == whole.data[-7:]
    beyond = anyone.get(ARCHIVE, headers={"Range": f"bytes={len(whole.data)}-", "Accept-Language": "en"})
    assert (beyond.status_code, beyond.json["code"]) == (416, "range_not_satisfiable")
    assert beyond.headers["Content-Range"] == f"bytes */{len(whole.data)}"
    kept = anyone.get(ARCHIVE, headers={"If-None-Match": whole.headers["ETag"]})
    assert (kept.status_code, kept.data) == (304, b"")
    other = anyone.get(ARCHIVE, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert (other.status_code, other.data) == (200, whole.data)


def test_rows_are_read_some_at_a_time(
    app: Flask, handler: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        shown(handler, database, f"第{n}影院")
    monkeypatch.setattr("service.opendata.collecting.AT_ONCE", 2)
    build_archive(database)
    assert len(read(app.test_client())["records.csv"]) == 5
