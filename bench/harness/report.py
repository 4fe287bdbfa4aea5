"""``bench/results.json`` and ``docs/performance.md``: rows that were not measured this time stay as they were."""

from __future__ import annotations

import json
import os
import platform
import tomllib
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Record: TypeAlias = dict[str, str | float | bool]

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "performance.md"
SHORTFALLS = ROOT / "bench" / "shortfalls.toml"

INTRODUCTION = """# Speed and memory

Written by `make bench` (`python -m bench [id…]`); do not edit. Every row is measured in a process of its own; peers do
the same work on the same data, and their answers are compared with ours before any time is taken. Times are medians of
interleaved runs: compare ratios, not seconds, with those of another machine. A row's module in `bench/` says how.
"""


def save(new: list[Record], order: list[str], results: Path = RESULTS, page: Path = PAGE) -> None:
    """Merges new records into the results and writes the page anew; a record of no row of ``order`` is dropped."""
    kept: dict[str, Record] = {}
    if results.exists():
        kept = {str(each["id"]): each for each in json.loads(results.read_text("utf-8"))}
    kept |= {str(each["id"]): each for each in new}
    records = [kept[each] for each in order if each in kept]
    results.write_text(json.dumps(records, ensure_ascii=False, indent=2) + "\n", "utf-8")
    page.write_text(written(records, tomllib.loads(SHORTFALLS.read_text("utf-8"))), "utf-8")


def written(records: list[Record], shortfalls: Mapping[str, str]) -> str:
    """The table, with the machine and the day; beneath it why rows fall short, by their ids, where that is known."""
    head = "| id | what | ours | peer | ratio | must reach | met | memory |\n|---|---|---|---|---|---|---|---|\n"
    rows = [
        f"| `{each['id']}` | {each['what']} | {each['ours']} | {each['peer']} | {each['ratio']:.2f} | {each['target']} "
        f"| {'yes' if each['met'] else '**no**'} | {each['memory']} |\n"
        for each in records
    ]
    short = [
        f"\n`{each['id']}` falls short: {shortfalls[str(each['id'])]}\n"
        for each in records
        if not each["met"] and each["id"] in shortfalls
    ]
    run = f"Last run: {datetime.now(UTC):%Y-%m-%d}, {machine()}."
    return f"{INTRODUCTION}\n{run}\n\n{head}{''.join(rows)}{''.join(short)}"


def machine() -> str:
    """The machine in a line: enough to judge a figure by, nothing that names it."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f"{os.getloadavg()[0]:.1f}"
    return (
        f"{cores} cores of {platform.machine()} ({platform.system()}), CPython {platform.python_version()}, "
        f"NumPy {version('numpy')}, load at the end {load}"
    )
