"""What every route has in common: problems, languages, limits, health."""

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.accounts import issue_token
from service.app import create_app
from service.bootstrap import assemble
from service.platform import FixedClock, Role, Settings, catalogue, job_actor, use_redis, web
from service.register import registered_scope

JSON = {"Content-Type": "application/json"}


def test_liveness_readiness_and_version_answer_without_a_token(anonymous: FlaskClient) -> None:
    assert anonymous.get("/livez").json == {"status": "alive"}
    ready = anonymous.get("/readyz")
    assert ready.status_code == 200
    assert ready.json["database"] == "up"
    assert ready.json["redis"].startswith("down")
    assert anonymous.get("/version").json["rulebooks"] == {}


def test_metrics_tell_the_age_of_the_oldest_mark(anonymous: FlaskClient, assembly: web.Assembly) -> None:
    assert b"oldest_mark_seconds 0.0" in anonymous.get("/metrics").data
    with assembly.database.bookkeeping() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO rerate_mark (subject, reason, marked_at) VALUES (1, 'test', now() - interval '1 minute')"
        )
    figures = dict(line.rsplit(" ", 1) for line in anonymous.get("/metrics").text.splitlines() if line[0] != "#")
    assert float(figures["oldest_mark_seconds"]) >= 60
    assert figures["rerate_marks"] == "1.0"
    assert float(figures['http_requests_total{method="GET",route="/metrics",status="200"}']) >= 1


def test_metrics_are_told_while_the_database_and_redis_are_away(house: Flask) -> None:
    use_redis("redis://127.0.0.1:1/0")
    try:
        answer = house.test_client().get("/metrics")
    finally:
        use_redis(None)
    lines = answer.text.splitlines()
    assert answer.status_code == 200
    assert {"database_up 0.0", "redis_up 0.0", 'figures_read{room="ratings"} 0.0'} <= set(lines)
    assert any(line.startswith("build_info{") for line in lines)
    assert not [line for line in lines if line.startswith(("oldest_mark_seconds ", "queue_jobs{"))], (
        "not known is not 0"
    )


COUNTED = 'problems_total{code="not_found"}'


def test_problems_are_counted_by_their_code(anonymous: FlaskClient) -> None:
    def count() -> float:
        lines = anonymous.get("/metrics").text.splitlines()
        return sum(
            float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith('problems_total{code="not_found"}')
        )

    before = count()
    assert anonymous.get("/nowhere/110101199003070000").status_code == 404
    assert count() == before + 1
    assert "110101199003070000" not in anonymous.get("/metrics").text


