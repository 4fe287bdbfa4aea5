"""Building a stock: one snapshot of the database read entity by entity, in bounded memory, and put in place at once."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from contextlib import contextmanager
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from service import ratings, register
from service.platform import last_position, local_day
from service.studio.stock.layout import FORMAT, MANIFEST
from service.studio.stock.opening import stocks_in
from service.studio.stock.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from sqlalchemy.orm import Session

    from service.platform import Database
    from service.register import HeldKind

ENTITIES_AT_ONCE: Final = 500
_UNFINISHED: Final = ".building"


class Built(NamedTuple):
    """A finished stock. ``new``: it was not there before; entities are counted once for each kind they hold."""

    folder: Path
    position: int
    day: date
    new: bool


class _Asked(NamedTuple):
    """What is written where."""

    session: Session
    folder: Path
    position: int
    day: date
    at_once: int


def build_stock(
    *, database: Database, folder: Path, keep: int, day: date | None = None, at_once: int = ENTITIES_AT_ONCE
) -> Built | None:
    """The stock of the newest sealed position and a day, below ``folder``.

    Without a day it is today, in the first of the time zones in which there are entities.
    One that is there already is not built again. Others are removed, the oldest first, until ``keep`` remain. A process
    at a time builds: None, another one does. Ended in between it leaves nothing that anybody opens.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder) as alone, database.reader() as session:
        if not alone:
            return None
        position = last_position(session)
        day = day or _today(session, database)
        place = folder / f"{position:016}-{day.isoformat()}"
        new = not place.exists()
        if new:
            unfinished = folder / _UNFINISHED
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            _write(_Asked(session, unfinished, position, day, at_once))
            unfinished.rename(place)
            _see_to_disk(folder)
        others = [each for each in stocks_in(folder) if each != place]
        for old in others[keep - 1 :]:
            shutil.rmtree(old, ignore_errors=True)
        return Built(place, position, day, new)


def _today(session: Session, database: Database) -> date:
    now = database.clock.now()
    zones = register.zones_in_use(session) or {"UTC"}
    return max(local_day(now, zone) for zone in zones)


def _write(asked: _Asked) -> None:
    kinds: dict[str, Any] = {}
    held = register.kinds_held(asked.session, position=asked.position)
    for number, (kind, rows) in enumerate(groupby(held, key=lambda each: each.kind)):
        kinds[kind] = _write_kind(asked, f"{number:03}", rows)
    said = {"format": FORMAT, "position": asked.position, "day": asked.day.isoformat(), "kinds": kinds}
    with (asked.folder / MANIFEST).open("x", encoding="utf-8") as sink:
        json.dump(said, sink, ensure_ascii=False, indent=1)
        sink.flush()
        os.fsync(sink.fileno())
    _see_to_disk(asked.folder)


def _write_kind(asked: _Asked, name: str, rows: Iterator[HeldKind]) -> dict[str, Any]:
    """Both layers of a kind: each entity alone, and with its branches where any of them has some."""
    own, joined = Writing(asked.folder, f"{name}-own"), None
    while batch := list(islice(rows, asked.at_once)):
        if batch[0].parents and joined is None:
            joined = Writing(asked.folder, f"{name}-joined")
        ids = [each.id for each in batch]
        found = ratings.histories_in(asked.session, ids, batch[0].kind, as_of=asked.day, position=asked.position)
        facts = [each.facts for each in found]
        own.add(facts, [each.own for each in found])
        if joined is not None:
            joined.add(facts, [each.joined for each in found])
    return {"own": own.finish(), "joined": None if joined is None else joined.finish()}


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether no other process builds in the folder; while the block runs, none does."""
    with (folder / ".lock").open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _see_to_disk(folder: Path) -> None:
    """What is in the folder, and under which names, outlives a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
