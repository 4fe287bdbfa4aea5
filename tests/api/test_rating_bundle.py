"""The rating bundle over HTTP: who gets it, what is in it and what is not, and that a stranger finds the same."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from scoring.exchange.bundle import verify_bundle
from service.platform import seal
from service.platform.tables import QueryLog
from service.ratings import drain, put_edition_in_force
from tests.api.conftest import NOW
from tests.builders.fillings import filled, shipped
from tests.builders.tool import run_tool
from tests.integration.editions.test_adoption import HARSHER, approve, proposed
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask.testing import FlaskClient

    from service.platform import Database, FixedClock, web
    from tests.builders.fillings import Filling

LATER = (
    town.EDITION.replace('id = "town.2025"', 'id = "town.2026"\npredecessor = "town.2025"')
    .replace("force_from = 2020-01-01", "force_from = 2026-05-01")
    .replace("points = -20", "points = -5")
)


def one_fined(database: Database) -> None:
    town.found(database)
    (number,) = town.people(database, 1)
    town.punish(database, number, attributes={"handler": "Li Si"}, case_ref="c-1")
    drain(database=database)


@pytest.fixture
def filling(request: pytest.FixtureRequest) -> Filling:
    return filled(NOW, one_fined) if "shop" in request.fixturenames else shipped


@pytest.fixture
def shop(assembly: web.Assembly) -> tuple[int, str]:
    """One cinema with one fine, rated: its number and its key."""
    (number,) = town.ids(assembly.database)
    return number, town.key_of(assembly.database, number)


def address(key: str, **asked: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in {"kind": "cinema", **asked}.items())
    return f"/v1/entities/{key}/rating-bundle?{query}"


def bundle_of(client: FlaskClient, key: str, **asked: str) -> dict[str, Any]:
    """The downloaded bundle, which verifies."""
    answer = client.get(address(key, **asked))
    assert answer.status_code == 200, answer.get_json()
    report = verify_bundle(answer.data)
    assert report.passes(strict=True), report.lines("en")
    found: dict[str, Any] = json.loads(answer.data)
    return found


def test_the_downloaded_bundle_verifies_on_a_bare_interpreter(
    shop: tuple[int, str], caller: Callable[..., FlaskClient], tmp_path: Path
) -> None:
    answer = caller("handler").get(address(shop[1]))
    file = tmp_path / "bundle.json"
    file.write_bytes(answer.data)
    done = run_tool("verify", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("consistent, not anchored")
    file.write_bytes(answer.data.replace(b'"fine"', b'"fire"', 1))
    assert run_tool("verify", str(file)).returncode == 1


def test_it_is_a_file_that_no_shared_cache_keeps(shop: tuple[int, str], caller: Callable[..., FlaskClient]) -> None:
    answer = caller("handler").get(address(shop[1]))
    assert answer.mimetype == "application/json"
    assert (
        answer.headers["Content-Disposition"] == f"attachment; filename=rating-{shop[1].replace(':', '-')}-cinema.json"
    )
    assert "private" in answer.headers["Cache-Control"]


def test_it_holds_the_explanation_that_the_tier_is_told_with(
    shop: tuple[int, str], caller: Callable[..., FlaskClient]
) -> None:
    handler = caller("handler")
    bundle = bundle_of(handler, shop[1])
    told = handler.get(f"/v1/entities/{shop[1]}/tier").get_json()
    assert bundle["explanation_digest"] == told["kinds"]["cinema"]["digest"]
    assert bundle["explanation"] == told["explanations"][0]
    listed = {one["edition_id"]: one["digest"] for one in handler.get("/v1/editions").get_json()}
    assert [listed[edition["id"]] for edition in bundle["editions"]] == [
        edition["digest"] for edition in bundle["editions"]
    ]
    assert bundle["editions"][0]["text"] == handler.get("/v1/editions/town.2025").get_data(as_text=True)
    assert "position" not in bundle


def test_the_whole_chain_that_speaks_is_in_it(assembly: web.Assembly, caller: Callable[..., FlaskClient]) -> None:
    first = town.EDITION.replace("force_from = 2020-01-01", "force_from = 2020-01-01\nforce_to = 2026-05-01")
    town.found(assembly.database, edition=first)
    with assembly.database.unit_of_work(town.OPERATOR) as uow:
        put_edition_in_force(uow=uow, words=LATER, reason="test")
    (number,) = town.people(assembly.database, 1)
    town.punish(assembly.database, number)
    town.punish(assembly.database, number, on=date(2026, 5, 2))
    bundle = bundle_of(caller("handler"), town.key_of(assembly.database, number))
    assert [edition["id"] for edition in bundle["editions"]] == ["town.2025", "town.2026"]
    assert [line["counted"] for line in bundle["explanation"]["lines"]] == ["-20.00", "-5.00"]


@pytest.mark.parametrize(("end", "told"), [("", [None, None]), ("force_to = 2030-01-01\n", ["2026-07-01", None])])
def test_the_end_that_a_successor_made_is_in_it_where_the_text_says_a_later_one(
    assembly: web.Assembly, caller: Callable[..., FlaskClient], end: str, told: list[str | None]
) -> None:
    town.found(assembly.database, edition=town.EDITION.replace("[clauses]", f"{end}[clauses]", 1))
    (number,) = town.people(assembly.database, 1)
    town.punish(assembly.database, number)
    approve(assembly.database, proposed(assembly.database, HARSHER.replace("[clauses]", f"{end}[clauses]", 1)))
    for day, tier in (("2026-06-30", "D"), ("2026-07-01", "A")):
        bundle = bundle_of(caller("handler"), town.key_of(assembly.database, number), as_of=day)
        assert bundle["explanation"]["tier"] == tier
        assert [edition.get("force_to") for edition in bundle["editions"]] == told


def test_only_what_the_editions_read_is_in_it(
    shop: tuple[int, str], caller: Callable[..., FlaskClient], assembly: web.Assembly
) -> None:
    """Nothing that tells of a natural person but its code and what was decided."""
    with assembly.database.unit_of_work(town.OPERATOR) as uow:
        audit_id = uow.audit("test.registered", "town", {})
        person = {"name": "王小明", "natural_person": True, "attributes": {"phone": "13800000000", "owner": "王小明"}}
        number = town.entity(uow.session, audit_id=audit_id, **person)
        town.fine(uow.session, number, audit_id=audit_id, attributes={"handler": "Li Si", "id_number": "110101"})
        uow.mark([number], "register")
    key = town.key_of(assembly.database, number)
    raw = caller("handler").get(address(key)).get_data(as_text=True)
    for personal in ("王小明", "13800000000", "Li Si", "id_number", "phone"):
        assert personal not in raw
    assert "王小明" not in caller("handler").get(address(shop[1])).get_data(as_text=True)
    about, event = bundle_of(caller("handler"), key)["evidence"]
    assert about == {
        "entity": key, "kind": "cinema", "known_since": "2015-01-01", "licences": [["2015-01-01", None]],
    }  # fmt: skip
    assert set(event) == {"code", "decided_on", "entity", "id", "source"}


def test_any_day_is_answered(shop: tuple[int, str], caller: Callable[..., FlaskClient]) -> None:
    handler = caller("handler")
    tiers = {
        day: bundle_of(handler, shop[1], as_of=day)["explanation"]["tier"]
        for day in ("2026-01-09", "2026-01-10", "2027-01-09", "2027-01-10")
    }
    assert tiers == {"2026-01-09": "A", "2026-01-10": "D", "2027-01-09": "D", "2027-01-10": "A"}
    before = bundle_of(handler, shop[1], as_of="2019-12-31")["explanation"]
    assert (before["state"], before["reason"]) == ("unrated", "no_edition")


def test_what_was_known_then_gives_the_same_bytes_for_ever(
    shop: tuple[int, str], caller: Callable[..., FlaskClient], assembly: web.Assembly, clock: FixedClock
) -> None:
    handler = caller("handler")
    seal(assembly.database)
    asked = {"known_at": f"{clock.now():%Y-%m-%dT%H:%M:%SZ}", "as_of": "2026-05-01"}
    clock.advance(timedelta(hours=1))
    then = handler.get(address(shop[1], **asked)).data
    town.punish(assembly.database, shop[0], on=date(2026, 3, 1))
    drain(database=assembly.database)
    seal(assembly.database)
    clock.advance(timedelta(days=40))
    assert handler.get(address(shop[1], **asked)).data == then
    bundle = json.loads(then)
    assert (bundle["known_at"], bundle["position"] > 0) == (asked["known_at"], True)
    now = bundle_of(handler, shop[1], as_of="2026-05-01")
    assert [found["explanation"]["total"] for found in (bundle, now)] == ["80.00", "60.00"]
    refused = handler.get(address(shop[1], known_at="2031-01-01T00:00:00Z"))
    assert (refused.status_code, refused.get_json()["code"]) == (409, "not_yet_sealed")


@pytest.mark.parametrize(
    ("instant", "status", "code"),
    [
        ("0001-01-01T00:00:00%2B14:00", 404, "tier_entity_unknown"),
        ("9999-12-31T23:59:59-12:00", 409, "not_yet_sealed"),
    ],
)
def test_an_instant_at_the_end_of_the_calendar_is_no_failure_of_ours(
    shop: tuple[int, str],
    caller: Callable[..., FlaskClient],
    assembly: web.Assembly,
    instant: str,
    status: int,
    code: str,
) -> None:
    seal(assembly.database)
    answer = caller("handler").get(address(shop[1], known_at=instant))
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_evidence_of_branches_that_counts_for_the_parent_is_in_it(
    assembly: web.Assembly, caller: Callable[..., FlaskClient]
) -> None:
    town.found(assembly.database, edition=town.EDITION.replace('"separate"', '"to_parent"'))
    with assembly.database.unit_of_work(town.OPERATOR) as uow:
        audit_id = uow.audit("test.registered", "town", {})
        parent = town.entity(uow.session, audit_id=audit_id)
        branch = town.entity(uow.session, audit_id=audit_id, parent=parent)
        town.fine(uow.session, branch, audit_id=audit_id)
    key, of_branch = (town.key_of(assembly.database, number) for number in (parent, branch))
    bundle = bundle_of(caller("handler"), key)
    assert bundle["explanation"]["total"] == "80.00"
    assert bundle["evidence"][-1]["id"].endswith(f"@{of_branch}")
    assert bundle["evidence"][-1]["entity"] == key


def test_the_entity_gets_its_own_and_nobody_elses(
    shop: tuple[int, str], caller: Callable[..., FlaskClient], assembly: web.Assembly
) -> None:
    own = caller("entity", subject=shop[1])
    assert bundle_of(own, shop[1])["explanation"]["tier"] == "D"
    (somebody,) = town.people(assembly.database, 1)
    other = caller("entity", subject=town.key_of(assembly.database, somebody)).get(address(shop[1]))
    assert (other.status_code, other.get_json()["code"]) == (403, "tier_not_explained")


@pytest.mark.parametrize(
    ("role", "scope", "status", "code"),
    [
        ("handler", {"regions": ["110105"]}, 403, "out_of_scope"),
        ("inspector", {}, 200, None),
        ("auditor", {}, 200, None),
        ("partner", {}, 403, "forbidden"),
    ],
)
def test_staff_get_it_within_their_scope(
    shop: tuple[int, str],
    caller: Callable[..., FlaskClient],
    role: str,
    scope: dict[str, object],
    status: int,
    code: str | None,
) -> None:
    answer = caller(role, **scope).get(address(shop[1]))
    assert (answer.status_code, answer.get_json().get("code")) == (status, code)


def test_the_public_does_not_get_it(shop: tuple[int, str], anonymous: FlaskClient) -> None:
    assert anonymous.get(address(shop[1])).status_code == 401


@pytest.mark.parametrize(
    ("key", "query", "status", "code"),
    [
        ("own:NOBODY", "kind=cinema", 404, "tier_entity_unknown"),
        ("tax:1", "kind=cinema", 422, "tier_code_malformed"),
        (None, "kind=bar", 404, "tier_kind_not_held"),
        (None, "", 422, "invalid_query"),
        (None, "kind=cinema&as_of=soon", 422, "invalid_query"),
        (None, "kind=cinema&skip=1", 422, "invalid_query"),
    ],
)
def test_a_wrong_question_is_told_what_is_wrong(
    shop: tuple[int, str],
    caller: Callable[..., FlaskClient],
    key: str | None,
    query: str,
    status: int,
    code: str,
) -> None:
    answer = caller("handler").get(f"/v1/entities/{key or shop[1]}/rating-bundle?{query}")
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_a_history_that_no_line_can_say_is_told_and_not_given_out(
    shop: tuple[int, str], caller: Callable[..., FlaskClient], assembly: web.Assembly
) -> None:
    """Intake takes no such text in; should one stand there all the same, no file that fails leaves the house."""
    town.punish(assembly.database, shop[0], case_ref="a\nb")
    answer = caller("handler").get(address(shop[1]), headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "rating_bundle_not_expressible")
    assert "/evidence/2/case_ref" in answer.get_json()["detail"]


def test_each_look_up_is_noted_with_its_purpose(
    shop: tuple[int, str], caller: Callable[..., FlaskClient], assembly: web.Assembly
) -> None:
    caller("handler").get(address(shop[1]))
    caller("entity", subject=shop[1]).get(address(shop[1], purpose="review"))
    assembly.notes.flush()
    with assembly.database.reader() as session:
        rows = session.execute(select(QueryLog.purpose, QueryLog.subject, QueryLog.detail).order_by(QueryLog.id)).all()
    assert [tuple(row) for row in rows] == [
        ("rating bundle", shop[1], {"audience": "staff"}),
        ("review", shop[1], {"audience": "own"}),
    ]
