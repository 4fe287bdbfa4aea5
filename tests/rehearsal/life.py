"""The acts of the rehearsal, in their order, on the copy of the machine."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.rehearsal.asking import SOURCE, Caller, Calling, call
from tests.rehearsal.manager import Manager, until
from tests.rehearsal.runbook import RunbookError, commands, run, section

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCES: Final = Path("/usr/local/src")
"""Where the sources of each release lie, with the pages that whoever runs it reads."""
BIN: Final = "/opt/xinjian/current/bin"
SETTINGS: Final = "set -a; . /etc/xinjian/xinjian.env; set +a"
OWNER: Final = "set -a; . /etc/xinjian/xinjian.env; . /etc/xinjian/owner.env; set +a"
AS_OWNER: Final = f"runuser -u xinjian_owner -- {BIN}/xinjian"
UNITS: Final = ("xinjian-deliverer", "xinjian-backup", "xinjian-scheduler", "xinjian-worker", "xinjian-web")
SIZE: Final = 1_000
"""Entities of the city."""
RECORDED: Final = 40
"""Events that are recorded one by one before each blow."""
WAITING: Final = """
SELECT count(*) FROM rerate_mark WHERE subject NOT IN (SELECT entity_id FROM rating_quarantine)
"""
TIERS: Final = "SELECT key || ' ' || coalesce(tier, '-') FROM rating_head WHERE key IS NOT NULL ORDER BY key"
ACCEPTED: Final = "SELECT source_ref || ' ' || id FROM event WHERE source = 'rehearsal' ORDER BY id"
CITY: Final = """
from datetime import date
from service.sample import City, write
with open("/srv/entities.ndjson", "wb") as entities, open("/srv/events.ndjson", "wb") as events:
    write(City(seed="rehearsal", size={size}, until=date.today()), entities, events)
