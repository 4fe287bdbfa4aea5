"""How far a file has come, as its sender sees it while it is worked off."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from sqlalchemy import text

from service.evidence import work_off
from service.evidence.bulk.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.evidence import Job
    from service.platform import web

EVENT = {"source": "cases", "entity": "own:old", "code": "penalty_fine", "decided_on": "2025-03-01"}
FILE = b"\n".join(orjson.dumps({**EVENT, "source_ref": str(number)}) for number in range(10))
FIELDS = ("state", "rows", "stored")


@pytest.fixture
def watched(handler: FlaskClient, assembly: web.Assembly) -> Callable[..., tuple[str, list[dict[str, Any]]]]:
    """Hands a file in and works it off by twos; returns where it is told of and what was told after each chunk."""

    def run(mode: str, content: bytes = FILE, die_after: int = 99) -> tuple[str, list[dict[str, Any]]]:
        where = handler.post(f"/v1/events/bulk?mode={mode}", data=content, content_type="application/x-ndjson")
        seen: list[dict[str, Any]] = []

        def look(_: Job) -> None:
            seen.append(handler.get(where.headers["Location"]).json)
            if len(seen) == die_after:
                raise ConnectionError

        with contextlib.suppress(ConnectionError):
            work_off(database=assembly.database, job_id=where.json["id"], on_progress=look, limits=Limits(rows=2))
        return where.headers["Location"], seen

    return run


def stored(assembly: web.Assembly) -> int:
    with assembly.database.reader() as session:
        return int(session.execute(text("SELECT count(*) FROM event")).scalar_one())


def test_all_or_none_tells_what_is_read_while_nothing_is_kept(watched: Callable[..., Any]) -> None:
    _, seen = watched("all")
    assert [[told[name] for name in FIELDS] for told in seen] == [
        *[["running", rows, 0] for rows in (2, 4, 6, 8, 10)],
        ["done", 10, 10],
    ]
    progress = [told["progress"] for told in seen]
    assert progress == sorted(progress)
    assert (0 < progress[0] < 500, progress[-1]) == (True, 1000)


def test_good_rows_are_told_as_they_are_kept(watched: Callable[..., Any]) -> None:
    _, seen = watched("good")
    assert [[told[name] for name in FIELDS] for told in seen] == [
        *[["running", rows, rows] for rows in (2, 4, 6, 8, 10)],
        ["done", 10, 10],
    ]


def test_a_file_refused_whole_was_read_to_its_end_and_kept_nothing(
    watched: Callable[..., Any], assembly: web.Assembly
) -> None:
    _where, seen = watched("all", FILE + b"\nnonsense")
    assert [told["rows"] for told in seen] == [2, 4, 6, 8, 10, 11, 11]
    assert [seen[-1][name] for name in ("state", "stored", "refused", "progress")] == ["refused", 0, 1, 1000]
    assert stored(assembly) == 0


def test_a_try_that_died_leaves_its_reading_visible_and_the_next_one_keeps_all(
    watched: Callable[..., Any], handler: FlaskClient, assembly: web.Assembly
) -> None:
    where, _ = watched("all", die_after=3)
    left = handler.get(where).json
    assert [left[name] for name in FIELDS] == ["running", 6, 0]
    assert stored(assembly) == 0
    again: list[int] = []
    job = work_off(
        database=assembly.database,
        job_id=left["id"],
        on_progress=lambda _: again.append(handler.get(where).json["rows"]),
        limits=Limits(rows=4),
    )
    assert again == [4, 8, 10, 10]
    assert (job.state, job.stored, stored(assembly)) == ("done", 10, 10)
    work_off(database=assembly.database, job_id=left["id"])
    assert handler.get(where).json["progress"] == 1000
