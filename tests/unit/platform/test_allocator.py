"""A process of many threads opens few arenas; glibc itself tells how many it has."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

from service.platform.allocator import ARENAS

PROGRAM = """
import ctypes, threading
from service.platform.allocator import bound_arenas

{first}
held = threading.Barrier(24)

def work():
    kept = [bytes(900 + n) for n in range(2000)]
    held.wait()

threads = [threading.Thread(target=work) for _ in range(24)]
[one.start() for one in threads]
[one.join() for one in threads]
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
out = libc.fdopen(1, b"w")
libc.malloc_info(0, ctypes.c_void_p(out))
libc.fflush(ctypes.c_void_p(out))
"""

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc alone has arenas")


def arenas(first: str, **environ: str) -> int:
    """How many a process has after twenty-four threads ran in it."""
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(first=first)],
        env={name: said for name, said in os.environ.items() if name != "MALLOC_ARENA_MAX"} | environ,
        capture_output=True,
        check=True,
        text=True,
    )
    return told.stdout.count("<heap nr=")


def test_many_threads_share_few_arenas() -> None:
    assert arenas("bound_arenas()") <= ARENAS < arenas("")


def test_what_the_environment_says_holds() -> None:
    assert arenas("assert not bound_arenas()", MALLOC_ARENA_MAX="4") <= 4
