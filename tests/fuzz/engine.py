"""One target fuzzed in a process of its own: ``python -m tests.fuzz.engine MODULE TARGET SECONDS FOLDER SEED``.

Coverage leads the way where Atheris is installed: an input that reaches a new branch becomes one from which others are
made. Elsewhere inputs are made of the seeds alone.
"""

from __future__ import annotations

import json
import random
import sys
import time
from contextlib import nullcontext
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tests.fuzz.target import Target
    from tests.fuzz.watching import Watch

GUIDED: Final = find_spec("atheris") is not None
_INSTRUMENTED: Final = ["scoring", "service"]
_KEPT: Final = 400
"""Inputs of a blind run from which others are made, beside the seeds."""


def main(module: str, name: str, seconds: str, folder: str, seed: str) -> None:
    """Fuzz; what was done is left in the folder as ``result.json``, beside the findings."""
    sys.setrecursionlimit(1_000)
    with _instrumented(module):
        targets: tuple[Target, ...] = import_module(f"tests.fuzz.targets.{module}").TARGETS
        target = next(one for one in targets if one.name == name)
        watching = import_module("tests.fuzz.watching")
    attempt = target.prepare()
    seeds = list(target.seeds())
    place = Path(folder)
    watch: Watch = watching.Watch(attempt, place)
    for data in seeds:
        attempt(data)  # a seed that is refused otherwise than by the parser's own word is a fault of the target
    watching.bound_memory()
    for data in target.hostile():
        watch(data)
    _tell(place, watch)
    run = _guided if GUIDED else _blind
    run(target, watch, seeds, place, int(seconds), int(seed))


def _instrumented(module: str) -> AbstractContextManager[object]:
    if not GUIDED:
        return nullcontext()
    import atheris  # noqa: PLC0415 -- of an extra

    include = [*_INSTRUMENTED, f"tests.fuzz.targets.{module}"]
    found: AbstractContextManager[object] = atheris.instrument_imports(include=include)
    return found


def _tell(place: Path, watch: Watch) -> None:
    (place / "result.json").write_text(json.dumps({"cases": watch.cases, "findings": watch.findings}), "utf-8")


def _guided(target: Target, watch: Watch, seeds: list[bytes], place: Path, seconds: int, seed: int) -> None:
    import atheris  # noqa: PLC0415 -- of an extra

    watching = import_module("tests.fuzz.watching")
    watching.unbound_memory()
    corpus = place / "corpus"
    corpus.mkdir(exist_ok=True)
    for data in seeds:
        (corpus / sha256(data).hexdigest()[:16]).write_bytes(data)
    until = time.monotonic() + seconds

    bound = cache(watching.bound_memory)

    def attempt(data: bytes) -> None:
        bound()  # not before: what drives the run is loaded when it begins
        watch(data)
        if watch.cases % 200 == 0 or time.monotonic() > until:
            _tell(place, watch)

    def change(data: bytes, longest: int, number: int) -> bytes:
        chance = random.Random(number)  # noqa: S311 -- to be repeated, not to be unguessable
        if chance.random() < 0.1:
            return bytes(atheris.Mutate(data, longest))
        return target.change(data, chance)[:longest]

    options = {
        "max_total_time": seconds,
        "timeout": 60 * watching.WITHIN,  # of the clock, for what holds the processor and lets no signal through
        "rss_limit_mb": 4_096,  # the bound of the process is narrower and tells where
        "max_len": target.longest,
        "seed": seed,
        "artifact_prefix": f"{place}/finding-",
        "verbosity": 0,
        "len_control": 0,
    }
    flags = [f"-{name}={value}" for name, value in options.items()]
    atheris.Setup(["fuzz", *flags, str(corpus)], attempt, custom_mutator=change)
    atheris.Fuzz()


def _blind(target: Target, watch: Watch, seeds: list[bytes], place: Path, seconds: int, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- to be repeated, not to be unguessable
    inputs = list(seeds)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        data = target.change(chance.choice(inputs), chance)[: target.longest]
        watch(data)
        if len(inputs) < _KEPT + len(seeds):
            inputs.append(data)
        else:
            inputs[chance.randrange(len(seeds), len(inputs))] = data
    _tell(place, watch)


if __name__ == "__main__":
    main(*sys.argv[1:])