def test_methods_that_a_caller_makes_up_make_no_series_of_figures(anonymous: FlaskClient) -> None:
    for method in ("BREW", "WHEN"):
        assert anonymous.open("/livez", method=method).status_code == 405
    figures = anonymous.get("/metrics").text
    assert ("BREW" in figures, "WHEN" in figures) == (False, False)
    assert 'http_requests_total{method="other",route="unknown",status="405"} 2.0' in figures


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status", "code"),
    [
        ("GET", "/nowhere", None, {}, 404, "not_found"),
        ("PUT", "/livez", None, {}, 405, "method_not_allowed"),
        ("GET", "/problems/nonsense", None, {}, 404, "not_found"),
        ("GET", "/livez%00", None, {}, 400, "nul_byte"),
        ("GET", "/livez?a=%00", None, {}, 400, "nul_byte"),
        ("GET", "/v1/tokens", None, {}, 401, "unauthenticated"),
        ("GET", "/livez", None, {"Authorization": "Bearer xj_wrong"}, 401, "unauthenticated"),
        ("GET", "/livez", None, {"Authorization": "Basic eDp5"}, 401, "unauthenticated"),
        ("POST", "/v1/tokens", b"{", JSON, 401, "unauthenticated"),
    ],
)
def test_refusals_are_problem_documents(
    anonymous: FlaskClient, method: str, path: str, body: bytes | None, headers: dict[str, str], status: int, code: str
) -> None:
    response = anonymous.open(path, method=method, data=body, headers=headers)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert response.json["code"] == code
    assert response.json["type"] == f"/problems/{code}"
    assert response.headers["Content-Language"] == "zh"


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"{", JSON, 400, "malformed_json"),
        (b"", JSON, 400, "malformed_json"),
        (b"\xff\xfe", JSON, 400, "body_encoding"),
        (b'{"label": "\\ud800"}', JSON, 400, "malformed_json"),
        (b'{"label": NaN}', JSON, 400, "malformed_json"),
        (b"[" * 100_000, JSON, 400, "malformed_json"),
        (b'{"label": "a\\u0000b"}', JSON, 400, "nul_byte"),
        (b'{"role": "handler", "label": "a", "role": "approver"}', JSON, 400, "repeated_name"),
        (b"role=handler", {"Content-Type": "text/plain"}, 415, "unsupported_media_type"),
        (b"[]", JSON, 422, "invalid_body"),
        (b'"x"', JSON, 422, "invalid_body"),
        (b" " * (1 << 21), JSON, 413, "body_too_large"),
    ],
)
def test_bad_bodies_are_told_apart(
    caller: Callable[..., FlaskClient], body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    response = caller("administrator").post("/v1/tokens", data=body, headers=headers)
    assert (response.status_code, response.json["code"]) == (status, code)


@pytest.mark.parametrize(
    ("body", "language", "detail"),
    [
        (b'{"label":\n "a" "b"}', "en", "At line 2, character 6, the body is not valid JSON."),
        (b'{"label":\n "a" "b"}', "zh", "请求体在第 2 行第 6 个字符处不是有效的 JSON。"),
        ('{"label": "京"}'.encode("gb18030"), "en", "From byte 11 (counted from 0) the body is not text in UTF-8."),
        ('{"label": "京"}'.encode("gb18030"), "zh", "请求体自第 11 字节（从 0 起）起不是有效的 UTF-8 文字。"),
    ],
)
def test_a_body_that_cannot_be_read_is_told_with_its_place(
    caller: Callable[..., FlaskClient], body: bytes, language: str, detail: str
) -> None:
    response = caller("administrator").post("/v1/tokens", data=body, headers=JSON | {"Accept-Language": language})
    assert response.json["detail"] == detail


def test_every_field_at_fault_is_named_with_pointer_and_code(caller: Callable[..., FlaskClient]) -> None:
    body = {"role": "king", "regions": ["110000", "1"], "expires_at": "soon", "extra/name": 1}
    response = caller("administrator").post("/v1/tokens", json=body, headers={"Accept-Language": "en"})
    assert response.status_code == 422
    found = {error["pointer"]: error["code"] for error in response.json["errors"]}
    assert found == {
        "/role": "not_a_choice",
        "/label": "field_missing",
        "/regions/1": "wrong_form",
        "/expires_at": "not_an_instant",
        "/extra~1name": "field_unknown",
    }
    assert response.json["detail"].startswith("5 place(s)")
    choices = next(error for error in response.json["errors"] if error["pointer"] == "/role")
    assert "administrator, handler" in choices["detail"]


@pytest.mark.parametrize(
    ("accept", "language"),
    [(None, "zh"), ("en", "en"), ("fr, en;q=0.5", "en"), ("fr", "zh"), ("zh-CN,en;q=0.9", "zh"), ("zh-Hans-CN", "zh")],
)
def test_the_caller_chooses_the_language(anonymous: FlaskClient, accept: str | None, language: str) -> None:
    response = anonymous.get("/nowhere", headers={"Accept-Language": accept} if accept else {})
    assert response.headers["Content-Language"] == language
    assert response.json["title"] == catalogue()["not_found"].texts[language].title
    assert "Accept-Language" in response.headers["Vary"]


def test_an_unknown_query_parameter_is_refused_not_ignored(caller: Callable[..., FlaskClient]) -> None:
    response = caller("auditor").get("/v1/tokens?limti=5")
    assert (response.status_code, response.json["code"]) == (422, "invalid_query")
    assert response.json["errors"][0]["pointer"] == "/limti"


def test_an_unforeseen_failure_tells_its_number_and_nothing_else(app: Flask, anonymous: FlaskClient) -> None:
    def fail() -> None:
        raise RuntimeError("the secret is 42")

    app.view_functions["health.livez"] = fail
    response = anonymous.get("/livez", headers={"X-Request-Id": "request-0001"})
    assert response.status_code == 500
    assert "request-0001" in response.json["detail"]
    assert "42" not in response.text


def test_the_request_id_is_kept_when_plain_and_replaced_when_not(anonymous: FlaskClient) -> None:
    assert anonymous.get("/livez", headers={"X-Request-Id": "abc-12345"}).headers["X-Request-Id"] == "abc-12345"
    assert anonymous.get("/livez", headers={"X-Request-Id": "<script>"}).headers["X-Request-Id"] != "<script>"


def test_a_database_that_is_away_is_503_with_a_time_to_retry(clock: FixedClock) -> None:
    nowhere = Settings(database_url="postgresql+psycopg://nobody@127.0.0.1:1/none")
    response = create_app(assemble(nowhere, clock=clock)).test_client().get("/readyz")
    assert (response.status_code, response.json["code"]) == (503, "unavailable")
    assert response.headers["Retry-After"]


def test_the_document_is_openapi_3_1_and_its_page_needs_nobody_else(anonymous: FlaskClient) -> None:
    document = anonymous.get("/openapi.json").json
    assert document["openapi"] == "3.1.0"
    assert "/v1/tokens" in document["paths"]
    error = document["components"]["responses"]["DEFAULT_ERROR"]["content"]
    assert list(error) == ["application/problem+json"]
    page = anonymous.get("/docs")
    assert page.status_code == 200
    assert "/v1/tokens" in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.text.count("<details>") == sum(len(item.keys() - {"parameters"}) for item in document["paths"].values())
    assert [f'id="room-{tag["name"]}"' in page.text for tag in document["tags"]] == [True] * len(document["tags"])
    links = set(re.findall(r'href="#([^"]+)"', page.text))
    assert links <= set(re.findall(r'id="([^"]+)"', page.text)), "no link leads nowhere"
    assert "`" not in page.text


def test_the_form_of_a_text_is_written_as_json_schema_reads_it(anonymous: FlaskClient) -> None:
    patterns = re.findall(r'"pattern": ?"([^"]*)"', anonymous.get("/openapi.json").text)
    assert "^(?:[0-9A-Z][0-9A-Z-]{0,39})$" in patterns
    assert [pattern for pattern in patterns if not (pattern.startswith("^") and pattern.endswith("$"))] == []


def test_every_problem_has_an_address(anonymous: FlaskClient) -> None:
    listed = anonymous.get("/problems").json["items"]
    assert {entry["code"] for entry in listed} == set(catalogue())
    one = anonymous.get("/problems/not_yet_sealed").json
    assert json.dumps(one) == json.dumps(next(entry for entry in listed if entry["code"] == "not_yet_sealed"))


def test_too_many_requests_are_refused_but_health_is_not(database_url: str) -> None:
    client = create_app(assemble(Settings(database_url=database_url, public_rate_limit=2))).test_client()
    assert [client.get("/problems").status_code for _ in range(3)] == [200, 200, 429]
    refused = client.get("/problems", headers={"Accept-Language": "en"})
    assert refused.json["code"] == "too_many_requests"
    assert f"in {refused.headers['Retry-After']} seconds" in refused.json["next"]
    assert client.get("/livez").status_code == 200


def test_each_token_has_its_own_limit_and_is_told_when_to_come_back(database_url: str) -> None:
    assembly = assemble(Settings(database_url=database_url, rate_limit=2))
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        tokens = [
            issue_token(uow=uow, registered=registered_scope, role=Role.AUDITOR, label=str(n)).token for n in range(2)
        ]
    client = create_app(assembly).test_client()
    first, second = ({"Authorization": f"Bearer {token}"} for token in tokens)
    answers = [client.get("/v1/whoami", headers=first) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (answers[-1].json["code"], 1 <= int(answers[-1].headers["Retry-After"]) <= 60) == ("too_many_requests", True)
    assert client.get("/v1/whoami", headers=second).status_code == 200
    assert client.get("/readyz", headers=first).status_code == 200
    assembly.notes.close()
    assembly.database.close()


def test_a_redis_that_does_not_answer_leaves_the_service_ready_and_is_said(database_url: str) -> None:
    assembly = assemble(Settings(database_url=database_url, redis_url="unix:///nowhere/redis.sock"))
    try:
        ready = create_app(assembly).test_client().get("/readyz")
    finally:
        use_redis(None)
        assembly.notes.close()
        assembly.database.close()
    assert (ready.status_code, ready.json["status"]) == (200, "ready")
    assert ready.json["redis"] == "down: accepted work waits for the sweeper"


def test_an_address_is_told_only_so_many_401s_a_minute_and_a_good_token_goes_on_working(database_url: str) -> None:
    assembly = assemble(Settings(database_url=database_url, public_rate_limit=3))
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        issued = issue_token(uow=uow, registered=registered_scope, role=Role.HANDLER, label="h")
    good = {"Authorization": f"Bearer {issued.token}"}
    client = create_app(assembly).test_client()
    bad = [client.get("/v1/whoami", headers={"Authorization": f"Bearer xj_guess{n}"}) for n in range(5)]
    assert [answer.status_code for answer in bad] == [401, 401, 401, 429, 429]
    assert bad[-1].json["code"] == "too_many_requests"
    assert 1 <= int(bad[-1].headers["Retry-After"]) <= 60
    assert client.get("/v1/whoami", headers=good).status_code == 200
    elsewhere = client.get("/v1/tokens", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 401
    assembly.notes.close()
    assembly.database.close()
