"""Checkpoints over HTTP: anybody keeps them and has proofs; receipts are for whose entries they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from scoring.ledger import Held, read_key, read_note, verify_proof
from service.platform import make_checkpoint, seal, use_ledger_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask.testing import FlaskClient

    from service.platform import web

    Caller = Callable[..., FlaskClient]


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    use_ledger_keys("ledger.example.org", [bytes(range(32))])
    yield
    use_ledger_keys("ledger.example.org", [])


@pytest.fixture
def sign(assembly: web.Assembly) -> Callable[[], str]:
    def make() -> str:
        seal(assembly.database)
        note = make_checkpoint(assembly.database)
        assert note is not None
        return note

    return make


def issue(client: FlaskClient) -> str:
    """Something that leaves an entry; its subject."""
    answer = client.post("/v1/tokens", json={"role": "auditor", "label": "审计"})
    assert answer.status_code == 201
    return f"token:{answer.json['id']}"


def test_anybody_keeps_a_checkpoint_and_is_proved_that_the_next_continues_it(
    caller: Caller, anonymous: FlaskClient, sign: Callable[[], str]
) -> None:
    administrator = caller("administrator")
    issue(administrator)
    kept = sign()
    answer = anonymous.get("/v1/ledger/checkpoint")
    assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/plain", kept)
    issue(administrator)
    sign()
    first = read_note(kept)
    assert anonymous.get(f"/v1/ledger/checkpoints/{first.size}").text == kept
    listed = anonymous.get("/v1/ledger/checkpoints", query_string={"limit": 1})
    assert [one["note"] for one in listed.json["items"]] == [anonymous.get("/v1/ledger/checkpoint").text]
    following = listed.headers["Link"].partition("<")[2].partition(">")[0]
    assert [one["note"] for one in anonymous.get(following).json["items"]] == [kept]
    trusted = [read_key(one["key"]) for one in anonymous.get("/v1/ledger/keys").json["items"]]
    proof = anonymous.get("/v1/ledger/proof", query_string={"first": first.size})
    report = verify_proof(proof.data, Held(tuple(trusted), first))
    assert report.failed() == []
    assert report.verdict("L-CONTINUES") == "PASS"


def test_each_takes_receipts_of_what_he_did_and_who_reads_the_ledger_of_everything(
    caller: Caller, sign: Callable[[], str]
) -> None:
    doer, another, auditor = caller("administrator"), caller("handler"), caller("auditor")
    subject = issue(doer)
    sign()
    answer = doer.get("/v1/ledger/receipts", query_string={"subject": subject})
    assert verify_proof(answer.data).verdict("L-ENTRY") == "PASS"
    (entry,) = json.loads(answer.data)["entries"]
    assert entry["entry"]["subject"] == subject
    assert another.get("/v1/ledger/receipts", query_string={"subject": subject}).status_code == 404
    assert another.get("/v1/ledger/receipts", query_string={"position": entry["position"]}).status_code == 404
    again = auditor.get("/v1/ledger/receipts", query_string={"position": entry["position"]})
    assert json.loads(again.data)["entries"] == [entry]
    request_id = entry["entry"]["request_id"]
    of_request = doer.get("/v1/ledger/receipts", query_string={"subject": subject, "request_id": request_id})
    assert of_request.data == answer.data
    other = doer.get("/v1/ledger/receipts", query_string={"subject": subject, "request_id": "another"})
    assert (other.status_code, other.json["code"]) == (404, "receipt_unknown")


def test_an_auditor_of_an_authority_takes_none_of_another(caller: Caller, sign: Callable[[], str]) -> None:
    subject = issue(caller("administrator"))
    sign()
    bound = caller("auditor", authority="bj-culture")
    assert bound.get("/v1/ledger/receipts", query_string={"subject": subject}).status_code == 404


def test_what_is_not_there_yet_is_told(caller: Caller, anonymous: FlaskClient, sign: Callable[[], str]) -> None:
    administrator = caller("administrator")
    for path in ("checkpoint", "checkpoints/1", "proof?first=1"):
        answer = anonymous.get(f"/v1/ledger/{path}")
        assert (answer.status_code, answer.json["code"]) == (404, "checkpoint_unknown")
    issue(administrator)
    sign()
    subject = issue(administrator)
    answer = administrator.get("/v1/ledger/receipts", query_string={"subject": subject})
    assert (answer.status_code, answer.json["code"]) == (404, "receipt_unknown")


def test_an_entry_later_than_the_newest_checkpoint_has_to_wait(
    caller: Caller, sign: Callable[[], str], assembly: web.Assembly
) -> None:
    administrator = caller("administrator")
    sign()
    subject = issue(administrator)
    seal(assembly.database)
    answer = administrator.get("/v1/ledger/receipts", query_string={"subject": subject})
    assert (answer.status_code, answer.json["code"]) == (409, "not_yet_checkpointed")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("proof", "field_missing"),
        ("proof?first=0", "out_of_range"),
        ("proof?first=x", "not_an_integer"),
        ("proof?first=1&last=99999999999999999999", "out_of_range"),
        ("receipts", "receipt_of_what"),
        ("receipts?subject=a&position=1", "receipt_of_what"),
        ("receipts?request_id=a", "receipt_of_what"),
    ],
)
def test_malformed_questions_are_refused(caller: Caller, path: str, code: str) -> None:
    answer = caller("auditor").get(f"/v1/ledger/{path}")
    assert answer.status_code == 422
    assert code in answer.text


def test_the_public_takes_no_receipts(anonymous: FlaskClient) -> None:
    assert anonymous.get("/v1/ledger/receipts?position=1").status_code == 401
