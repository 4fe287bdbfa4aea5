"""Processes that begin with what they need read already: children of one process that has imported it.

A program of ours spends most of its first second of processor time reading modules.
"""

from __future__ import annotations

import multiprocessing

PROCESSES = multiprocessing.get_context("forkserver")
_READ: list[str] = []


def read_beforehand(*modules: str) -> None:
    """Have modules imported by the process from which all others come; to be said before the first of those starts."""
    _READ.extend(modules)
    PROCESSES.set_forkserver_preload(_READ)
