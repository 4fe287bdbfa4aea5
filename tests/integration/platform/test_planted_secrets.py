"""Secrets and identity numbers, planted wherever a request can carry them, are in no log, argument or figure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import text

from service.platform import holds_identity_number
from service.platform.shapes import looks_secret
from tests.builders.entities import entry
from tests.builders.fillings import shipped
from tests.builders.owning import owning
from tests.integration.platform.planting import METHOD, PLANTED, arguments, hidden, house, people

if TYPE_CHECKING:
    from pathlib import Path

    from service.platform import Database
    from tests.builders.fillings import Filling
    from tests.integration.platform.planting import House

ALL = " ".join(PLANTED.values())
PERSON = PLANTED["identity number"]
EVENT = {"source": "cases", "code": "penalty_fine", "decided_on": "2025-03-01"}
FAULTS = (  # rows that the database refuses with all that is in them, in its own words
    "ALTER TABLE saved_search ADD CONSTRAINT planted CHECK (false) NOT VALID",
    "ALTER TABLE event ADD CONSTRAINT planted CHECK (false) NOT VALID",
)


@pytest.fixture
def filling() -> Filling:
    return shipped


def carried_by_addresses_and_headers(served: House) -> None:
    for value in PLANTED.values():
        said = quote(value)
        named = {"User_Agent": said, "Referer": f"https://x.example/{said}", "X_Forwarded_For": said}
        if looks_secret(value):  # of what looks like nothing nobody can know: a number of a request is told
            named["X_Request_Id"] = said
        served.ask("GET", f"/v1/entities/own:{said}/tier?purpose={said}&{said}={said}", **named)
        served.ask("GET", f"/v1/{said}/{said}", Authorization=f"Bearer {said}", Idempotency_Key=said)
        served.ask("GET", "/console/", Cookie=f"xinjian-console={said}; {said}={said}")
        served.ask("GET", f"/console/sign-in/provider/return?error={said}&code={said}&state={said}")
        served.ask("GET", "/v1/tokens", Authorization=f"Basic {said}", X_Forwarded_For=said)
    served.ask(METHOD, "/livez")


def carried_by_bodies(served: House, token: str) -> None:
    mine = {"Authorization": f"Bearer {token}"}
    for value in PLANTED.values():
        served.ask("POST", "/v1/events", {**EVENT, "entity": f"own:{value}", value: value}, **mine)
        served.ask("POST", "/v1/events", {**EVENT, "entity": value, "source_ref": value, "note": {"of": value}}, **mine)
        served.ask("POST", "/v1/events", f'{{"password": "{value}'.encode(), **mine)
        served.ask(
            "POST", "/v1/webhook-partners", {"code": value, "url": f"https://u:{value}@x", "secret": value}, **mine
        )
        form = f'--B\r\nContent-Disposition: form-data; name="file"; filename="{value}.csv"\r\n\r\n{value}\r\n--B--\r\n'
        multipart = {**mine, "Content_Type": "multipart/form-data; boundary=B"}
        served.ask("POST", "/v1/imports/entities", form.encode(), **multipart)


def carried_by_what_is_no_request(served: House) -> None:
    for value in PLANTED.values():
        raw = value.encode()
        served.ask_raw(b"GET /?q=" + raw + b" HTTP/9.9\r\n\r\n")
        served.ask_raw(b"GET / HTTP/1.1\r\nA " + raw + b" B: x\r\n\r\n")
        served.ask_raw(raw + b" / HTTP/1.1\r\n\r\n")
        served.ask_raw(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + raw.replace(b" ", b"") + b"\r\n\r\n")


def carried_by_a_sign_in(served: House) -> None:
    _, page, headers = served.ask("GET", "/console/sign-in")
    kept = {"Cookie": headers["Set-Cookie"].split(";")[0], "Content_Type": "application/x-www-form-urlencoded"}
    for login, password in ((PERSON, PLANTED["password"]), ("planted", PLANTED["password"]), ("planted", ALL)):
        typed = urlencode({**hidden(page), "login": login, "password": password}).encode()
        served.ask("POST", "/console/sign-in", typed, Origin="http://localhost", Host="localhost", **kept)


def carried_by_faults(served: House, token: str) -> None:
    """Exceptions that quote what they stumbled over: of a route, of the fast way in, of a job."""
    mine = {"Authorization": f"Bearer {token}"}
    search = {"name": PLANTED["password"], "query": {"q": PLANTED["one-time code"]}}
    assert served.ask("POST", "/v1/saved-searches", search, **mine)[0] == 500
    row = {**EVENT, "entity": "own:planted", "source_ref": PLANTED["one-time code"]}
    named = entry("own:planted", name=PLANTED["name of a person"])
    assert served.ask("POST", "/v1/entities", named, **mine)[0] == 201
    assert served.ask("POST", "/v1/events", row, **mine)[0] == 500
    lines = "\n".join(
        json.dumps({**row, "source_ref": value}) for value in PLANTED.values() if not holds_identity_number(value)
    )
    ndjson = {**mine, "Content_Type": "application/x-ndjson"}
    assert served.ask("POST", "/v1/events/bulk", lines.encode(), **ndjson)[0] == 202


def leaks(said: dict[str, str]) -> list[tuple[str, str]]:
    values = {**PLANTED, "method": METHOD}
    return [(where, what) for where, text in said.items() for what, value in values.items() if value in text]


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_nothing_that_was_planted_is_told(
    level: str, tmp_path: Path, database: Database, database_url: str, redis_url: str
) -> None:
    token = people(database)
    with owning(database) as connection:
        for fault in FAULTS:
            connection.execute(text(fault))
    with house(tmp_path, database_url, redis_url, level=level) as served:
        carried_by_addresses_and_headers(served)
        carried_by_bodies(served, token)
        carried_by_what_is_no_request(served)
        carried_by_a_sign_in(served)
        carried_by_faults(served, token)
        served.until("worker", "job_failed")
        figures = served.ask("GET", "/metrics")[1]
        seen = {**served.said(), "metrics": figures, "arguments": arguments()}
    seen |= {**served.said(), "traces": served.traces.read_text("utf-8")}  # also of when they were told to stop
    assert leaks(seen) == []
    assert token not in "".join(seen.values())
    told_after_all(seen)


def told_after_all(seen: dict[str, str]) -> None:
    """The logs are not silent: whoever reads them finds what failed and where, line by line as JSON."""
    lines = {name: [json.loads(line) for line in seen[name].splitlines()] for name in ("web", "worker", "scheduler")}
    faults = [line["exception"] for line in lines["web"] if line["event"] == "unforeseen"]
    assert {"table=saved_search", "table=event"} <= {part for said in faults for part in said.strip(")").split(", ")}
    assert any(
        "sqlstate=23514" in line.get("exception", "") for line in lines["worker"] if line["event"] == "job_failed"
    )
    assert "Invalid request from ip=" in seen["web"]
    assert {line["method"] for line in lines["web"] if line["event"] == "request"} == {"GET", "POST", "other"}
    assert 'problems_total{code="unauthenticated"}' in seen["metrics"]
    assert "gunicorn" in seen["arguments"]
    assert '"GET /v1/entities/<key>/tier"' in seen["traces"]
    assert "table=saved_search" in seen["traces"]
