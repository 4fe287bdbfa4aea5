"""Work a file of evidence off."""

import signal
from threading import Event

from service.evidence import work_off
from workers.process import database


def run(job_id: int) -> None:
    """Work off the job of this number, from where it stands; told to stop, leave the rest to the next worker."""
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    work_off(database=database(), job_id=job_id, stopping=stop.is_set)
