"""A file with an `Idempotency-Key`: read once and answered alike; the key belongs to that file and that question."""

from __future__ import annotations

import gzip
from io import BytesIO
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from sqlalchemy import text

from service import evidence
from service.platform import job_actor, web
from service.register import seed
from tests.builders.entities import entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

FILE = orjson.dumps(entry("own:E1")) + b"\n" + orjson.dumps(entry("own:E2"))
FLAWED = FILE + b"\n" + orjson.dumps(entry("own:E3", kinds=[{"kind": "nonsense", "valid_from": "2020-01-01"}]))
COUNT = "SELECT count(*) FROM "


@pytest.fixture(autouse=True)
def _catalogues(assembly: web.Assembly) -> None:
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        seed(uow)
        evidence.seed(uow)


@pytest.fixture
def handler(caller: Callable[..., FlaskClient]) -> FlaskClient:
    return caller("handler")


def sent(client: FlaskClient, content: bytes = FILE, key: str | None = "k", **more: Any) -> TestResponse:  # noqa: ANN401 - of the client
    headers = {} if key is None else {"Idempotency-Key": key}
    given = {"query_string": {"format": "ndjson"}, "content_type": "application/octet-stream", **more}
    return client.post("/v1/imports/entities", data=content, headers=headers, **given)


def stored(assembly: web.Assembly, table: str) -> int:
    with assembly.database.reader() as session:
        return int(session.execute(text(COUNT + table)).scalar_one())


def test_the_same_file_again_gets_the_first_answer_and_is_not_read_in(
    handler: FlaskClient, assembly: web.Assembly
) -> None:
    first, again = sent(handler), sent(handler)
    assert (first.status_code, first.json["created"], first.headers["Idempotency-Hit"]) == (200, 2, "false")
    assert (again.status_code, again.data, again.headers["Idempotency-Hit"]) == (200, first.data, "true")
    assert (stored(assembly, "entity_import"), stored(assembly, "entity_version")) == (1, 2)
    without = sent(handler, key=None)
    assert (without.json["unchanged"], without.json["id"] != first.json["id"]) == (2, True)
    assert "Idempotency-Hit" not in without.headers


def test_a_refused_and_a_tried_file_are_answered_from_what_is_kept_too(
    handler: FlaskClient, assembly: web.Assembly
) -> None:
    for key, content, query, state in (
        ("refused", FLAWED, {"format": "ndjson"}, "refused"),
        ("tried", FILE, {"format": "ndjson", "dry_run": "true"}, "checked"),
    ):
        first, again = (sent(handler, content, key, query_string=query) for _ in range(2))
        assert (first.json["state"], again.data, again.headers["Idempotency-Hit"]) == (state, first.data, "true")
    assert (stored(assembly, "entity_import"), stored(assembly, "entity")) == (2, 0)


@pytest.mark.parametrize(
    "changed",
    [
        {"content": FLAWED},
        {"query_string": {"format": "ndjson", "dry_run": "true"}},
        {"query_string": {"format": "ndjson", "mode": "keep_good"}},
        {"content": gzip.compress(FILE)},
    ],
)
def test_another_file_or_question_under_the_key_is_refused_and_leaves_nothing(
    handler: FlaskClient, assembly: web.Assembly, changed: dict[str, Any]
) -> None:
    sent(handler)
    other = sent(handler, **changed)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert (stored(assembly, "entity_import"), stored(assembly, "entity_version")) == (1, 2)


def test_a_key_is_its_callers_own(caller: Callable[..., FlaskClient], handler: FlaskClient) -> None:
    sent(handler)
    assert sent(caller("handler")).headers["Idempotency-Hit"] == "false"


def test_an_unreadable_file_leaves_its_key_free(handler: FlaskClient) -> None:
    broken = sent(handler, gzip.compress(FILE)[:-9])
    assert (broken.status_code, broken.json["code"]) == (422, "import_gzip_damaged")
    assert sent(handler).headers["Idempotency-Hit"] == "false"


def test_a_malformed_key_is_refused_before_anything_is_stored(handler: FlaskClient, assembly: web.Assembly) -> None:
    answer = sent(handler, key="two words")
    assert answer.json["code"] == "idempotency_key_invalid"
    assert stored(assembly, "entity_import") == 0


@pytest.mark.parametrize("media_type", ["application/octet-stream", "application/json", "application/x-ndjson"])
def test_whatever_the_media_type_the_file_itself_is_read(handler: FlaskClient, media_type: str) -> None:
    first, again = (sent(handler, content_type=media_type) for _ in range(2))
    assert (first.json["created"], again.headers["Idempotency-Hit"]) == (2, "true")


def test_a_body_in_chunks_is_read_whole_and_kept_under_its_key(handler: FlaskClient) -> None:
    event = {
        "source": "cases",
        "source_ref": "1",
        "entity": "own:x",
        "code": "penalty_fine",
        "decided_on": "2025-03-01",
    }
    chunks = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}

    def post(address: str, content: bytes, media_type: str) -> TestResponse:
        return handler.post(
            address,
            input_stream=BytesIO(content),
            content_type=media_type,
            environ_overrides=chunks,
            headers={"Idempotency-Key": "chunks-" + media_type},
        )

    files = [post("/v1/imports/entities?format=ndjson", FILE, "application/octet-stream") for _ in range(2)]
    assert (files[0].json["rows"], files[1].headers["Idempotency-Hit"]) == (2, "true")
    jobs = [post("/v1/events/bulk", orjson.dumps(event), "application/x-ndjson") for _ in range(2)]
    assert (jobs[0].status_code, jobs[1].headers["Idempotency-Hit"]) == (202, "true")
