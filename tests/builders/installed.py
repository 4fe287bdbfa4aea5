"""The programs of an installation, started with their modules read: the same programs, sooner there.

How each starts by itself, from a command line, is shown by the tests in ``end_to_end``, and here and there by another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.builders.forking import read_beforehand, start
from workers.schedule import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

PROGRAMS: Mapping[str, Sequence[str]] = {
    "workers": ("workers.main:main",),
    "scheduler": ("workers.schedule:main",),
    "deliverer": ("workers.deliver:main",),
    "web": ("gunicorn.app.wsgiapp:run", "-c", "python:service.server", "service.wsgi:app"),
}
read_beforehand("service.app", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread")
read_beforehand("workers.main", "workers.schedule", "workers.deliver")
read_beforehand(*{row.path.rpartition(".")[0] for row in table().values()})


def begin(name: str, *arguments: str, environ: Mapping[str, str], out: Path | None = None) -> ForkServerProcess:
    """Start one of the programs; ``out`` as in `start`."""
    program, *usual = PROGRAMS[name]
    return start(program, *usual, *arguments, environ=environ, out=out)
