"""Tokens: told once, kept as digests, never wider than their issuer, ended by date or revocation."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from service.accounts import TokenAuthenticator, issue_token, revoke_token
from service.accounts.remembering import REMEMBERED_SECONDS
from service.platform import FixedClock, Problem, Role, catalogue, job_actor, web
from service.ratings import drain
from service.register import change_entity, enter_entity, registered_scope
from tests.api.conftest import NOW
from tests.builders.entities import entry
from tests.builders.fillings import seeded
from tests.integration.ratings import town

Caller = Callable[..., FlaskClient]


CITY, CHAOYANG, XICHENG = "bj-culture", "bj-culture-110105", "bj-culture-110102"


@pytest.fixture(autouse=True)
def _seeded(assembly: web.Assembly) -> None:
    """A token names rows of the register that are there."""
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        seeded(uow)


def as_bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_is_told_once_and_only_its_digest_is_kept(
    caller: Caller, anonymous: FlaskClient, assembly: web.Assembly
) -> None:
    body = {"role": "handler", "label": "窗口", "authority": "bj-culture", "regions": ["110105"]}
    issued = caller("administrator").post("/v1/tokens", json=body)
    assert issued.status_code == 201
    token = issued.json["token"]
    assert anonymous.get("/v1/whoami", headers=as_bearer(token)).json == {
        "kind": "token",
        "id": issued.json["id"],
        "role": "handler",
        "authority": "bj-culture",
        "regions": ["110105"],
        "subject": None,
        "person": None,
        "sources": [],
        "places": [],
    }
    with assembly.database.reader() as session:
        stored = str(session.execute(text("SELECT * FROM api_token")).all())
        audited = str(session.execute(text("SELECT * FROM audit")).all())
    assert token not in stored + audited
    assert token[3:] not in stored + audited


@pytest.mark.parametrize(
    ("issuer", "wanted", "allowed"),
    [
        ({}, {"authority": CHAOYANG}, True),
        ({"authority": CHAOYANG}, {"authority": CHAOYANG, "regions": ["110000"]}, True),
        ({"authority": CHAOYANG}, {"authority": XICHENG}, False),
        ({"authority": CHAOYANG}, {}, False),
        ({"regions": ["110000"]}, {"regions": ["110105", "110101"]}, True),
        ({"regions": ["11"]}, {"regions": ["110105", "110000"]}, True),
        ({"regions": ["110000"]}, {"regions": ["110105", "320000"]}, False),
        ({"regions": ["110105"]}, {"regions": ["11"]}, False),
        ({"regions": ["110105"]}, {"regions": ["110000"]}, False),
        ({"regions": ["110000"]}, {}, False),
    ],
)
def test_nobody_gives_more_than_they_have(
    caller: Caller, issuer: dict[str, Any], wanted: dict[str, Any], *, allowed: bool
) -> None:
    response = caller("administrator", **issuer).post("/v1/tokens", json={"role": "handler", "label": "x", **wanted})
    assert response.status_code == (201 if allowed else 403)
    assert allowed or response.json["code"] == "out_of_scope"


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"role": "entity"}, "token_needs_subject", "/subject"),
        ({"role": "handler", "subject": "uscc:1"}, "token_needs_subject", "/subject"),
        ({"role": "handler", "expires_at": "2026-01-01T00:00:00Z"}, "token_expired_already", "/expires_at"),
    ],
)
def test_contradictions_are_told(caller: Caller, body: dict[str, Any], code: str, pointer: str) -> None:
    response = caller("administrator").post("/v1/tokens", json={"label": "x", **body})
    assert (response.status_code, response.json["code"], response.json["pointer"]) == (422, code, pointer)


def test_a_revoked_token_ends_within_what_is_remembered(
    assembly: web.Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = job_actor("tests")
    with assembly.database.unit_of_work(operator) as uow:
        issued = issue_token(uow=uow, registered=registered_scope, role=Role.PARTNER, label="p")
    seconds = [1000.0]
    monkeypatch.setattr("service.accounts.remembering.time.monotonic", lambda: seconds[0])
    authenticate = TokenAuthenticator(assembly.database, below=lambda _, __: ())
    assert authenticate(issued.token) is not None
    with assembly.database.unit_of_work(operator) as uow:
        revoke_token(uow=uow, token_id=issued.id)
    seconds[0] += REMEMBERED_SECONDS
    assert authenticate(issued.token) is None


def test_a_token_ends_with_its_date(assembly: web.Assembly, clock: FixedClock) -> None:
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        issued = issue_token(
            uow=uow, registered=registered_scope, role=Role.PARTNER, label="p", expires_at=NOW + timedelta(days=1)
        )
    assert TokenAuthenticator(assembly.database, below=lambda _, __: ())(issued.token) is not None
    clock.advance(timedelta(days=1))
    assert TokenAuthenticator(assembly.database, below=lambda _, __: ())(issued.token) is None


def test_the_public_needs_no_token(assembly: web.Assembly) -> None:
    with pytest.raises(Problem, match="token_for_public"), assembly.database.unit_of_work(job_actor("tests")) as uow:
        issue_token(uow=uow, registered=registered_scope, role=Role.PUBLIC, label="p")


def test_revoking_twice_is_no_error_and_a_stranger_sees_no_token(caller: Caller) -> None:
    administrator = caller("administrator")
    made = administrator.post("/v1/tokens", json={"role": "handler", "label": "x", "authority": CHAOYANG}).json["id"]
    stranger = caller("administrator", authority=XICHENG)
    assert stranger.delete(f"/v1/tokens/{made}").json["code"] == "token_unknown"
    assert [administrator.delete(f"/v1/tokens/{made}").status_code for _ in range(2)] == [204, 204]
    assert administrator.delete("/v1/tokens/none").status_code == 404


def test_the_list_is_paged_by_key_and_scoped(caller: Caller) -> None:
    administrator = caller("administrator")
    for index in range(5):
        administrator.post("/v1/tokens", json={"role": "handler", "label": f"a{index}", "authority": CHAOYANG})
    scoped = caller("auditor", authority=CHAOYANG)
    seen, address = [], "/v1/tokens?limit=2"
    while address:
        response = scoped.get(address)
        assert len(response.json["items"]) <= 2
        seen += [item["label"] for item in response.json["items"]]
        link = response.headers.get("Link", "")
        assert link == "" or link.endswith('; rel="next"')
        address = link.partition(">")[0].removeprefix("<")
    assert seen == ["a0", "a1", "a2", "a3", "a4", "auditor"]
    assert "administrator" in str(administrator.get("/v1/tokens").json)


def test_a_region_sees_the_tokens_that_lie_wholly_inside(caller: Caller) -> None:
    administrator = caller("administrator")
    for label, regions in (
        ("in", ["110105"]),
        ("both", ["110105", "320000"]),
        ("all", []),
        ("two", ["110101", "110105"]),
    ):
        administrator.post("/v1/tokens", json={"role": "handler", "label": label, "regions": regions})
    found = caller("auditor", regions=["110000"]).get("/v1/tokens").json["items"]
    assert [item["label"] for item in found] == ["auditor", "in", "two"]


@pytest.mark.parametrize("cursor", ["x", "!!!", "W10", "WzEsMl0", "WyJhIl0", "WyJhXHUwMDAwIiwiYiJd", "é"])
def test_a_cursor_of_nobody_is_refused(caller: Caller, cursor: str) -> None:
    response = caller("auditor").get("/v1/tokens", query_string={"cursor": cursor})
    assert (response.status_code, response.json["code"]) == (422, "invalid_cursor")


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "x", "1.5", ""])
def test_a_limit_out_of_bounds_is_refused(caller: Caller, limit: str) -> None:
    response = caller("auditor").get("/v1/tokens", query_string={"limit": limit})
    assert (response.status_code, response.json["code"]) == (422, "invalid_query")
    assert response.json["errors"][0]["pointer"] == "/limit"


def test_an_issuer_learns_nothing_through_a_token_for_an_entity_elsewhere(
    caller: Caller, anonymous: FlaskClient, assembly: web.Assembly
) -> None:
    town.found(assembly.database)
    (number,) = town.people(assembly.database, 1)
    drain(database=assembly.database)
    key = town.key_of(assembly.database, number)
    questions = ("", "/tier", "/tier/words", "/events", "/ratings", "/penalty-record?purpose=x")

    def issued(region: str, subject: str) -> Any:  # noqa: ANN401 - a response
        wanted = {"role": "entity", "label": "x", "subject": subject, "regions": [region]}
        return caller("administrator", regions=[region]).post("/v1/tokens", json=wanted)

    bearer = as_bearer(issued(town.REGION, key).json["token"])
    asked = (f"/v1/entities/{key}{question}" for question in questions)
    assert {anonymous.get(address, headers=bearer).status_code for address in asked} == {200}
    elsewhere, nobody = issued("110105", key).json, issued("110105", "own:nobody").json
    assert elsewhere["code"] == nobody["code"] == "token_subject_unknown"
    assert elsewhere["detail"].replace(key, "") == nobody["detail"].replace("own:nobody", "")
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        change_entity(uow, key=key, change={"region": "110105"})
    assert anonymous.get(f"/v1/entities/{key}", headers=bearer).status_code == 403


def test_a_secret_is_not_kept_for_a_repeat_of_its_request(
    caller: Caller, anonymous: FlaskClient, assembly: web.Assembly
) -> None:
    client = caller("administrator")
    body, key = {"role": "handler", "label": "x"}, {"Idempotency-Key": "k-1"}
    first, again = (client.post("/v1/tokens", json=body, headers=key) for _ in range(2))
    assert anonymous.get("/v1/whoami", headers=as_bearer(first.json["token"])).json["id"] == first.json["id"]
    assert (again.status_code, again.json["code"]) == (409, "answer_told_once")
    assert again.headers["Idempotency-Hit"] == "true"
    with assembly.database.reader() as session:
        kept = bytes(session.execute(text("SELECT body FROM idempotency_key")).scalar_one())
        assert session.execute(text("SELECT count(*) FROM api_token WHERE label = 'x'")).scalar_one() == 1
    assert first.json["token"].encode() not in kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [("91110000101623741K", "uscc:91110000101623741K"), (" uscc:91110000101623741k", "uscc:91110000101623741K")],
)
def test_a_subject_is_kept_as_its_full_key(
    caller: Caller, anonymous: FlaskClient, assembly: web.Assembly, given: str, kept: str
) -> None:
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        enter_entity(uow, entry=entry(kept))
    issued = caller("administrator").post("/v1/tokens", json={"role": "entity", "label": "x", "subject": given})
    assert issued.status_code == 201
    assert anonymous.get("/v1/whoami", headers=as_bearer(issued.json["token"])).json["subject"] == kept


def test_a_subject_that_is_no_key_is_refused(caller: Caller) -> None:
    body = {"role": "entity", "label": "x", "subject": "somebody"}
    refused = caller("administrator").post("/v1/tokens", json=body)
    assert (refused.status_code, refused.json["code"], refused.json["pointer"]) == (
        422,
        "token_subject_malformed",
        "/subject",
    )


REFUSED: list[tuple[dict[str, Any], str, str | None]] = [
    ({"authority": "nowhere"}, "entity_authority_unknown", "/authority"),
    ({"regions": ["110105", "990000"]}, "entity_region_unknown", "/regions/1"),
    ({"regions": ["9"]}, "invalid_body", None),
    ({"regions": ["US-ZZ"]}, "entity_region_unknown", "/regions/0"),
    ({"regions": ["110103"]}, "entity_region_ended", "/regions/0"),
    ({"regions": ["100000"]}, "region_beyond_its_code", "/regions/0"),
    ({"role": "entity", "subject": "own:nobody"}, "token_subject_unknown", "/subject"),
    ({"expires_at": "9999-12-31T23:59:59-14:00"}, "invalid_body", None),  # no list could tell it, nobody revoke it
    ({"sources": ["cases", "visits"]}, "source_reserved", "/sources/1"),
    ({"role": "partner", "sources": ["cases"]}, "token_for_no_staff", "/sources"),
]
"""Scopes that name what is not there or cannot be, with the code and the place that the issuer is told."""


def test_a_scope_names_what_is_there(caller: Caller) -> None:
    administrator = caller("administrator")
    for scope, code, pointer in REFUSED:
        for language in ("zh", "en"):
            body, tongue = {"role": "handler", "label": "x", **scope}, {"Accept-Language": language}
            refused = administrator.post("/v1/tokens", json=body, headers=tongue)
            assert (refused.status_code, refused.json["code"], refused.json.get("pointer")) == (422, code, pointer)
            assert refused.json["title"] == catalogue()[code].texts[language].title


def test_a_province_and_a_city_are_named_by_two_and_four_digits(caller: Caller, anonymous: FlaskClient) -> None:
    administrator = caller("administrator")
    cases = [(["11"], ["110000"]), (["110000", "11", "US-NY"], ["110000", "US-NY"]), (["3200"], ["320000"])]
    for said, kept in cases:
        body = {"role": "handler", "label": "x", "regions": said}
        issued = administrator.post("/v1/tokens", json=body).json
        assert anonymous.get("/v1/whoami", headers=as_bearer(issued["token"])).json["regions"] == kept


def test_only_who_answers_for_the_whole_closes_a_source_to_others(caller: Caller) -> None:
    whole, scopes = caller("administrator"), [{"authority": CITY}, {"regions": ["110000"]}]
    for scope in scopes:
        body = {"role": "handler", "label": "x", "sources": ["cases"], **scope}
        refused = caller("administrator", **scope).post("/v1/tokens", json=body).json
        assert (refused["code"], refused["pointer"]) == ("out_of_scope", "/sources")
        assert whole.post("/v1/tokens", json=body).status_code == 201


def test_a_token_that_ends_makes_itself_no_successor_that_does_not(caller: Caller) -> None:
    end = NOW + timedelta(days=30)
    ending = caller("administrator", expires_at=end)
    for later in (None, (end + timedelta(seconds=1)).isoformat()):
        refused = ending.post("/v1/tokens", json={"role": "administrator", "label": "x", "expires_at": later})
        assert (refused.status_code, refused.json["code"]) == (422, "token_outlives_issuer")
        assert refused.json["pointer"] == "/expires_at"
    body = {"role": "administrator", "label": "x", "expires_at": end.isoformat()}
    assert ending.post("/v1/tokens", json=body).status_code == 201


def test_a_token_bound_to_sources_issues_none_that_is_not(caller: Caller) -> None:
    bound, body = caller("administrator", sources=["cases"]), {"role": "handler", "label": "x"}
    answers = [bound.post("/v1/tokens", json={**body, "sources": given}) for given in ([], ["desk"], ["cases"])]
    assert [answer.status_code for answer in answers] == [403, 403, 201]
