"""Load shedding: threads that serve nothing but refusals, for requests that find no room to wait for a thread."""

import threading


class _Thread(threading.local):
    sheds = False


_own = _Thread()


def shed_load() -> None:
    """From now on this thread refuses what it is asked; health and metrics it answers."""
    _own.sheds = True


def sheds_load() -> bool:
    """Whether this thread refuses what it is asked."""
    return _own.sheds
