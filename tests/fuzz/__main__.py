"""``python -m tests.fuzz [--seconds 120] [--cases 20000] [TARGET…]``: fuzz, tell what was found, note the figures.

Exit codes: 0 nothing was found · 1 something was, and lies in ``build/fuzz/`` · 2 the command cannot be followed.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.harness.reliability import save_section
from tests.fuzz import running
from tests.fuzz.town import Town, furnished_town
from tests.tidy.tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER: Final = ROOT / "build" / "fuzz"
INTERFACE: Final = "interface"
PATTERNS: Final = "patterns"
REQUESTS: Final = "request-heads"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    options = _parser().parse_args(arguments)
    if options.repeat:
        return _repeat(options.repeat)
    catalogue = running.catalogue()
    asked = options.targets or [PATTERNS, *catalogue, INTERFACE]
    if unknown := sorted({*asked} - {*catalogue, INTERFACE, PATTERNS}):
        _say(f"no target {', '.join(unknown)}; there are: {', '.join([PATTERNS, *catalogue, INTERFACE])}")
        return 2
    lines = []
    with _town_of(asked, options.town) as town:
        for name in asked:
            if name == INTERFACE:
                line = running.interface(FOLDER, town.folder, options.cases, options.seed)
            elif name == PATTERNS:
                line = running.patterns(FOLDER)
            else:
                line = running.parser(FOLDER, catalogue[name], name, options.seconds, options.seed)
            _say(line.row())
            lines.append(line)
    if not options.targets:
        save_section("fuzz", running.table(lines))
    for line in lines:
        for file in line.files:
            _say(f"\n{file.relative_to(ROOT)}: python -m tests.fuzz --repeat {file.relative_to(ROOT)}")
            _say(file.with_suffix(".txt").read_text("utf-8")[:3_000] if file.with_suffix(".txt").exists() else "")
    return 1 if any(line.findings for line in lines) else 0


def _town_of(asked: Sequence[str], folder: Path | None) -> AbstractContextManager[Town]:
    """A town where one is needed: it takes a minute to furnish."""
    return furnished_town(folder) if {*asked} & {INTERFACE, REQUESTS} else nullcontext(Town(FOLDER))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz every parser and every route.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="all of them unless named")
    parser.add_argument("--seconds", type=int, default=120, help="for each parser (default: 120)")
    parser.add_argument("--cases", type=int, default=20_000, help="requests to the interface (default: 20000)")
    parser.add_argument("--seed", type=int, default=1, help="where chance begins (default: 1)")
    parser.add_argument("--town", type=Path, help="folder of a demonstration town, made there if it is empty")
    parser.add_argument("--repeat", type=Path, metavar="FILE", help="try one input again, and let it fail")
    return parser


def _repeat(file: Path) -> int:
    """Give an input to the target after which its folder is called."""
    name = file.absolute().parent.name
    with _town_of([name], None):
        module = running.catalogue()[name]
        targets = import_module(f"tests.fuzz.targets.{module}").TARGETS
        next(one for one in targets if one.name == name).prepare()(file.read_bytes())
    _say("nothing escapes any more")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
