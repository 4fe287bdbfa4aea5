"""The reckoning of a drill: what was told, once and whole; tiers, ledger and messages as they must be."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from tests.faults import reckoning
from tests.faults.drill import matters
from tests.faults.drill.drawer import faults_of_draws
from tests.faults.drill.matters import LOST, TWICE
from tests.faults.load import SOURCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.platform import Database
    from tests.builders.receiving import Receiver
    from tests.faults.callers import Remembered
    from tests.faults.drill.drawer import Journal
    from tests.faults.watching import Watch

PATIENCE = 60.0  # seconds for the last messages to arrive
_THERE = "SELECT array_agg(id) FROM event WHERE source = %s AND id = ANY (%s)"
_WAITING = text("""
    SELECT (SELECT count(*) FROM webhook_delivery WHERE state = 'waiting')
         + (SELECT count(*) FROM outbox o WHERE topic = 'tier.changed'
             AND NOT EXISTS (SELECT FROM outbox_done d WHERE d.consumer = 'notices.webhooks' AND d.outbox_id = o.id))
""")
LOOKS = 5
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


class Account(NamedTuple):
    """What a drill is held to: what callers were told, the entities' keys, who is told of tiers, the notes of draws."""

    remembered: Remembered
    keys: Sequence[str]
    told: Told
    journal: Journal


def reckoned(database: Database, account: Account) -> tuple[Counts, list[str]]:
    """The counts from the beginning, and everything that is not as it must be, in words."""
    remembered = account.remembered
    with database.reader() as session:
        counted = reckoning.count(session, remembered, SOURCE)
        faulty = reckoning.faults_of_files(session, remembered)
        faulty += [*matters.faults_of_cases(session, remembered), *matters.faults_of_adoptions(session, remembered)]
        faulty += faults_of_draws(session, account.journal)
    faulty += [f"{LOST} {ref}" for ref in counted.lost] + [f"{TWICE} {ref}" for ref in counted.doubled]
    faulty += [f"refused and yet there: {ref}" for ref in counted.smuggled]
    entered = [case.entity for case in remembered.cases]
    faulty += reckoning.faults_of_ratings(database, [*account.keys, *entered])
    faulty += _faults_of_ledger(database)
    faulty += faults_of_messages(database, account.told)
    faulty += remembered.unclean
    remembered.unclean.clear()  # told once
    steps = sum(len(one.steps) for one in [*remembered.cases, *remembered.adoptions])
    steps += sum(map(len, account.journal.steps().values()))
    return Counts(counted.accepted + steps, _begin(LOST, faulty), _begin(TWICE, faulty)), faulty


def _faults_of_ledger(database: Database) -> list[str]:
    """What is at fault with the ledger; a row that periodic work leaves between sealing and looking is none."""
    for _ in range(LOOKS):
        found = reckoning.faults_of_ledger(database)
        if not all(one.endswith("rows unsealed") for one in found):
            break
        if not found:
            return []
    return found


def _begin(word: str, faulty: Sequence[str]) -> int:
    return sum(one.startswith(word) for one in faulty)


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
