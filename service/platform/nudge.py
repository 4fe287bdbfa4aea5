"""Wake-ups off the path of a request: many in a few milliseconds become one, and none is lost within the process.

A wake-up asked for after a commit is sent after that commit, by a thread of the process; a process that dies first
leaves it to the sweeper.
"""

import os
import threading
from typing import Final

from service.platform.queues import QUEUES, wake

SPACING: Final = 0.01  # seconds between two rounds of wake-ups


class Nudger:
    """The thread of one process that sends wake-ups; it starts with the first one."""

    def __init__(self) -> None:
        self._wanted: set[str] = set()
        self._changed = threading.Condition()
        self._pid = 0

    def nudge(self, name: str) -> None:
        """Ask for a wake-up of the work `name` soon.

        Raises:
            KeyError: the catalogue has no such work.
        """
        if name not in QUEUES:
            raise KeyError(name)
        with self._changed:
            if self._pid != os.getpid():  # a forked child has no thread yet
                self._pid = os.getpid()
                threading.Thread(target=self._run, name="nudger", daemon=True).start()
            self._wanted.add(name)
            self._changed.notify()

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted)
                names, self._wanted = self._wanted, set()
            for name in sorted(names):
                wake(name)
            pause.wait(SPACING)


_nudger: Final = Nudger()
nudge: Final = _nudger.nudge
