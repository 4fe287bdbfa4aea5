"""A trace goes from the request to the job that it woke, through real processes, to a real receiver."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders.entities import entry
from tests.builders.fillings import shipped
from tests.integration.platform.planting import PATIENCE, house, people

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from service.platform import Database
    from tests.builders.fillings import Filling
    from tests.integration.platform.planting import House

Span = dict[str, Any]


@pytest.fixture
def filling() -> Filling:
    return shipped


@pytest.fixture
def served(tmp_path: Path, database_url: str, redis_url: str) -> Iterator[House]:
    with house(tmp_path, database_url, redis_url, level="INFO") as running:
        yield running


def found(served: House, wanted: Callable[[Span], bool]) -> list[Span]:
    """The spans that are wanted, once there is one."""
    end = time.monotonic() + PATIENCE
    while not (spans := [one for one in served.spans() if wanted(one)]):
        if time.monotonic() > end:
            pytest.fail(f"no such span; sent were {sorted({one['name'] for one in served.spans()})}")
        time.sleep(0.1)
    return spans


def of_request(served: House, number: str) -> Span:
    """The span of the request with a number."""

    def wanted(span: Span) -> bool:
        return attributes(span).get("xinjian.request_id") == number

    (span,) = found(served, wanted)
    return span


def attributes(span: Span) -> dict[str, Any]:
    return {one["key"]: next(iter(one["value"].values())) for one in span.get("attributes", [])}


def test_a_trace_leads_from_each_request_to_the_job_that_answered_it(served: House, database: Database) -> None:
    mine = {"Authorization": f"Bearer {people(database)}"}
    assert served.ask("POST", "/v1/entities", entry("own:traced"), X_Request_Id="request-1", **mine)[0] == 201
    request = of_request(served, "request-1")
    said = attributes(request)
    assert (request["name"], request["kind"]) == ("POST /v1/entities", "SPAN_KIND_SERVER")
    assert (said["http.route"], said["http.response.status_code"]) == ("/v1/entities", "201")
    assert request["resource"]["xinjian.part"] == "web"
    assert "parentSpanId" not in request

    def linked(span: Span) -> bool:
        return request["traceId"] in [one["traceId"] for one in span.get("links", [])]

    job = found(served, linked)[0]
    assert (job["name"], job["kind"], job["resource"]["xinjian.part"]) == ("job drain", "SPAN_KIND_CONSUMER", "worker")
    assert [one["spanId"] for one in job["links"] if one["traceId"] == request["traceId"]] == [request["spanId"]]
    of_job = found(served, lambda span: span["traceId"] == job["traceId"] and span.get("parentSpanId") == job["spanId"])
    assert "DELETE rerate_mark" in {one["name"] for one in of_job}

    lines = [json.loads(line) for line in served.said()["web"].splitlines()]
    traced = {line["request_id"]: line["trace_id"] for line in lines if "trace_id" in line}
    assert bytes.fromhex(traced["request-1"]) == decoded(request["traceId"])


def test_work_of_one_request_is_within_its_trace(served: House, database: Database) -> None:
    """A file is worked off in a process that ends with it: its span is sent all the same."""
    mine = {"Authorization": f"Bearer {people(database)}", "Content_Type": "application/x-ndjson"}
    sent = served.ask("POST", "/v1/events/bulk", b'{"nothing": 1}', X_Request_Id="request-2", **mine)
    assert sent[0] == 202
    request = of_request(served, "request-2")
    (job,) = found(served, lambda span: span["name"] == "job bulk")
    assert (job["traceId"], job["parentSpanId"]) == (request["traceId"], request["spanId"])


def test_who_asks_decides_no_number_of_a_trace(served: House) -> None:
    given = "00-" + "ab" * 16 + "-" + "cd" * 8 + "-01"
    served.ask("GET", "/version", traceparent=given, X_Request_Id="request-3")
    assert decoded(of_request(served, "request-3")["traceId"]).hex() != "ab" * 16


def decoded(number: str) -> bytes:
    """A number as the library writes bytes in JSON."""
    return base64.b64decode(number)


PROGRAM = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "opentelemetry":
            raise ImportError(name)
sys.meta_path.insert(0, Absent())
from service.platform import configure_logs, start_tracing, stop_tracing, traces
configure_logs("INFO")
start_tracing(sys.argv[1] or None, "web")
print(traces(), "opentelemetry" in sys.modules)
stop_tracing()
"""


@pytest.mark.parametrize(("endpoint", "said"), [("", []), ("http://127.0.0.1:1", ["telemetry_not_installed"])])
def test_where_it_is_off_or_not_installed_nothing_is_imported_and_nothing_fails(endpoint: str, said: list[str]) -> None:
    ended = subprocess.run([sys.executable, "-c", PROGRAM, endpoint], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["None", "False"]
    assert [json.loads(line)["event"] for line in ended.stderr.splitlines()] == said
