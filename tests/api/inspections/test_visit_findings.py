"""Findings from devices that were offline, files of evidence, and findings that differ."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from service.inspections.visits.reading import one_visit
from service.platform import most_bytes
from service.register.inspecting import ITEMS, enter_record
from tests.api.inspections.visiting import PRESENT, enter, failed, people, signed, sync
from tests.builders import visiting
from tests.builders.inspecting import item
from tests.builders.visiting import finding
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import FixedClock, web
    from tests.api.inspections.visiting import People
    from tests.builders.fillings import Filling

    Caller = Callable[..., FlaskClient]

VISIT_DAY = datetime(2026, 6, 8, 2, tzinfo=UTC)
PHOTO = bytes.fromhex("89504e470d0a1a0a") + b"a photograph"


@pytest.fixture
def filling() -> Filling:
    return visiting.standing(1)


@pytest.fixture
def who(caller: Caller, anonymous: FlaskClient) -> People:
    return people(caller, anonymous)


@pytest.fixture
def number(assembly: web.Assembly, clock: FixedClock, who: People) -> str:
    """A visit whose inspectors have entered."""
    (entity,) = town.ids(assembly.database)
    clock.advance(VISIT_DAY - clock.now())
    key = town.key_of(assembly.database, entity)
    opened = visiting.opened(assembly.database, visiting.task(assembly.database), key).opened[key]
    enter(who, opened)
    return opened


def outcomes(answer: Any) -> list[tuple[str, str, bool]]:  # noqa: ANN401 the test client's answer
    assert answer.status_code == 200, answer.json
    return [(one["client_id"], one["outcome"], one["conflict"]) for one in answer.json["findings"]]


def test_what_a_device_sends_again_is_held_and_changes_nothing(who: People, number: str) -> None:
    assert outcomes(sync(who.lead, number, finding())) == [("c1", "stored", False)]
    before = who.lead.get(f"/v1/visits/{number}").json
    assert outcomes(sync(who.lead, number, finding())) == [("c1", "held", False)]
    assert who.lead.get(f"/v1/visits/{number}").json == before
    assert outcomes(sync(who.lead, number, finding(), finding("c2"))) == [
        ("c1", "held", False),
        ("c2", "stored", False),
    ]


def test_the_same_id_with_other_words_is_refused_and_the_whole_batch_with_it(who: People, number: str) -> None:
    sync(who.lead, number, finding())
    refused = sync(who.lead, number, finding("c2"), finding(note="other words"))
    assert (refused.status_code, refused.json["code"]) == (409, "finding_client_id_taken")
    (entry,) = who.lead.get(f"/v1/visits/{number}").json["findings"]
    assert [one["client_id"] for one in entry["said"]] == ["c1"]
    twice = sync(who.lead, number, finding("c3"), finding("c3", note="other words"))
    assert twice.json["code"] == "finding_client_id_taken"


def test_a_device_that_syncs_after_the_record_is_told_what_it_sent_before(who: People, number: str) -> None:
    sync(who.lead, number, finding())
    signed(who, number)
    assert outcomes(sync(who.lead, number, finding())) == [("c1", "held", False)]
    late = sync(who.lead, number, finding("c9"))
    assert (late.status_code, late.json["code"]) == (409, "visit_wrong_state")


def test_findings_that_differ_are_shown_and_the_lead_settles_them(who: People, number: str) -> None:
    sync(who.lead, number, finding())
    assert outcomes(sync(who.second, number, failed("d1"))) == [("d1", "stored", True)]
    (entry,) = who.lead.get(f"/v1/visits/{number}").json["findings"]
    assert (entry["conflict"], entry["stands"]) == (True, None)
    assert [(one["inspector"], one["result"]) for one in entry["said"]] == [("DC-01", "pass"), ("DC-02", "fail")]
    refused = who.lead.post(f"/v1/visits/{number}/record", json={"result": "1"})
    assert [one["code"] for one in refused.json["errors"]] == ["visit_entry_in_conflict"]
    not_lead = sync(who.second, number, {**failed("d2"), "settles": True})
    assert [one["code"] for one in not_lead.json["errors"]] == ["finding_not_by_lead"]
    assert outcomes(sync(who.lead, number, {**failed("c2"), "settles": True})) == [("c2", "stored", False)]
    (entry,) = who.lead.get(f"/v1/visits/{number}").json["findings"]
    assert entry["stands"]["result"] == "fail"
    signed(who, number, result="5")


def test_an_inspector_may_change_his_own_mind_and_both_findings_are_kept(
    who: People, number: str, assembly: web.Assembly
) -> None:
    sync(who.lead, number, finding())
    sync(who.lead, number, failed("c2"))
    (entry,) = who.lead.get(f"/v1/visits/{number}").json["findings"]
    assert (entry["conflict"], entry["stands"]["client_id"]) == (False, "c2")
    with assembly.database.reader() as session:
        assert session.scalar(text("SELECT count(*) FROM visit_finding")) == 2


def test_a_file_is_kept_once_by_its_digest_and_named_by_findings(
    who: People, number: str, assembly: web.Assembly
) -> None:
    digest = sha256(PHOTO).hexdigest()
    for _ in range(2):
        kept = who.lead.post(f"/v1/visits/{number}/files", data=PHOTO)
        assert (kept.status_code, kept.json) == (
            201,
            {"sha256": digest, "size": len(PHOTO), "media_type": "image/png"},
        )
    assert outcomes(sync(who.lead, number, {**failed(), "files": [digest]})) == [("c1", "stored", False)]
    assert who.handler.get(f"/v1/visits/{number}").json["files"] == [digest]
    fetched = who.second.get(f"/v1/visits/{number}/files/{digest}")
    assert (fetched.data, fetched.headers["Content-Disposition"]) == (PHOTO, f'attachment; filename="{digest}"')
    assert who.other.get(f"/v1/visits/{number}/files/{digest}").status_code == 404
    assert who.second.get(f"/v1/visits/{number}/files/{'0' * 64}").status_code == 404
    with assembly.database.glance() as cursor:
        assert cursor.execute("SELECT count(*) FROM stored_file").fetchone() == (1,)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "stored_file_empty"),
        (b"MZ a program called photo.png", 415, "stored_file_kind"),
        (b"RIFF1234WAVE", 415, "stored_file_kind"),
        (b"\x89PNG\r\n\x1a", 415, "stored_file_kind"),
    ],
)
def test_a_file_is_known_by_its_first_bytes_alone(
    who: People, number: str, content: bytes, status: int, code: str
) -> None:
    refused = who.lead.post(f"/v1/visits/{number}/files", data=content, content_type="image/png")
    assert (refused.status_code, refused.json["code"]) == (status, code)


@pytest.mark.parametrize("size", [10 * 2**20 + 1, 20 * 2**20 + 1])
def test_a_file_beyond_the_size_of_its_kind_is_refused(who: People, number: str, size: int) -> None:
    assert most_bytes() == 20 * 2**20
    refused = who.lead.post(f"/v1/visits/{number}/files", data=PHOTO.ljust(size, b"."))
    assert (refused.status_code, refused.json["code"]) == (413, "stored_file_too_large")


def test_a_file_sent_again_under_one_key_gets_the_first_answer(who: People, number: str) -> None:
    answers = [
        who.lead.post(f"/v1/visits/{number}/files", data=PHOTO, headers={"Idempotency-Key": "photo-1"})
        for _ in range(2)
    ]
    assert [one.headers["Idempotency-Hit"] for one in answers] == ["false", "true"]
    assert answers[0].json == answers[1].json
    stranger = who.other.post(f"/v1/visits/{number}/files", data=PHOTO)
    assert (stranger.status_code, stranger.json["code"]) == (403, "visit_inspector_not_assigned")


def test_a_visit_from_afar_begins_without_a_code_and_becomes_one_on_site_for_a_reason(
    assembly: web.Assembly, who: People, number: str
) -> None:
    with assembly.database.reader() as session:
        key = one_visit(session, number).entity_key
    with assembly.database.unit_of_work(town.OPERATOR) as uow:
        body = item("CINEMA-9", authority=visiting.HERE, kinds=["cinema"], methods=["off_site", "on_site"])
        enter_record(uow, ITEMS, body=body)
    task = visiting.task(assembly.database, items=["CINEMA-9"], method="off_site")
    afar = visiting.opened(assembly.database, task, key, source="draw:9").opened[key]
    there = {"inspectors": PRESENT}
    refused = who.lead.post(f"/v1/visits/{afar}/entry-code", json=there)
    assert (refused.status_code, refused.json["code"]) == (409, "visit_off_site")
    assert who.lead.post(f"/v1/visits/{number}/off-site", json=there).json["code"] == "visit_wrong_state"
    assert who.lead.post(f"/v1/visits/{afar}/off-site", json=there).status_code == 204
    assert outcomes(sync(who.lead, afar, finding(item="CINEMA-9"))) == [("c1", "stored", False)]
    assert who.lead.post(f"/v1/visits/{afar}/on-site", json={}).status_code == 422
    said = {"reason": "the camera shows minors"}
    assert who.lead.post(f"/v1/visits/{afar}/on-site", json=said).status_code == 204
    entered = {**there, "reason": "the scanner has no network"}
    assert who.lead.post(f"/v1/visits/{afar}/entry", json=entered).status_code == 204
    seen = who.lead.get(f"/v1/visits/{afar}").json
    assert (seen["method"], seen["state"]) == ("on_site", "on_site")
    assert [(act["act"], act["reason"]) for act in seen["acts"][-2:]] == [
        ("gone_on_site", "the camera shows minors"),
        ("entered", "the scanner has no network"),
    ]
