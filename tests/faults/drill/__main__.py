"""``python -m tests.faults.drill [--faults N] [--seed S]``: hold the drill, print its figures and its one line."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
from pathlib import Path

from bench.harness.reliability import save_section
from service.sample.chance import Chance
from tests.faults.drill import long_faults
from tests.faults.drill.figures import Result, together
from tests.faults.drill.holding import held, outage, outages, say
from tests.faults.drill.outages import OUTAGES, possible
from tests.faults.drill.short import SHORT, drawn

A_ROUND = 50  # faults between two reckonings
WHOLE = 500
"""Of fewer faults nothing is written down."""


def main() -> int:
    """Hold it; 0 where nothing was amiss."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to stop"))  # servers and processes are ended on the way out
    asked = _asked()
    say(f"seed {asked.seed}")
    if asked.outage:
        result = outage(asked.outage, asked.seed)
    else:
        result = whole(asked.faults, asked.seed, section=asked.section, long=not asked.no_outages)
    if asked.into:
        asked.into.write_text(result.dumped(), "utf-8")
    amiss = [*result.faulty, *result.slow()]
    if asked.section and asked.faults >= WHOLE and not asked.no_outages:
        told = "".join(f"- {one}\n" for one in amiss) or "Nothing was amiss."
        save_section(asked.section, f"```\n{result.line()}\n```\n\nSeed {asked.seed}. {told}\n\n{result.table()}\n")
    say("\n".join([result.table(), *(f"AMISS {one}" for one in amiss), result.line()]))
    return 1 if amiss else 0


def whole(count: int, seed: str, *, section: str | None, long: bool) -> Result:
    """The short faults in rounds and, where they are wanted and this process may, the long outages."""
    faults = drawn(Chance(seed), count)
    rounds = [faults[place : place + A_ROUND] for place in range(0, len(faults), A_ROUND)]
    if long:
        rounds += [[one] for one in long_faults.LONG]
    if section == "drill-long":
        rounds += [*long_faults.longer(Chance(seed))]
    _say_what_is_left_out(long=long)
    results = [held(rounds, seed)]
    if long and possible():
        results += outages(seed)
    return together(results)


def _say_what_is_left_out(*, long: bool) -> None:
    if long and not possible():
        say(f"left out: {', '.join(OUTAGES)}: they need namespaces (Linux, as root)")
    if shutil.which("ss") is None:
        say(f"left out of {len(SHORT)} faults: killing who writes, which needs ss (iproute2)")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=500, help="how many short faults fall")
    parser.add_argument("--seed", default="1", help="which, and in which order")
    parser.add_argument("--no-outages", action="store_true", help="short faults alone")
    parser.add_argument("--outage", choices=sorted(OUTAGES), help="one long outage alone")
    parser.add_argument("--section", choices=["drill", "drill-long"], help="of docs/reliability.md, to be written")
    parser.add_argument("--into", type=Path, help="file for the figures, as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
