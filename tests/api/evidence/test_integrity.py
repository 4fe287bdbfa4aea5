"""Evidence held against the ledger: what comes in is found as it came, what is changed behind it is told."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from service.evidence import evidence_faults, file_faults, work_off
from service.evidence.intake.bodies import digest
from tests.builders.owning import behind_the_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

DAY = {"entity": "own:old", "decided_on": "2026-03-02"}
VISIT = {"source": "cases", "source_ref": "v", "entity": "own:old", "type": "routine", "held_on": "2026-03-02"}
BODIES: tuple[dict[str, Any], ...] = (
    {"code": "penalty_fine"},
    {"code": "penalty_fine", "attributes": {}},
    {"code": "penalty_fine", "decision_kind": "penalty", "severity": "general", "case_ref": "案 1"},
    {"code": "penalty_fine", "decision_kind": "penalty", "attributes": {}},
    {
        "code": "problem_found",
        "occasion": "v",
        "kinds": ["net_cafe", "cinema"],
        "attributes": {"b": "乙", "a": "甲"},
    },
    {"code": "problem_found", "value": "-2.50", "corrected_on": "2026-03-03", "performed_on": "2026-03-04"},
    {"code": "penalty_fine", "severity": None, "publicity_ends_on": "2026-09-02"},
)
WHY = {"reason": "依申请"}
ACTS: tuple[dict[str, Any], ...] = (
    {"act": "rectified"},
    {"act": "dispute", "reason": "不服"},
    {"act": "correction", "changes": {"severity": "serious", "value": "-1.00", "kinds": ["cinema"], "case_ref": "c"}},
    {"act": "correction", "changes": {"code": "problem_found", "decided_on": "2026-03-01", "case_ref": None}},
    {"act": "correction", "changes": {"decision_kind": "penalty", "code": "penalty_fine"}},
)


@pytest.fixture(autouse=True)
def recorded(caller: Callable[..., FlaskClient], assembly: web.Assembly) -> int:
    """Every shape of body one by one, in a batch and in a file, with every shape of act; the number of the first."""
    system = caller("handler", sources=("cases", "acts"))
    bodies = [{"source": "cases", "source_ref": str(number), **DAY, **body} for number, body in enumerate(BODIES)]
    visits: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("2026-03-02", "v", {}),
        ("2026-03-03", "w", {"closed": False, "kinds": ["cinema"]}),
        ("2026-03-04", "r", {"probability": "0.05"}),
    )
    for held_on, ref, more in visits:
        said = {**VISIT, "held_on": held_on, "source_ref": ref, **more}
        assert system.post("/v1/occasions", json=said).status_code == 201
    first = [system.post("/v1/events", json=body) for body in bodies]
    assert {answer.status_code for answer in first} == {201}
    number = int(first[0].json["id"])
    acts = [
        {"source": "acts", "source_ref": str(n), "acted_on": "2026-05-01", **WHY, **act} for n, act in enumerate(ACTS)
    ]
    for act in acts:
        assert system.post(f"/v1/events/{number}/acts", json=act).status_code == 201
    again = [{**body, "source_ref": f"b{body['source_ref']}"} for body in bodies]
    assert system.post("/v1/events", json={"events": again}).json["stored"] == len(bodies)
    rows = [{**body, "source_ref": f"f{body['source_ref']}"} for body in bodies]
    about = {"event": {"source": "cases", "source_ref": "f0"}}
    rows += [{**act, **about, "source_ref": f"f{act['source_ref']}"} for act in acts]
    rows.append({**VISIT, "source_ref": "fr", "probability": "0.125"})
    file = "\n".join(json.dumps(row) for row in rows)
    job = system.post("/v1/events/bulk", data=file, content_type="application/x-ndjson").json["id"]
    assert work_off(database=assembly.database, job_id=job).stored == len(rows)
    return number


def faults(assembly: web.Assembly) -> list[str]:
    with assembly.database.reader() as session:
        return [*evidence_faults(session), *file_faults(session)]


def test_whatever_comes_in_is_found_as_it_came(assembly: web.Assembly) -> None:
    assert faults(assembly) == []


@pytest.mark.parametrize(
    "change",
    [
        "severity = 'minor'",
        "decided_on = '2020-01-01'",
        "publicity_ends_on = '2026-03-03'",
        "kinds = ARRAY['cinema']",
        "entity_id = entity_id + 1",
        'attributes = \'{"a": "b"}\'',
        "decision_kind = 'case_filing'",
        "final = false",
    ],
)
def test_a_changed_event_is_told(assembly: web.Assembly, recorded: int, change: str) -> None:
    behind_the_back(assembly.database, f"UPDATE event SET {change} WHERE id = :id", id=recorded)  # noqa: S608 - a case above
    assert faults(assembly) == [f"event {recorded} is not what was recorded: the row was changed"]


def test_a_changed_act_and_a_changed_occasion_are_told(assembly: web.Assembly) -> None:
    behind_the_back(assembly.database, "UPDATE event_act SET acted_on = '2026-04-01' WHERE source_ref = '1'")
    behind_the_back(assembly.database, "UPDATE occasion SET closed = true WHERE source_ref = 'v'")
    behind_the_back(assembly.database, "UPDATE occasion SET probability = NULL WHERE source_ref = 'r'")
    told = sorted(fault.split(" ")[0] for fault in faults(assembly))
    assert told == ["act", "occasion", "occasion"]


def test_an_event_that_is_gone_is_told_by_its_entry(assembly: web.Assembly, recorded: int) -> None:
    behind_the_back(assembly.database, "DELETE FROM event WHERE id = :id + 1", id=recorded)
    (told,) = faults(assembly)
    assert told.endswith("names an event that is gone or was exchanged")
    behind_the_back(assembly.database, "DELETE FROM event WHERE source_ref = 'b1'")
    behind_the_back(assembly.database, "DELETE FROM event WHERE source_ref = 'f2'")
    rows = len(BODIES)
    assert sorted(fault.partition(" names ")[2] for fault in faults(assembly)) == sorted(
        [
            "an event that is gone or was exchanged",
            f"{rows} rows of evidence, but {rows - 1} are there",
            "a batch of which a row was changed, exchanged or is gone",
            f"{rows + len(ACTS) + 1} rows of evidence, but {rows + len(ACTS)} are there",
        ]
    )


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        ("0", "names an event that is gone or was exchanged"),
        ("b0", "names a batch of which a row was changed, exchanged or is gone"),
        ("f0", "says: the row was changed or exchanged"),
    ],
)
def test_a_row_made_to_fit_itself_still_does_not_fit_the_chain(assembly: web.Assembly, ref: str, said: str) -> None:
    """Whoever changes a row and works out its digest anew would have to change what is sealed of it as well."""
    body = {"source": "cases", "source_ref": ref, **DAY, "code": "penalty_fine", "severity": "minor"}
    forged = digest({**body, "decided_on": date(2026, 3, 2)})
    behind_the_back(
        assembly.database,
        "UPDATE event SET severity = 'minor', body_sha256 = :forged WHERE source_ref = :ref",
        ref=ref,
        forged=forged,
    )
    (told,) = faults(assembly)
    assert told.endswith(said)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE bulk_chunk SET bytes = bytes || '\n'::bytea", "its bytes were changed"),
        ("DELETE FROM bulk_chunk", "its bytes were changed"),
        ("UPDATE bulk_job SET format = 'csv'", "no longer reads as it did: csv_header"),
        ("DELETE FROM bulk_job", "names a file that is gone"),
    ],
)
def test_a_file_that_is_not_what_was_received_is_told(assembly: web.Assembly, change: str, said: str) -> None:
    behind_the_back(assembly.database, change)
    (told,) = faults(assembly)
    assert told.endswith(said)


def test_a_root_that_the_file_does_not_give_is_told(assembly: web.Assembly) -> None:
    """The chain tells that the entry was changed; the file tells that the entry is wrong."""
    behind_the_back(
        assembly.database,
        """UPDATE audit SET detail = jsonb_set(detail, '{merkle_root}', to_jsonb(repeat('0', 64)))
            WHERE action = 'evidence.file_recorded'""",
    )
    (told,) = faults(assembly)
    assert told.endswith("its records give another Merkle root")
