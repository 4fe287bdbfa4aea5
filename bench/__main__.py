"""``python -m bench [id…]``: measures rows, each in a process of its own, and writes the report."""

from __future__ import annotations

import argparse
import json
import pkgutil
import subprocess
import sys
from importlib import import_module

import bench
from bench.harness.report import Record, save


def main() -> int:
    """Measures the rows asked for, or all; 1 if one of them failed or missed its target."""
    modules = {each.name.replace("_", "-"): each.name for each in rows()}
    parser = argparse.ArgumentParser(prog="python -m bench", description=bench.__doc__)
    parser.add_argument("ids", nargs="*", metavar="id", help=f"one of {', '.join(modules)}; all if none is named")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measured(modules[asked.measure])))
        return 0
    unknown = [each for each in asked.ids if each not in modules]
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(modules)}")
    records, failed = [], []
    for each in asked.ids or modules:
        record = in_a_process_of_its_own(each)
        if record is None:
            failed.append(each)
            continue
        records.append(record)
        print(f"{each}: {record['ours']}, peer {record['peer']}, ratio {record['ratio']}, met: {record['met']}")
    save(records, list(modules))
    if failed:
        print(f"failed, see above: {', '.join(failed)}", file=sys.stderr)
    return 0 if not failed and all(each["met"] for each in records) else 1


def rows() -> list[pkgutil.ModuleInfo]:
    """The modules that are rows."""
    return [each for each in pkgutil.iter_modules(bench.__path__) if not each.ispkg and each.name != "__main__"]


def measured(name: str) -> Record:
    """The record of a row, measured in this process."""
    module = import_module(f"bench.{name}")
    record: Record = module.ROW.record_of(module.measure())
    return record


def in_a_process_of_its_own(row: str) -> Record | None:
    """The record of a row, or None if it failed; what it has to say goes to stderr."""
    command = [sys.executable, "-m", "bench", "--measure", row]
    ran = subprocess.run(command, stdout=subprocess.PIPE, check=False, text=True)
    if ran.returncode:
        return None
    record: Record = json.loads(ran.stdout.splitlines()[-1])
    return record


if __name__ == "__main__":
    sys.exit(main())
