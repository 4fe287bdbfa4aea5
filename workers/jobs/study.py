"""Work a study off."""

import os
import signal
from threading import Event

from service.bootstrap import process_settings
from service.studio.runs import work_off
from workers.process import database

POLITENESS = 10  # of the process that works at a study: requests and ratings go first


def run(study: int) -> None:
    """Do the work of this study; told to stop, leave it to the next worker."""
    os.nice(POLITENESS)
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    work_off(database=database(), folder=process_settings().stock_folder, study=study, stopping=stop.is_set)
