"""A web server with more callers than it can serve: each is answered, with what was done or when to come back."""

from __future__ import annotations

import http.client
import json
import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from service.accounts import issue_token
from service.platform import Database, Role, job_actor
from service.register import registered_scope
from tests.builders.fillings import with_shipped
from tests.builders.forking import ended
from tests.builders.installed import begin
from tests.builders.register_rows import put_entity
from tests.faults.callers import UnixConnection
from tests.faults.installation import children

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.context import ForkServerProcess

    from tests.builders.fillings import Filling

CALLERS, CALLS = 40, 30
ENTITY = "own:one"
ACTOR = job_actor("tests")
NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
MOST_KIBIBYTES = 64 * 1024
"""By how much the memory of the process may grow: what forty waiting requests hold is a hundredth of it."""


def one(database_url: str) -> None:
    """A filling: one entity."""
    with with_shipped(database_url, NOW) as database, database.unit_of_work(ACTOR) as uow:
        put_entity(uow.session, ENTITY, audit_id=uow.audit("tests.filled", "tests", {}), established_on="2010-05-01")


@pytest.fixture
def filling() -> Filling:
    return one


class Served:
    """A running web server over a database: where it listens, and the token of a caller."""

    def __init__(self, process: ForkServerProcess, path: str, token: str) -> None:
        self.process, self.path, self.token = process, path, token

    def line(self) -> UnixConnection:
        return UnixConnection(self.path)

    def send(self, line: UnixConnection, reference: str) -> http.client.HTTPResponse:
        """Record an event; returns the answer, read to its end."""
        body = {"source": "over", "source_ref": reference, "entity": ENTITY, "decided_on": "2025-03-01"}
        body["code"] = "no_problem_found"
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        line.request("POST", "/v1/events", json.dumps(body), headers)
        answer = line.getresponse()
        answer.read()
        return answer


@pytest.fixture
def served(tmp_path: Path, database_url: str) -> Iterator[Served]:
    database = Database(database_url)
    with database.unit_of_work(ACTOR) as uow:
        issued = issue_token(uow=uow, registered=registered_scope, role=Role.HANDLER, label="t", sources=("over",))
    database.close()
    path = str(tmp_path / "web")
    small = {"WEB_PROCESSES": "1", "WEB_THREADS": "2", "WEB_WAITING": "4", "LOG_LEVEL": "WARNING"}
    process = begin("web", environ={**os.environ, "DATABASE_URL": database_url, "BIND": f"unix:{path}", **small})
    found = Served(process, path, issued.token)
    try:
        for _ in range(600):
            if _is_ready(found):
                break
            process.join(0.1)
        yield found
    finally:
        process.kill()
        process.join()


def _is_ready(served: Served) -> bool:
    line = served.line()
    try:
        line.request("GET", "/readyz")
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()


def resident(pid: int, which: str) -> int:
    """The memory of a process in KiB: `VmRSS` now, `VmHWM` at most so far."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(which))


def stored(database_url: str) -> set[str]:
    database = Database(database_url)
    with database.reader() as session:
        found = set(session.execute(text("SELECT source_ref FROM event WHERE source = 'over'")).scalars())
    database.close()
    return found


def test_everyone_is_answered_nothing_accepted_is_lost_and_memory_stays(served: Served, database_url: str) -> None:
    (worker,) = children(served.process.pid or 0)
    first = served.line()
    assert served.send(first, "first").status == 201
    first.close()
    before = resident(worker, "VmRSS")

    def call(name: int) -> list[tuple[str, int, str | None]]:
        line, said = served.line(), []
        for number in range(CALLS):
            answer = served.send(line, f"{name}-{number}")
            said.append((f"{name}-{number}", answer.status, answer.headers["Retry-After"]))
        line.close()
        return said

    with ThreadPoolExecutor(CALLERS) as pool:
        answers = [each for said in pool.map(call, range(CALLERS)) for each in said]
    counted = Counter((status, again) for _, status, again in answers)
    assert set(counted) == {(201, None), (429, "2")}, counted
    accepted = {"first", *(reference for reference, status, _ in answers if status == 201)}
    assert stored(database_url) == accepted, "what was accepted is there, what was refused is not"
    assert resident(worker, "VmHWM") - before < MOST_KIBIBYTES


def test_who_was_heard_is_answered_before_the_server_ends(served: Served, database_url: str) -> None:
    accepted: list[str] = []
    refused: list[str] = []
    cut: list[str] = []
    going = threading.Event()

    def call(name: int) -> None:
        with closing(served.line()) as line:
            for number in range(10_000):
                try:
                    answer = served.send(line, f"{name}-{number}")
                except (ConnectionRefusedError, FileNotFoundError):
                    return  # nothing was sent: a balancer asks another server
                except (OSError, http.client.HTTPException) as error:
                    cut.append(f"{name}-{number}: {error!r}")
                    return
                (accepted if answer.status == 201 else refused).append(f"{name}-{number}")
                assert answer.status in {201, 429}
                if len(accepted) > 50:
                    going.set()

    callers = [threading.Thread(target=call, args=(name,), daemon=True) for name in range(6)]
    for caller in callers:
        caller.start()
    assert going.wait(60)
    served.process.terminate()
    for caller in callers:
        caller.join(30)
        assert not caller.is_alive()
    assert ended(served.process, 30) == 0
    assert cut == []
    assert stored(database_url) == set(accepted)
