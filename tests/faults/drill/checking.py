"""The reckoning of a drill: what was told, once and whole; tiers, ledger and messages as they must be."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from tests.faults import reckoning
from tests.faults.load import SOURCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.platform import Database
    from tests.builders.receiving import Receiver
    from tests.faults.callers import Remembered
    from tests.faults.watching import Watch

PATIENCE = 60.0  # seconds for the last messages to arrive
_THERE = "SELECT array_agg(id) FROM event WHERE source = %s AND id = ANY (%s)"
_WAITING = text("""
    SELECT (SELECT count(*) FROM webhook_delivery WHERE state = 'waiting')
         + (SELECT count(*) FROM outbox o WHERE topic = 'tier.changed'
             AND NOT EXISTS (SELECT FROM outbox_done d WHERE d.consumer = 'notices.webhooks' AND d.outbox_id = o.id))
""")
_MESSAGES = text("SELECT id FROM outbox WHERE topic = 'tier.changed' AND id > :since")


class Counts(NamedTuple):
    """How many requests were accepted; of them lost, and there more than once."""

    accepted: int
    lost: int
    doubled: int


class Told(NamedTuple):
    """Who is told of tiers, and after which message of the outbox that began."""

    receiver: Receiver
    since: int


def missing(watch: Watch, source: str, accepted: Sequence[tuple[dict[str, Any], int]]) -> list[str] | None:
    """References that were accepted and are not there under their number; None while the database cannot be asked."""
    found = watch.ask(_THERE, source, [number for _, number in accepted])
    if found is None:
        return None
    there = set(found[0] or ())
    return [body["source_ref"] for body, number in accepted if number not in there]


def reckoned(database: Database, remembered: Remembered, keys: Sequence[str], told: Told) -> tuple[Counts, list[str]]:
    """The counts from the beginning, and everything that is not as it must be, in words."""
    with database.reader() as session:
        counted = reckoning.count(session, remembered, SOURCE)
        faulty = reckoning.faults_of_files(session, remembered)
    faulty += [f"lost: {ref}" for ref in counted.lost] + [f"twice: {ref}" for ref in counted.doubled]
    faulty += [f"refused and yet there: {ref}" for ref in counted.smuggled]
    faulty += reckoning.faults_of_ratings(database, keys)
    faulty += reckoning.faults_of_ledger(database)
    faulty += faults_of_messages(database, told)
    faulty += remembered.unclean
    remembered.unclean.clear()  # told once
    return Counts(counted.accepted, len(counted.lost), len(counted.doubled)), faulty


def faults_of_messages(database: Database, told: Told) -> list[str]:
    """Every change of a tier reached the receiver, and one that came again was the very same message."""
    until = time.monotonic() + PATIENCE
    while _count(database) and time.monotonic() < until:
        time.sleep(0.2)
    with database.reader() as session:
        wanted = set(session.execute(_MESSAGES, {"since": told.since}).scalars())
    bodies = defaultdict(set)
    for one in list(told.receiver.taken):
        bodies[one.number].add(one.body)
    found = [f"never told: message {number}" for number in sorted(wanted - bodies.keys())]
    found += [f"told of nothing: message {number}" for number in sorted(bodies.keys() - wanted)]
    return found + [f"told in two ways: message {number}" for number, said in bodies.items() if len(said) > 1]


def _count(database: Database) -> int:
    with database.reader() as session:
        return int(session.execute(_WAITING).scalar_one())
