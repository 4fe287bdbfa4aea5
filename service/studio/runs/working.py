"""Studies worked off, one worker at each: what ends in between is begun anew, and what was cancelled stops."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import delete, exists, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from service.platform import Problem, job_actor
from service.studio.runs.asking import end
from service.studio.runs.kinds import KINDS, Work
from service.studio.runs.reading import GREATEST, WORK_LOCK
from service.studio.runs.tables import Study, StudyOutcome, StudyProgress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from service.platform import Database
    from service.studio.stock import Stock

log = structlog.get_logger(__name__)

MOST_TRIES: Final = 3
"""A study that ends its worker so often is given up: it would end every one that comes."""
_LOOK: Final = 0.5
"""Seconds between two looks at whether a study was cancelled."""
_TRY = text("SELECT pg_try_advisory_lock(:lock, :study)")
_LET_GO = text("SELECT pg_advisory_unlock(:lock, :study)")


class _CancelledError(Exception):
    """The study has ended while we worked on it: nothing of ours is kept."""


class _StoppedError(Exception):
    """We were told to stop: whoever comes next begins anew."""


def work_off(
    *, database: Database, folder: Path | None, study: int, stopping: Callable[[], bool] = lambda: False
) -> None:
    """Do the work of a study and keep its result. One that has ended, or that another works on, is left alone.

    Args:
        database: where it was asked for.
        folder: of the stocks.
        study: its number.
        stopping: asked again and again whether to leave the work to another worker.
    """
    with _alone(database, study) as alone:
        if alone and (row := _begin(database, study)) is not None:
            _work(database, folder, row, stopping)


def _work(database: Database, folder: Path | None, row: Study, stopping: Callable[[], bool]) -> None:
    kind = KINDS[row.kind]
    try:
        stock = None if row.stock is None else _opened(folder, row)
        options = kind.options().load(row.options)
        teller = _Teller(database, row.id, stopping)
        found = kind.answer(Work(database, stock, options, teller, row.authorities))
        document = json.dumps(found, ensure_ascii=False, allow_nan=False)
    except _CancelledError:
        return
    except _StoppedError:
        _give_back(database, row.id)
    except Problem as problem:
        _end(database, row, "failed", problem=_kept(problem))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("study_failed", study=row.id, kind=row.kind)
        _end(database, row, "failed", problem=_kept(Problem("study_failed", study=row.id)))
    else:
        _end(database, row, "done", document=document)


def _opened(folder: Path | None, row: Study) -> Stock:
    from service.studio.stock import open_stock  # noqa: PLC0415 -- NumPy, for studies alone

    if folder is None:
        raise Problem("stock_no_folder")
    place = folder / (row.stock or "")
    if not place.is_dir():
        raise Problem("study_stock_gone", stock=row.stock)
    return open_stock(place)


class _Teller:
    """Writes how far the work is, and looks whether it is still wanted."""

    def __init__(self, database: Database, study: int, stopping: Callable[[], bool]) -> None:
        self._database, self._study, self._stopping = database, study, stopping
        self._looked = float("-inf")

    def __call__(self, done: int, whole: int) -> None:
        """So many parts of so many are done.

        Raises:
            _StoppedError: we are to stop.
            _CancelledError: the study has ended.
        """
        if self._stopping():
            raise _StoppedError
        if time.monotonic() < self._looked + _LOOK and done < whole:
            return
        self._looked = time.monotonic()
        row = StudyProgress
        ended = exists().where(StudyOutcome.study_id == self._study)
        with self._database.bookkeeping() as session:
            moved = session.scalar(
                update(row)
                .where(row.study_id == self._study, ~ended)
                .values(done=done, whole=whole)
                .returning(row.study_id)
            )
        if moved is None:
            raise _CancelledError


def _begin(database: Database, study: int) -> Study | None:
    """The study, unless it has ended; one that was begun too often ends here."""
    with database.bookkeeping() as session:
        row = session.get(Study, study) if study <= GREATEST else None
        if row is None or session.get(StudyOutcome, study) is not None:
            return None
        begun = {"done": 0, "whole": 0, "begun_at": database.clock.now()}
        tries = session.scalar(
            upsert(StudyProgress)
            .values(study_id=study, tries=1, **begun)
            .on_conflict_do_update(index_elements=["study_id"], set_={"tries": StudyProgress.tries + 1, **begun})
            .returning(StudyProgress.tries)
        )
    if tries is not None and tries > MOST_TRIES:
        _end(database, row, "failed", problem=_kept(Problem("study_given_up", study=study, tries=MOST_TRIES)))
        return None
    return row


def _give_back(database: Database, study: int) -> None:
    """What was told to stop was no try: it waits again."""
    with database.bookkeeping() as session:
        session.execute(delete(StudyProgress).where(StudyProgress.study_id == study, StudyProgress.tries == 1))
        session.execute(
            update(StudyProgress).where(StudyProgress.study_id == study).values(tries=StudyProgress.tries - 1)
        )


def _end(database: Database, row: Study, outcome: str, **what: Any) -> None:  # noqa: ANN401 - as `end` takes it
    with database.unit_of_work(job_actor("study")) as uow:
        end(uow=uow, row=row, outcome=outcome, **what)


def _kept(problem: Problem) -> dict[str, Any]:
    params = {name: str(value) for name, value in problem.params.items()}
    return {"code": problem.code, "params": params, "pointer": problem.pointer}


@contextmanager
def _alone(database: Database, study: int) -> Iterator[bool]:
    """Whether nobody else works on the study; a process that dies lets go of it."""
    with database.engine.connect() as connection:
        key = {"lock": WORK_LOCK, "study": study % 2**31}
        taken = bool(connection.execute(_TRY, key).scalar_one())
        connection.commit()
        try:
            yield taken
        finally:
            if taken:
                try:
                    connection.execute(_LET_GO, key)
                    connection.commit()
                except DBAPIError:  # the session was cut, and the lock with it
                    connection.invalidate()
