"""Both verifiers on the transcript of a city's draw, as a stranger starts them: a file and a command."""

from __future__ import annotations

import json
import shutil
import sys
from functools import partial
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from subprocess import run
from tempfile import TemporaryDirectory

from bench.harness import Figures, Row, interleaved
from bench.stock.city_draw import city_draw, city_rows
from scoring.kernel.canonical import canonical

MOST = 4
SCRIPT = Path(__file__).parents[1] / "scoring" / "verifier" / "verify.js"

ROW = Row(
    id="verify",
    what="the full transcript of `draw-city` verified by Python, with the signature of its beacon, and by JavaScript",
    target=f"≤ {MOST} s of the processor each",
)


def measure() -> Figures:
    """The seconds allowed over those of the slower verifier; peer: JavaScript."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "draw.json"
        file.write_bytes(canonical(city_draw(city_rows())))
        commands = {"python": [sys.executable, "-m", "scoring", "verify", str(file)]}
        absent = why_absent()
        if not absent:
            commands["javascript"] = ["node", str(SCRIPT), str(file)]
        refuses(commands, file)
        works = {name: partial(run, command, check=True, capture_output=True) for name, command in commands.items()}
        seconds = interleaved(works, times=3, clock=children)
    slowest = max(seconds.values())
    return Figures(
        ours=f"{seconds['python']:.2f} s",
        peer=absent or f"{seconds['javascript']:.2f} s",
        ratio=MOST / slowest,
        met=slowest <= MOST,
        memory=f"peak {getrusage(RUSAGE_CHILDREN).ru_maxrss // 1024} MiB",
    )


def why_absent() -> str:
    """Why there is no verifier in JavaScript to measure; "" where there is."""
    if not SCRIPT.exists():
        return "no verifier in JavaScript yet"
    return "" if shutil.which("node") else "Node is absent"


def children() -> float:
    """The seconds of the processor that ended children have taken."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def refuses(commands: dict[str, list[str]], file: Path) -> None:
    """Stops where a verifier accepts the same file with one row of its frame changed."""
    document = json.loads(file.read_bytes())
    document["parts"][0]["frame"][0][1] = "bookshop"
    other = file.with_name("changed.json")
    other.write_bytes(canonical(document))
    for command in commands.values():
        ran = run([*command[:-1], str(other)], check=False, capture_output=True)
        assert ran.returncode == 1, "a changed file must be refused"
