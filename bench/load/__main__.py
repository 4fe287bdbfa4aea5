"""`make load`: a day of a province in ten minutes; its section of the page on reliability."""

from __future__ import annotations

import argparse
import secrets
import signal
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.city import stored_city
from bench.city.servers import Web
from bench.harness.reliability import save_section
from bench.load import day
from bench.load.callers import SOURCE, Callers
from bench.load.many import many
from bench.load.programs import GRACE, Memory, Programs
from bench.load.reckoning import Freshness, Reckoned, reckon
from bench.load.rehearsing import Rehearsal
from bench.load.tally import Tally
from service import accounts, register
from service.cli.rehearsal import LOOPBACK
from service.cli.runtime import OPERATOR
from service.platform import Role, use_encryption_keys
from service.platform.encryption import KEY_BYTES

if TYPE_CHECKING:
    from bench.city import Stored

ENTITIES = 2_000
CROWD, CROWD_SECONDS = 300, 20.0
_KEYS = "SELECT public_key FROM entity WHERE status = 'active' AND body ->> 'established_on' < '2026' ORDER BY id"


class Watched(NamedTuple):
    """What was seen from beside."""

    reckoned: Reckoned
    freshness: Freshness
    memory: Memory


def main() -> None:
    """Run, print, write.

    Raises:
        SystemExit: something was lost, or ended otherwise than it should.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started ends with us
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=day.MINUTES)
    asked.add_argument("--requests", type=int, default=0, help="ask for tiers so often instead, and look at memory")
    told = asked.parse_args()
    with (
        stored_city(ENTITIES, settings=_settings()) as city,
        tempfile.TemporaryDirectory(prefix="xinjian-load-") as folder,
    ):
        said, wrong = (
            _requests(city, Path(folder), told.requests) if told.requests else _day(city, Path(folder), told.minutes)
        )
    print(said)
    save_section("requests" if told.requests else "load", said)
    if wrong:
        sys.exit(f"not as it must be: {wrong}")


def _settings() -> dict[str, str]:
    """Of all processes: no limit for one caller, who stands for many; a key, under which this process encrypts too."""
    key = secrets.token_bytes(KEY_BYTES)
    use_encryption_keys((key,))
    limits = dict.fromkeys(("RATE_LIMIT", "PUBLIC_RATE_LIMIT"), "100000000")
    return {**limits, "ENCRYPTION_KEY": key.hex(), "WEBHOOK_NETWORKS": LOOPBACK}


def _day(city: Stored, folder: Path, minutes: float) -> tuple[str, list[str]]:
    with Programs(city.environ, _free_port(), folder) as programs:
        return _under_load(city, programs, folder, minutes)


def _under_load(city: Stored, programs: Programs, folder: Path, minutes: float) -> tuple[str, list[str]]:
    token = _token(city)
    with city.connect() as connection:
        keys = [row[0] for row in connection.execute(_KEYS)]
    tally, freshness, memory = Tally(), Freshness(city), Memory(programs, {})
    callers, rehearsal = Callers(programs.port, token, keys, tally), Rehearsal(city, programs, folder)
    for thread in (freshness, memory, rehearsal):
        thread.start()
    began = time.monotonic()
    callers.start(day.DEEDS)
    half = minutes * 60 / 2
    _pass(half, programs)
    for name in ("web", "workers", "scheduler", "deliverer"):
        programs.stop(name)
        programs.start(name)
    _pass(max(0.0, began + 1.5 * half - time.monotonic()), programs)
    callers.crowd(next(deed for deed in day.DEEDS if deed.act == "tier"), CROWD, CROWD_SECONDS)
    _pass(max(0.0, began + 2 * half - time.monotonic()), programs)
    memory.stop()
    programs.stop("web")  # while everybody calls
    programs.start("web")
    callers.stop()
    seconds = time.monotonic() - began
    rehearsal.join()
    reckoned = reckon(city, tally)
    freshness.stop()
    programs.stop()
    wrong = [*tally.wrong, *([f"{reckoned.lost} lost"] if reckoned.lost else []), *rehearsal.wrong]
    wrong += [str(one) for one in programs.stopped if one.code or one.seconds > GRACE]
    return _said(tally, seconds, Watched(reckoned, freshness, memory), programs, rehearsal), wrong


def _said(tally: Tally, seconds: float, watched: Watched, programs: Programs, rehearsal: Rehearsal) -> str:
    reckoned, freshness, memory = watched
    stops = ", ".join(f"{one.name} {one.seconds:.1f} s (code {one.code})" for one in programs.stopped)
    repeated = ", ".join(f"{times} × {what}" for what, times in sorted(tally.repeated.items())) or "none"
    head = (
        f"{seconds / 60:.1f} minutes, {ENTITIES:,} entities, {tally.total():,} answers, {tally.total() / seconds:,.0f} "
        f"a second. Accepted {reckoned.accepted:,} records, **lost {reckoned.lost}**."
    )
    crowd = (
        f"For {CROWD_SECONDS:.0f} s {CROWD} more callers asked as fast as they were answered: the 429 above. Sent "
        f"again, because nobody answered while the web server was stopped and started: {repeated}."
    )
    work = (
        f"Meanwhile: {rehearsal.said}. At most {freshness.most:,} wishes to re-rate waited, the oldest for "
        f"{freshness.oldest:.1f} s; once the callers had stopped all was worked off in {reckoned.seconds:.1f} s."
    )
    end = f"Told to stop, under load and at the end: {stops}."
    return "\n\n".join([head, tally.table(seconds), crowd, work, memory.table(), end])


def _requests(city: Stored, folder: Path, requests: int) -> tuple[str, list[str]]:
    token = _token(city)
    with city.connect() as connection:
        keys = [row[0] for row in connection.execute(f"{_KEYS} LIMIT 1000")]
    with Programs(city.environ, _free_port(), folder) as programs:
        began = time.monotonic()
        table = many(Web(programs.port, token), keys, requests, programs.pids())
        minutes = (time.monotonic() - began) / 60
    return f"{requests:,} questions for tiers in {minutes:.1f} minutes:\n\n{table}", []


def _pass(seconds: float, programs: Programs) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        programs.refuse_ended()
        threading.Event().wait(min(1.0, max(0.0, until - time.monotonic())))


def _token(city: Stored) -> str:
    with city.database.unit_of_work(OPERATOR) as uow:
        known = register.registered_scope
        return accounts.issue_token(
            uow=uow, registered=known, role=Role.ADMINISTRATOR, label=SOURCE, sources=(SOURCE,)
        ).token


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
