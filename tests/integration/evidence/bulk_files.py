"""Files of evidence for tests, and the way they go in."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import orjson

from service.evidence import Submission, submit_bulk, work_off
from tests.integration.evidence.conftest import ADMINISTRATOR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.evidence import Job
    from service.platform import Actor, Database

EVENT: dict[str, Any] = {
    "source": "cases",
    "source_ref": "1",
    "entity": "own:old",
    "code": "problem_found",
    "decided_on": "2025-03-01",
}


def ndjson(*bodies: dict[str, Any] | bytes) -> bytes:
    """A file with these lines."""
    return b"".join((body if isinstance(body, bytes) else orjson.dumps(body)) + b"\n" for body in bodies)


def events(count: int, **given: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - fields of a body
    """So many different events."""
    return [{**EVENT, "source_ref": f"r{number}", **given} for number in range(count)]


def receive(
    database: Database,
    content: bytes | Iterable[bytes],
    *,
    actor: Actor = ADMINISTRATOR,
    pack: bool = False,
    **how: Any,  # noqa: ANN401 - fields of a submission
) -> int:
    """Hand a file in; returns the number of its job."""
    pieces = [gzip.compress(content) if pack else content] if isinstance(content, bytes) else content
    with database.unit_of_work(actor) as uow:
        return submit_bulk(uow=uow, pieces=pieces, submission=Submission(**{"format": "ndjson", **how})).job_id


def load(database: Database, content: bytes, **how: Any) -> Job:  # noqa: ANN401 - fields of a submission
    """Hand a file in and work it off."""
    return work_off(database=database, job_id=receive(database, content, **how))
