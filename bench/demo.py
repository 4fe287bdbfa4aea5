"""The demonstration's own steps as one program, with everything installed: 50,000 entities, some 400,000 events."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from time import perf_counter

from bench.harness import Figures, Row

ENTITIES, SECONDS = 50_000, 90

ROW = Row(
    id="demo",
    what=f"`xinjian demo --size {ENTITIES}`: database, city, import, events, rating, answer, stop",
    target=f"≤ {SECONDS} s",
)


def measure() -> Figures:
    """The seconds of one whole run over those allowed; its summary must account for every entity."""
    with tempfile.TemporaryDirectory(prefix="xinjian-bench-") as folder:
        command = [sys.executable, "-m", "service.cli", "demo", "--json", "--size", str(ENTITIES), "--data", folder]
        begin = perf_counter()
        ran = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        spent = perf_counter() - begin
    told = json.loads(ran.stdout)
    assert told["entities"] == told["rated"] == ENTITIES, told
    assert sum(told["tiers"].values()) + told["unrated"] == ENTITIES, told
    steps = ", ".join(f"{name} {seconds:.0f}" for name, seconds in told["seconds"].items())
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return Figures(
        ours=f"{spent:.0f} s for {told['events']:,} events ({steps})",
        peer="none: the time asked for",
        ratio=spent / SECONDS,
        met=spent <= SECONDS,
        memory=f"peak of the largest process {peak} MiB",
    )
