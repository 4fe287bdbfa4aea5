"""Dying with the parent: no worker outlives the process that would have stopped it.

Only for what a process of ours forked. The kernel watches the thread that started a process, so one that asked for this
by itself would end with a shell, or with a thread of a service manager; `xinjian up` asks it for its children.
"""

import contextlib
import ctypes
import signal

_PR_SET_PDEATHSIG = 1


def stop_with_parent() -> None:
    """Ask the kernel for SIGTERM when the parent dies (Linux; elsewhere nothing happens)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
