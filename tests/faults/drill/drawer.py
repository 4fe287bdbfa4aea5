"""Whoever draws: a program that takes one draw after the other from the plan to the visits, and dies as others do.

It notes each step that was done in a journal, as the office that ordered it would, and goes on from there.
"""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from scoring.kernel.canonical import canonical
from scoring.sampling.verify import verify
from service import sample
from service.cli.rehearsal import Stage, drawing
from service.cli.runtime import Runtime
from service.inspections.draws import files, store
from service.platform import Database, use_encryption_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

FOLDER = "DRILL_DRAWS"
AGO = timedelta(20)
"""Draws are committed in hours that are over, one after the other: there is room for so many days of them."""

PAUSE = 1.0
_DRAWN = text("""
    SELECT e.draw, array_agg(e.kind ORDER BY e.n) AS kinds,
           (SELECT count(*) FROM outbox o WHERE o.topic = 'inspections.draw_dispatched' AND o.subject = e.draw) AS told
      FROM draw_entry e WHERE e.draw <> '' GROUP BY e.draw
""")
ENTRIES = {"freeze": "commitment", "close": "closing", "secret": "entropy", "conclude": "result", "attest": "attest"}
"""The entry that a step leaves in the register of draws."""


class Journal:
    """The notes of whoever draws, and whether work is wanted now."""

    def __init__(self, folder: Path) -> None:
        self._notes, self._wanted = folder / "draws.ndjson", folder / "drawing"

    @property
    def wanted(self) -> bool:
        """Whether somebody wants draws now."""
        return self._wanted.exists()

    def want(self, *, now: bool) -> None:
        """Ask for draws, or for none."""
        if now:
            self._wanted.touch()
        else:
            self._wanted.unlink(missing_ok=True)

    def note(self, **said: object) -> None:
        """One line at once: whoever is killed has written it or not."""
        line = os.open(self._notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(line, json.dumps(said).encode() + b"\n")
        os.close(line)

    def read(self) -> list[dict[str, Any]]:
        """All notes."""
        return (
            [json.loads(line) for line in self._notes.read_text("utf-8").splitlines()] if self._notes.exists() else []
        )

    def steps(self) -> dict[str, list[str]]:
        """The steps that were done, by draw."""
        found = defaultdict(list)
        for one in self.read():
            if "step" in one:
                found[one["draw"]].append(one["step"])
        return found


class Begun(NamedTuple):
    """A draw under way: its stage, number and what is kept of it."""

    stage: Stage
    number: str
    kept: drawing.Kept
    done: int


class Drawer:
    """Goes on with what the journal says."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._running, self._journal = Runtime(database, {}), journal
        self._city = sample.City(seed="faults", size=1, until=date(2026, 6, 30))

    def turn(self) -> None:
        """One draw, or what is left of it; raises what the database raises."""
        begun = self._under_way() or self._anew()
        for name, step in drawing.steps(begun.stage, begun.number, begun.kept)[begun.done :]:
            if not self._journal.wanted:
                return
            step()
            self._journal.note(draw=begun.number, step=name)

    def _stage(self) -> Stage:
        return Stage(self._running, self._city, ago=AGO)

    def _anew(self) -> Begun:
        stage = self._stage()
        if not any("roster" in one for one in self._journal.read()):
            drawing.enrol(stage)
            self._journal.note(roster="enrolled")
        number = drawing.prepare(stage, drawing.publish(stage))
        kept = drawing.kept(stage)
        secrets = {"secret": kept.secret.hex(), "salt_key": kept.salt_key.hex()}
        self._journal.note(draw=number, began=stage.began.isoformat(), values=kept.values, **secrets)
        return Begun(stage, number, kept, 0)

    def _under_way(self) -> Begun | None:
        notes = self._journal.read()
        begun = next((one for one in reversed(notes) if "began" in one), None)
        if begun is None:
            return None
        done = sum(one.get("draw") == begun["draw"] and "step" in one for one in notes)
        stage = self._stage()
        stage.began = datetime.fromisoformat(begun["began"]).astimezone(UTC)
        stage.today = stage.day(timedelta())
        kept = drawing.Kept(bytes.fromhex(begun["secret"]), bytes.fromhex(begun["salt_key"]), begun["values"])
        left = done < len(drawing.steps(stage, begun["draw"], kept))
        return Begun(stage, begun["draw"], kept, done) if left else None


def main() -> None:
    """Draw whenever it is wanted, until killed; a database that is away is tried again."""
    use_encryption_keys([bytes.fromhex(os.environ["ENCRYPTION_KEY"])])
    journal = Journal(Path(os.environ[FOLDER]))
    drawer = Drawer(Database(os.environ["DATABASE_URL"]), journal)
    while True:
        with suppress(DBAPIError):
            if journal.wanted:
                drawer.turn()
        time.sleep(PAUSE)


def faults_of_draws(session: Session, journal: Journal) -> Iterator[str]:
    """Each step that was done left its entry in the register once; each dispatch was told once and verifies."""
    stored = {row.draw: row for row in session.execute(_DRAWN)}
    for number, done in journal.steps().items():
        kinds = list(stored[number].kinds) if number in stored else []
        wanted = [ENTRIES[step] for step in done if step in ENTRIES]
        # What was done and not noted before its process was killed is there too: one step at most.
        if kinds[: len(wanted)] != wanted or len(kinds) > len(wanted) + 1 or len(set(kinds)) < len(kinds):
            yield f"draw {number}: the register has {kinds} after {done}"
        elif "dispatch" in done:
            if stored[number].told != 1:
                yield f"draw {number} was dispatched {stored[number].told} times"
            failed = verify(canonical(files.full_file(session, store.draw_of(session, number)))).failed()
            if failed:
                yield f"draw {number} does not verify: {failed}"
