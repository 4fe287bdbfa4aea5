"""The steps of the demonstration: load, rate, count."""

from __future__ import annotations

import time
from typing import IO, TYPE_CHECKING, Any

import click

from service import evidence, ratings, register
from service.cli.inventing import ENTITIES, EVENTS
from service.cli.progress import Step
from service.platform import wake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.orm import Session

    from service.cli.processes import Children
    from service.cli.runtime import Runtime
    from service.evidence import Received, Submission
    from service.sample import Written

LOOK_EVERY = 0.2
"""Seconds between two looks at how far the workers are, at least."""

LOOKS = 20
"""How many times as long as a look took it waits at least until the next: looking must not cost what it looks at."""

STUCK_AFTER = 180.0
"""Seconds without any progress of the workers after which waiting is given up."""

WOKEN_EVERY = 10.0
"""Seconds after which work that nobody does is queued anew: there is no scheduler yet that finds a lost wake-up."""

PIECE = 1 << 20
"""Bytes of a file that are read at once."""


def load_entities(running: Runtime, folder: Path, size: int, seconds: dict[str, float]) -> int:
    """Import the file of entities; returns how many there are now in it.

    Raises:
        ClickException: a row of the city was refused.
    """
    with Step("导入主体 · importing entities", size) as step, (folder / ENTITIES).open("rb") as stream:
        report = register.import_entities(
            running.database.unit_of_work,
            actor=running.actor,
            stream=stream,
            file_format="ndjson",
            on_progress=step.at,
        )
        if report.state != "stored":
            raise click.ClickException(f"主体未能导入 · the entities were refused: {report.document()}")
    seconds["entities"] = step.seconds
    return report.rows


def load_events(running: Runtime, folder: Path, workers: Children, seconds: dict[str, float]) -> None:
    """Hand the file of events in as a bulk job and wait until the workers have stored it.

    Raises:
        ClickException: a row was refused, or the workers stand still.
    """
    with Step("导入事件 · importing events", unit=" bytes") as step:
        with (folder / EVENTS).open("rb") as stream:
            received = submit(running, stream, evidence.Submission("ndjson", "all"))
        done = _wait(workers, step, _Storing(running, received.job_id))
        if done.state != "done":
            raise click.ClickException(f"事件未能导入 · the events were refused: {done}")
    seconds["events"] = step.seconds


def submit(running: Runtime, stream: IO[bytes], submission: Submission) -> Received:
    """Hand a file in, piece by piece, as the bulk route does."""
    with running.database.unit_of_work(running.actor) as uow:
        pieces = iter(lambda: stream.read(PIECE), b"")
        return evidence.submit_bulk(uow=uow, pieces=pieces, submission=submission)


class _Storing:
    """How far a file is stored, asked again and again; its worker is woken once more where nobody works on it."""

    def __init__(self, running: Runtime, job_id: int) -> None:
        self._running, self._job_id = running, job_id
        self._woken = time.monotonic()

    def __call__(self) -> tuple[int, int, Any]:
        with self._running.database.reader() as session:
            job = evidence.read_job(session, self._job_id)
            lying = evidence.left_lying(session) if time.monotonic() - self._woken > WOKEN_EVERY else None
        if lying is not None:
            self._woken = time.monotonic()
            wake("bulk", lying)
        return max(job.position, job.read_position), job.size, job if job.state in {"done", "refused"} else None


def wait_until_rated(running: Runtime, workers: Children) -> float:
    """Wait until no mark is left; returns the seconds it took.

    Raises:
        ClickException: the workers stand still.
    """

    def look() -> tuple[int, int, Any]:
        with running.database.reader() as session:
            found = ratings.progress(session)
        return found.rated, found.rated + found.waiting, found if found.waiting == 0 else None

    with Step("评价 · rating") as step:
        _wait(workers, step, look)
    return step.seconds


def _wait(workers: Children, step: Step, look: Callable[[], tuple[int, int, Any]]) -> Any:  # noqa: ANN401 - what look found
    before, since = -1, time.monotonic()
    while True:
        began = time.monotonic()
        done, step.total, found = look()
        took = time.monotonic() - began
        step.at(done)
        if found is not None:
            return found
        workers.refuse_ended()
        if done != before:
            before, since = done, time.monotonic()
        elif time.monotonic() - since > STUCK_AFTER:
            raise click.ClickException(
                f"后台进程没有进展，请看数据文件夹下 logs 中的日志 · the workers stand still at {done:,}: see logs"
            )
        time.sleep(max(LOOK_EVERY, LOOKS * took))


def summary(running: Runtime, written: Written, loaded: int, seconds: dict[str, float]) -> dict[str, Any]:
    """The figures of the demonstration.

    ``rated``: entities with a current answer; ``unrated``: those among them whose answer is UNRATED with a reason;
    ``tiers``: the others by tier, best first.
    """
    with running.database.reader() as session:
        counts = ratings.tier_counts(session)
    unrated = counts.pop("unrated", 0)
    counts.pop("waiting", None)
    return {
        "entities": loaded,
        "events": written.events,
        "digest": written.digest,
        "rated": sum(counts.values()) + unrated,
        "unrated": unrated,
        "seconds": seconds,
        "tiers": dict(sorted(counts.items())),
    }


def example_key(session: Session) -> str | None:
    """The key of an entity in the last tier that any entity has: its answer tells the most."""
    for tier in sorted(ratings.tier_counts(session), reverse=True):
        found = ratings.first_in_tier(session, tier)
        if found is not None:
            return found
    return None