"""


class Done(NamedTuple):
    """An act, the seconds it took, and what was seen after it."""

    act: str
    seconds: float
    seen: str


class Life:
    """An installation of a release from its first day; what is typed is what the pages of the release in use say."""

    def __init__(self, release: str, say: Callable[[Done], None]) -> None:
        self._release = release
        self._say = say
        self._newer = release
        self._when = ""
        self._version = max(Path("/usr/lib/postgresql").iterdir(), key=lambda one: int(one.name)).name
        self._data = Path(f"/var/lib/postgresql/{self._version}/main")
        self._manager = Manager(self._version)
        self._caller = Caller("", [])

    def begin_and_end(self) -> None:
        """The first day alone.

        Raises:
            RunbookError: a command failed, or what should be there after an act is not.
            TimeoutError: what should have come did not.
        """
        self._act(self._install, self._end)

    def live(self, newer: str) -> None:
        """Everything there is to do, with the upgrade to a newer release and what follows it.

        Raises:
            RunbookError, TimeoutError: as `begin_and_end`.
        """
        self._act(self._install, self._city, self._backup, self._destroy, self._restore)
        self._newer = newer
        self._act(self._upgrade)
        self._when = ", upgraded"
        self._act(self._backup, self._destroy, self._restore, self._end)

    def _act(self, *acts: Callable[[], Done]) -> None:
        for act in acts:
            try:
                done = act()
            except (RunbookError, TimeoutError, OSError) as error:
                raise RunbookError(f"{act.__name__}: {error}\n{self._manager.last_words()}") from error
            self._say(done._replace(act=done.act + self._when))

    def _said(self, page: str, heading: str) -> list[str]:
        """What a page of the release in use says to type."""
        return commands(section(page, heading, SOURCES / f"xinjian-{self._release}"))

    def _install(self) -> Done:
        self._make_cluster()
        typed = self._said("install.md", "Install")
        took = run(typed, {"RELEASE=0.1.0": f"RELEASE={self._release}"}).seconds
        return Done("install", took, f"{len(typed)} commands, PostgreSQL {self._version}; {self._standing()}")

    def _make_cluster(self) -> None:
        """An empty cluster, as the package makes one when it is installed."""
        shutil.rmtree(self._data, ignore_errors=True)
        shutil.rmtree(f"/etc/postgresql/{self._version}/main", ignore_errors=True)
        run([f"pg_createcluster --port 5432 {self._version} main"])

    def _city(self) -> Done:
        xinjian = f"runuser -u xinjian -- {BIN}/xinjian"
        typed = [SETTINGS, f"{BIN}/python - <<'END'\n{CITY.format(size=SIZE)}\nEND", "chmod 0644 /srv/*.ndjson"]
        typed += [f"{xinjian} import entities /srv/entities.ndjson", f"{xinjian} import events /srv/events.ndjson"]
        took = run(typed).seconds
        asked = f"{xinjian} token create --role handler --name rehearsal --source {SOURCE}"
        token = run([SETTINGS, f"set +x; {asked}"]).output.split()[-1]
        self._caller = Caller(token, self._lines("SELECT key FROM rating_head WHERE tier IS NOT NULL ORDER BY key"))
        self._record()
        self._rated()
        rated = len(self._caller.entities)
        return Done("a city", took, f"{SIZE} entities, {rated} rated, {len(self._caller.accepted)} events over HTTP")

    def _backup(self) -> Done:
        typed = [OWNER, f"{AS_OWNER} backup /srv/backups"]
        took = run(typed).seconds
        self._record()
        self._rated()
        # What came after the whole backup is in the log alone. Nobody rates any more until that is fetched.
        for name in ("xinjian-scheduler", "xinjian-worker", "xinjian-backup"):
            self._manager.stop(name)
        self._tiers = self._lines(TIERS)
        took += run([OWNER, f"{AS_OWNER} backup /srv/backups --wal"]).seconds
        said = run([OWNER, f"{AS_OWNER} verify-backup /srv/backups"]).output
        return Done("backup", took, said.strip().splitlines()[-1])

    def _destroy(self) -> Done:
        run(["pkill -KILL -u postgres", f"rm -rf {self._data}"])
        took = until("/readyz tells that the database is away", lambda: call("/readyz")[0] == 503)
        return Done("the data folder destroyed", took, "/readyz answers 503")

    def _restore(self) -> Done:
        for name in UNITS:
            self._manager.stop(name)
        typed = ["export BACKUP_KEY_FILE=/etc/xinjian/backup.key", *self._said("backup.md", "Restore")]
        said = run(typed, {"/18/": f"/{self._version}/"}, path=BIN)
        self._manager.start("postgresql")
        tiers = self._lines(TIERS)
        if tiers != self._tiers:
            raise RunbookError(f"tiers are not what they were: {sorted({*tiers} ^ {*self._tiers})[:6]}")
        for name in reversed(UNITS):
            self._manager.start(name)
        found = self._standing()
        self._compare("after the restore")
        run([OWNER, f"{AS_OWNER} backup /srv/backups"])
        return Done("restore", said.seconds, f"every accepted event is there, tiers are equal; {found}")

    def _upgrade(self) -> Done:
        before, asked = self._sql("SELECT version_num FROM alembic_version"), self._caller.calls
        self._caller.slowest = 0.0
        self._release = self._newer
        typed = self._said("install.md", "Upgrade")
        with Calling(self._caller):
            said = run(typed, {"RELEASE=0.2.0": f"RELEASE={self._newer}"})
        self._rated()
        self._compare("after the upgrade")
        if self._caller.failed:
            raise RunbookError(f"{len(self._caller.failed)} calls failed: {self._caller.failed[:5]}")
        after = self._sql("SELECT version_num FROM alembic_version")
        calls = f"{self._caller.calls - asked} calls, none failed, the slowest {self._caller.slowest:.1f} s"
        return Done("upgrade", said.seconds, f"tables {before} to {after}; {calls}; {self._standing()}")

    def _end(self) -> Done:
        took = 0.0
        for name in UNITS:
            if not self._manager.running().get(name, False):
                raise RunbookError(f"{name} had ended by itself")
            began = time.monotonic()
            self._manager.stop(name)
            took += time.monotonic() - began
        return Done("the end", took, "every process ended by SIGTERM within its time")

    def _record(self) -> None:
        for _ in range(RECORDED):
            self._caller.record()
        if self._caller.failed:
            raise RunbookError(f"an event was not taken: {self._caller.failed[:3]}")

    def _rated(self) -> None:
        until("every mark is rated", lambda: self._sql(WAITING) == "0")

    def _compare(self, when: str) -> None:
        """Hold what is stored against what was told.

        Raises:
            RunbookError: an event is missing or has another number.
        """
        stored = dict(line.split() for line in self._lines(ACCEPTED))
        lost = [one for one, number in self._caller.accepted.items() if stored.get(one) != str(number)]
        if lost:
            raise RunbookError(f"{when} {len(lost)} accepted events are missing: {lost[:5]}")

    def _standing(self) -> str:
        """What ``/version`` tells, once the service is ready; every unit runs."""
        until("/readyz answers 200", self._is_ready)
        ended = [name for name, runs in self._manager.running().items() if not runs]
        if ended:
            raise RunbookError(f"ended by themselves: {ended}")
        _, told = call("/version")
        return f"ready, version {told['version']}, schema {told['schema']}"

    def _is_ready(self) -> bool:
        try:
            return call("/readyz")[0] == 200
        except OSError:
            return False

    def _sql(self, statement: str) -> str:
        done = subprocess.run(
            ["runuser", "-u", "postgres", "--", "psql", "-qtAX", "-d", "xinjian", "-c", statement],
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RunbookError(done.stderr)
        return done.stdout.strip()

    def _lines(self, statement: str) -> list[str]:
        return self._sql(statement).splitlines()
