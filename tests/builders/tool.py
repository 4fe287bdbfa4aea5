"""Runs the stranger's tool as a stranger does: another process, the standard library alone, an empty environment.

Its interpreters are started once for each language and have read the modules of the tool; each run is a child of one.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).parents[2]
ISOLATED = (sys.executable, "-I", "-S")
_START = """
import runpy, sys
sys.path.insert(0, sys.argv.pop(1))
runpy.run_module("scoring", run_name="__main__", alter_sys=True)
"""
_WARM = """
import json, os, runpy, sys, traceback

place = sys.argv[1]
asked, answers = (open(int(number), mode) for number, mode in zip(sys.argv[2:], "rw"))
sys.path.insert(0, place)
import scoring.__main__


def run(arguments):
    sys.argv = [place, *arguments]
    if os.path.isfile(place):
        runpy.run_path(place, run_name="__main__")
    else:
        del sys.modules["scoring.__main__"]  # it runs now, under another name
        runpy.run_module("scoring", run_name="__main__", alter_sys=True)


def child(arguments, folder, here):
    for number, name in enumerate(("in", "out", "err")):
        os.dup2(os.open(folder + "/" + name, os.O_RDWR | os.O_CREAT), number)
    os.chdir(here)
    status = 0
    try:
        run(arguments)
    except SystemExit as ended:
        status = ended.code or 0
        if not isinstance(status, int):
            print(status, file=sys.stderr)
            status = 1
    except BaseException:
        traceback.print_exc()
        status = 1
    try:
        sys.stdout.flush()
    finally:
        os._exit(status)


for line in asked:
    number = os.fork()
    if number == 0:
        child(*json.loads(line))
    print(os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]), file=answers, flush=True)
"""


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def run_tool(*arguments: str, lines: Iterable[Mapping[str, Any] | bytes] = (), lang: str = "en_GB.UTF-8") -> Done:
    """``python -m scoring`` in isolated mode and without site packages; lines that are mappings are written as JSON."""
    return _warm(ROOT, lang).run(arguments, _sent(lines), Path.cwd())


def run_archive(archive: Path, *arguments: str, lang: str = "en_GB.UTF-8") -> Done:
    """``python ARCHIVE`` in the same way, where it lies: the verifier as one file."""
    return _warm(archive, lang).run(arguments, b"", archive.parent)


def start_tool(*arguments: str, lines: Iterable[Mapping[str, Any] | bytes] = (), lang: str = "en_GB.UTF-8") -> Done:
    """As `run_tool`, with an interpreter of its own: for what an interpreter does at its start and end."""
    return _whole([*ISOLATED, "-c", _START, str(ROOT), *arguments], _sent(lines), lang, Path.cwd())


def start_archive(archive: Path, *arguments: str, lang: str = "en_GB.UTF-8") -> Done:
    """As `run_archive`, with an interpreter of its own."""
    return _whole([*ISOLATED, str(archive), *arguments], b"", lang, archive.parent)


def _sent(lines: Iterable[Mapping[str, Any] | bytes]) -> bytes:
    return b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)


def _whole(command: list[str], sent: bytes, lang: str, here: Path) -> Done:
    done = subprocess.run(command, input=sent, capture_output=True, check=False, env={"LANG": lang}, cwd=here)
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


class _Warm:
    """An interpreter that has read the tool and runs it, in children."""

    def __init__(self, place: Path, lang: str) -> None:
        asked, ask = os.pipe()
        answered, answer = os.pipe()
        command = [*ISOLATED, "-c", _WARM, str(place), str(asked), str(answer)]
        self._process = subprocess.Popen(command, env={"LANG": lang}, pass_fds=(asked, answer))
        os.close(asked)
        os.close(answer)
        self._ask, self._answers = os.fdopen(ask, "w"), os.fdopen(answered)
        atexit.register(self.end)

    def run(self, arguments: Iterable[str], sent: bytes, here: Path) -> Done:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "in").write_bytes(sent)
            print(json.dumps([list(arguments), name, str(here)]), file=self._ask, flush=True)
            status = int(self._answers.readline())
            return Done(status, *((folder / said).read_bytes().decode() for said in ("out", "err")))

    def end(self) -> None:
        self._ask.close()
        self._answers.close()
        self._process.wait()


@cache
def _warm(place: Path, lang: str) -> _Warm:
    return _Warm(place, lang)
