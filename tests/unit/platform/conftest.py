"""Logs as a process of ours sets them up, and everything as it was afterwards."""

import logging
import sys
import threading
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture
def restored() -> Iterator[None]:
    """Handlers, levels and hooks are afterwards what they were before."""
    root = logging.getLogger()
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    ended, thread_ended = sys.excepthook, threading.excepthook
    yield
    root.handlers[:], root.level, logging.raiseExceptions = handlers, level, raising
    sys.excepthook, threading.excepthook = ended, thread_ended
    structlog.reset_defaults()
