"""Stage ratings for an edition to come and fold them in; a long work is left to the next wake-up, shard by shard."""

import signal
from threading import Event

from service.bootstrap import process_settings
from service.platform import QUEUES, Database, redis_answers, wake
from service.ratings import Pace, rerates_wait, work_on
from workers.process import collect_seldom, database

WITHOUT_REDIS = 10.0
"""Seconds that the scheduler works itself while Redis is away."""


def run() -> None:
    """Work for half of the job's time at most; told to stop, leave the rest to the next worker."""
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    collect_seldom()
    pace = Pace(process_settings().rerate_share, QUEUES["rerate"].timeout / 2, stop.is_set)
    if work_on(database=database(), pace=pace):
        wake("rerate")


def look(opened: Database) -> None:
    """Wake the worker where something waits; while Redis is away, work here."""
    with opened.reader() as session:
        waits = rerates_wait(session, opened.clock.now())
    if waits and redis_answers():
        wake("rerate")
    elif waits:
        work_on(database=opened, pace=Pace(process_settings().rerate_share, WITHOUT_REDIS))
