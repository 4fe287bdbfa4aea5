"""A file over HTTP: handed in, worked off, its result fetched."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import orjson

from service.evidence import work_off

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

EVENT = {"source": "cases", "source_ref": "1", "entity": "own:old", "code": "penalty_fine", "decided_on": "2025-03-01"}
FILE = b"\n".join([orjson.dumps(EVENT), b"nonsense", orjson.dumps({**EVENT, "source_ref": "2"})])
NDJSON = "application/x-ndjson"


def test_a_file_is_accepted_worked_off_and_told_row_by_row(handler: FlaskClient, assembly: web.Assembly) -> None:
    accepted = handler.post("/v1/events/bulk", data=gzip.compress(FILE), content_type=NDJSON)
    assert (accepted.status_code, accepted.json["state"]) == (202, "queued")
    where = accepted.headers["Location"]
    assert handler.get(f"{where}/result").json["code"] == "bulk_not_finished"
    work_off(database=assembly.database, job_id=accepted.json["id"])
    done = handler.get(where).json
    assert (done["state"], done["stored"], done["refused"], done["progress"]) == ("done", 2, 1, 1000)
    assert len(done["merkle_root"]) == 64
    for language, word in (("zh", "JSON"), ("en", "not a JSON object")):
        result = handler.get(f"{where}/result", headers={"Accept-Language": language})
        (line,) = result.data.splitlines()
        told = orjson.loads(line)
        assert (told["row"], told["code"], told["refused"]) == (2, "line_malformed", True)
        assert word in told["detail"]


def test_the_same_upload_under_one_key_is_one_job(handler: FlaskClient) -> None:
    headers = {"Idempotency-Key": "upload"}
    first = handler.post("/v1/events/bulk", data=FILE, content_type=NDJSON, headers=headers)
    again = handler.post("/v1/events/bulk", data=FILE, content_type=NDJSON, headers=headers)
    assert (again.json["id"], again.headers["Idempotency-Hit"]) == (first.json["id"], "true")
    other = handler.post("/v1/events/bulk", data=FILE + b"\n{}", content_type=NDJSON, headers=headers)
    assert other.json["code"] == "idempotency_key_reused"
    assert handler.get("/v1/bulk-jobs/2").json["code"] == "bulk_job_not_found"


def test_a_file_that_cannot_be_taken_is_refused_at_once(handler: FlaskClient) -> None:
    def code(data: bytes, kind: str = NDJSON, query: str = "") -> str:
        return str(handler.post(f"/v1/events/bulk{query}", data=data, content_type=kind).json["code"])

    assert code(b"") == "file_empty"
    assert code(b"x" * 100_000) == "line_too_long"
    assert code(b"a,b\n", "text/csv") == "csv_header"
    assert code(b"\x1f\x8b\x00") == "gzip_malformed"
    assert code(FILE, "application/pdf") == "file_format_unknown"
    assert code(FILE, query="?mode=some") == "invalid_query"


def test_a_job_is_seen_by_its_own_authority_only(caller: Callable[..., FlaskClient]) -> None:
    mine, theirs = caller("handler", authority="bj-culture"), caller("handler", authority="bj-culture-110102")
    where = mine.post("/v1/events/bulk", data=FILE, content_type=NDJSON).headers["Location"]
    assert mine.get(where).status_code == 200
    assert theirs.get(where).json["code"] == "out_of_scope"


def test_bytes_that_are_no_text_are_told_by_row_and_place_in_both_languages(
    handler: FlaskClient, assembly: web.Assembly
) -> None:
    content = b"source,source_ref,entity,code,decided_on\ncases,1,own:old,penalty_fine,2025-03-01\ncases,\xff,,,\n"
    accepted = handler.post("/v1/events/bulk", data=content, content_type="text/csv")
    work_off(database=assembly.database, job_id=accepted.json["id"])
    for language in ("zh", "en"):
        headers = {"Accept-Language": language}
        result = handler.get(f"{accepted.headers['Location']}/result", headers=headers)
        told = orjson.loads(result.data)
        assert (told["row"], told["code"], told["offset"]) == (3, "line_encoding", content.index(b"\xff"))
        assert str(content.index(b"\xff")) in told["detail"]
    refused = handler.post("/v1/events/bulk", data="\ufeffa,b".encode("utf-16"), content_type="text/csv")
    assert (refused.status_code, refused.json["code"]) == (422, "line_encoding")
