"""What a draft's line puts into the staging table is what the draft says, sign by sign."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import make_url

from service.evidence.bulk.copying import copied
from service.evidence.catalogue import decision_kinds
from service.evidence.intake.bodies import check_event, check_occasion, digest
from service.evidence.intake.draft import Draft
from service.evidence.intake.sheet import sheets_of
from service.evidence.sql import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

_free = st.text(st.sampled_from("\\aNnt.京𠮷'\"{},x0 \u3000\u2028"), min_size=1, max_size=12).filter(
    lambda text: text == text.strip()
)
_key = st.sampled_from(["null", "NULL", "N", "a-b", "cinema", "0"])
_day = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(date.isoformat)
_shared = {
    "source": st.sampled_from(["n", "case-system", "0.x_"]),
    "source_ref": _free,
    "entity": st.sampled_from(["own:\\N", "own:\\x41", "own:京\\", "uscc:91110000101623741K"]),
}
_kinds = {"kinds": st.lists(_key, min_size=1, unique=True)}
_event = st.fixed_dictionaries(
    {**_shared, "code": _key, "decided_on": _day},
    optional={
        "severity": _key,
        "value": st.sampled_from(["0", "-0.01", "9999999.99", "12"]),
        "occasion": _free,
        "case_ref": _free,
        "corrected_on": _day,
        "performed_on": _day,
        "attributes": st.dictionaries(st.sampled_from(["a", "b_c"]), _free, max_size=2),
        **_kinds,
    },
)
_occasion = st.fixed_dictionaries(
    {**_shared, "type": _key, "held_on": _day},
    optional={"closed": st.booleans(), "probability": st.sampled_from(["1", "0.000000001", "0.05"]), **_kinds},
)
_often = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    address = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        connection.execute(sql("stage").encode())
        yield connection


def staged(connection: psycopg.Connection[Any], table: str, draft: Draft) -> dict[str, Any]:
    """The row that the table holds after the draft's line was copied to it."""
    (sheet,) = sheets_of([(7, draft)])
    connection.execute(f"TRUNCATE {table}".encode())
    with connection.cursor().copy(f"COPY {table} FROM STDIN".encode()) as copy:
        copy.write(copied(sheet).lines)
    cursor = connection.execute(f"SELECT * FROM {table}".encode())  # noqa: S608 - a test's own
    assert cursor.description is not None
    (row,) = cursor.fetchall()
    return dict(zip([column.name for column in cursor.description], row, strict=True))


def listed(values: dict[str, Any]) -> list[str] | None:
    return list(values["kinds"]) if "kinds" in values else None


@given(body=_event, place=st.integers(0, len(decision_kinds()) - 1))
@_often
def test_an_event_arrives_as_it_was_sent(connection: psycopg.Connection[Any], body: dict[str, Any], place: int) -> None:
    values, faults = check_event(body)
    assert faults == []
    kind = decision_kinds()[place]
    days = [values[name] for name in ("decided_on", "corrected_on", "performed_on") if name in values]
    fields = ("severity", "value", "occasion", "case_ref", "corrected_on", "performed_on", "publicity_ends_on")
    assert staged(connection, "stage_event", Draft(values, digest(values), kind)) == {
        "row": 7,
        "entity": values["entity"],
        "source": values["source"],
        "source_ref": values["source_ref"],
        "sha256": digest(values),
        "decision_kind": kind.code,
        "code": values["code"],
        "decided_on": values["decided_on"],
        "latest": max(days),
        "final": kind.final,
        "kinds": listed(values),
        "attributes": values.get("attributes") or None,
        **{name: values.get(name) for name in fields},
    }


@given(body=_occasion)
@_often
def test_an_occasion_arrives_as_it_was_sent(connection: psycopg.Connection[Any], body: dict[str, Any]) -> None:
    values, faults = check_occasion(body)
    assert faults == []
    assert staged(connection, "stage_occasion", Draft(values, digest(values), None)) == {
        "row": 7,
        "entity": values["entity"],
        "source": values["source"],
        "source_ref": values["source_ref"],
        "sha256": digest(values),
        "type": values["type"],
        "held_on": values["held_on"],
        "latest": values["held_on"],
        "closed": values.get("closed", False),
        "kinds": listed(values),
        "probability": values.get("probability"),
    }
