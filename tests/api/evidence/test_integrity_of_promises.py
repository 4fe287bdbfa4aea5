"""What the ledger check finds beside evidence: commitments, outcomes, entities, and rows whose entry is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from service.evidence import evidence_faults, unfinished_files
from service.platform import unentered
from service.register import entity_faults
from tests.builders.owning import behind_the_back

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.testing import FlaskClient

    from service.platform import web

PROMISE: dict[str, Any] = {
    "source": "promises",
    "entity": "own:old",
    "type": "rectification",
    "made_on": "2026-03-01",
}
BODIES: tuple[dict[str, Any], ...] = (
    {"source_ref": "bare"},
    {"source_ref": "full", "text": "三十日内整改", "due_on": "2026-03-31", "kinds": ["net_cafe", "cinema"]},
    {"source_ref": "named", "authority": "bj-culture", "text": None},
)
OUTCOMES: tuple[dict[str, Any], ...] = (
    {"outcome": "kept", "on": "2026-03-20", "basis": "复查合格"},
    {"outcome": "broken", "on": "2026-04-01", "basis": "逾期未改", "case_ref": "案 1"},
    {"outcome": "withdrawn", "on": "2026-03-10", "basis": "重复"},
)


@pytest.fixture(autouse=True)
def promised(handler: FlaskClient) -> list[int]:
    """Every shape of commitment with every outcome; their numbers."""
    numbers = []
    for body, outcome in zip(BODIES, OUTCOMES, strict=True):
        posted = handler.post("/v1/commitments", json={**PROMISE, **body})
        assert posted.status_code == 201, posted.json
        numbers.append(int(posted.json["id"]))
        settled = handler.post(f"/v1/commitments/{numbers[-1]}/outcome", json=outcome)
        assert settled.status_code == 201, settled.json
    return numbers


def faults(assembly: web.Assembly) -> Sequence[str]:
    with assembly.database.reader() as session:
        return [
            *evidence_faults(session),
            *entity_faults(session),
            *unentered(session, waiting=unfinished_files(session)),
        ]


def test_whatever_was_promised_is_found_as_it_came(assembly: web.Assembly) -> None:
    assert faults(assembly) == []


@pytest.mark.parametrize(
    ("place", "change"),
    [
        (0, "due_on = '2026-03-31'"),
        (1, "due_on = NULL"),
        (1, "text = 'less'"),
        (1, "kinds = ARRAY['cinema']"),
        (2, "authority = 'elsewhere'"),
        (2, "made_on = '2026-03-02'"),
        (0, "entity_id = 999"),
    ],
)
def test_a_changed_commitment_is_told(assembly: web.Assembly, promised: list[int], place: int, change: str) -> None:
    behind_the_back(assembly.database, f"UPDATE credit_commitment SET {change} WHERE id = {promised[place]}")  # noqa: S608 - above
    assert faults(assembly) == [f"commitment {promised[place]} is not what was recorded: the row was changed"]


@pytest.mark.parametrize(
    "change",
    ["outcome = 'withdrawn'", "settled_on = '2026-03-21'", "basis = '无'", "case_ref = 'x'", "event_id = 0"],
)
def test_a_changed_outcome_is_told(assembly: web.Assembly, change: str) -> None:
    behind_the_back(assembly.database, f"UPDATE credit_commitment_outcome SET {change} WHERE outcome = 'kept'")  # noqa: S608
    (told,) = faults(assembly)
    assert told.startswith("outcome ")


def test_a_commitment_and_an_outcome_that_are_gone_are_told_by_their_entries(
    assembly: web.Assembly, promised: list[int]
) -> None:
    behind_the_back(assembly.database, f"DELETE FROM credit_commitment WHERE id = {promised[0]}")  # noqa: S608 - a number
    behind_the_back(assembly.database, f"DELETE FROM credit_commitment_outcome WHERE commitment_id = {promised[1]}")  # noqa: S608
    gone, exchanged = faults(assembly)
    assert gone.endswith("names an outcome that is gone")
    assert exchanged.endswith("names a commitment that is gone or was exchanged")


def test_an_entity_that_is_not_what_its_newest_version_says_is_told(assembly: web.Assembly) -> None:
    behind_the_back(assembly.database, "UPDATE entity SET region = '110199' WHERE public_key = 'own:old'")
    rest = "DELETE FROM entity_version USING entity e WHERE e.id = entity_id AND region <> '110199'"
    behind_the_back(assembly.database, rest)
    told = faults(assembly)
    assert [one for one in told if "own:old" in one] == [
        "entity own:old is not what its newest version says: the row or the version was changed"
    ]
    assert len(told) > 1


@pytest.mark.parametrize("table", ["event", "credit_commitment", "credit_commitment_outcome", "entity_version"])
def test_a_row_put_in_without_an_entry_is_told(assembly: web.Assembly, table: str) -> None:
    behind_the_back(assembly.database, f"UPDATE {table} SET audit_id = 777777")  # noqa: S608 - a case above
    told = [one for one in faults(assembly) if one.endswith(f"of {table} name audit row 777777, which is not there")]
    assert len(told) == 1


def test_the_rows_of_a_file_under_way_wait_for_its_entry(handler: FlaskClient, assembly: web.Assembly) -> None:
    job = handler.post("/v1/events/bulk", data=b"{}", content_type="application/x-ndjson").json["id"]
    behind_the_back(assembly.database, f"UPDATE bulk_job SET state = 'running', audit_id = 777777 WHERE id = {job}")  # noqa: S608
    behind_the_back(assembly.database, "UPDATE event SET audit_id = 777777")
    assert not [one for one in faults(assembly) if "777777" in one]
    behind_the_back(assembly.database, "UPDATE bulk_job SET state = 'done'")
    assert [one for one in faults(assembly) if "777777" in one]
