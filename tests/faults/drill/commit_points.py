"""Whoever writes, killed at that moment: a table is held, and a process that comes to write to it dies there."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.sample.chance import Chance
    from tests.faults.drill.stand import Scene

WRITTEN = (
    *("event", "event_act", "rerate_mark", "rating_head", "rating", "audit", "outbox", "outbox_done", "ledger_seal"),
    *("audit_unsealed", "tier_move", "webhook_delivery", "webhook_attempt", "query_log", "bulk_job", "bulk_chunk"),
    *("draw", "draw_document", "draw_act", "draw_entry", "draw_seat", "visit", "repair_case", "repair_step"),
    *("edition", "edition_step", "rerate_run", "rerate_shard", "rating_staged"),
)
"""What intake, drain, sealer, deliveries, files, draws, repairs and adoptions write to."""

PATIENCE = 1.5  # seconds in which somebody must come
_WAITING = "SELECT pid FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"


@contextmanager
def killed_while_writing(scene: Scene, chance: Chance) -> Iterator[None]:
    """Hold one table; of those who wait to write to it kill one, the session's other end, and let go."""
    with suppress(psycopg.OperationalError), scene.stand.connect() as looking, scene.stand.connect() as holder:
        name = WRITTEN[chance.number(0, len(WRITTEN) - 1)]
        holder.autocommit = False
        holder.execute("SET lock_timeout = '2s'")
        holder.execute(f"LOCK TABLE {name} IN SHARE MODE")
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            waiting = [int(row[0]) for row in looking.execute(_WAITING, [holder.info.backend_pid])]  # type: ignore[call-overload] # a number
            if waiting and _kill(_other_end(waiting[chance.number(0, len(waiting) - 1)])):
                break
            time.sleep(0.05)
        holder.rollback()
    yield


def _kill(process: int | None) -> bool:
    if process is None:
        return False
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    return True


def _other_end(session: int) -> int | None:
    """The process whose session of PostgreSQL this is; None where it has ended, or nobody can tell."""
    if shutil.which("ss") is None:
        return None
    lines = subprocess.run(["ss", "-xpnH", "state", "connected"], capture_output=True, text=True, check=True).stdout
    found = [_ends(line) for line in lines.splitlines()]
    known = {one[0]: one[2] for one in found if one}
    return next((known.get(one[1]) for one in found if one and one[2] == session and one[1] in known), None)


def _ends(line: str) -> tuple[str, str, int] | None:
    """Of a line of ``ss``: the number of the socket, the number of its other end, the process that holds it."""
    parts = re.search(r"\s(\d+)\s+\*\s+(\d+)\s.*?pid=(\d+)", line)
    return (parts[1], parts[2], int(parts[3])) if parts else None
