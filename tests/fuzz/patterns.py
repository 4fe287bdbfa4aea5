"""Pumped texts put to every pattern of the house, and the work measured: ``python -m tests.fuzz.patterns FOLDER``.

What `tests.tidy.patterns` tells by looking at a pattern, this tells by running it: for each loop a text that goes round
it many times and then does not fit. Twice the text may take little more than three times the processor's time; where a
search is quadratic it takes four times as much, where it is exponential it does not end.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.fuzz.watching import SlowError, Watch, bounded_time
from tests.tidy import patterns
from tests.tidy.test_patterns import is_known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZES: Final = (5_000, 10_000, 20_000)
WORTH_COUNTING: Final = 0.2
"""Seconds below which time says nothing of growth, and does no harm."""
MOST_GROWTH: Final = 3.2
ENDS: Final = ("", "\0", "!", "\n", "x")
PREFERRED: Final = 'a0 -_."/A龘\n'


class GrowthError(Exception):
    """Work that grows faster than the text; ``place``: the pattern."""

    def __init__(self, place: str, said: str) -> None:
        super().__init__(said)
        self.place = place


def rounds(pattern: str, flags: int) -> set[tuple[str, str]]:
    """What stands before each loop of a pattern, and what goes round it, of several sorts of characters."""
    items = list(re._parser.parse(pattern, flags))  # type: ignore[attr-defined] # noqa: SLF001 -- Python's own reader
    own = re.findall(r"[^\w\s\\]", pattern)
    return {pair for char in {*PREFERRED, *own} for pair in _rounds(items, "", char, flags)}


def _rounds(items: list[Any], before: str, char: str, flags: int) -> Iterator[tuple[str, str]]:
    for place, (name, said) in enumerate(items):
        here = before + _sample(items[:place], char, flags)
        inner = _inner(str(name), said)
        if str(name).endswith("REPEAT") and said[1] - said[0] > 1:
            yield here, _sample(inner[0], char, flags)
        for each in inner:
            yield from _rounds(each, here, char, flags)


def _inner(name: str, said: Any) -> list[list[Any]]:  # noqa: ANN401 -- a node of Python's reader
    if name.endswith("REPEAT"):
        return [list(said[2])]
    if name == "SUBPATTERN":
        return [list(said[3])]
    return [list(branch) for branch in said[1]] if name == "BRANCH" else []


def _sample(items: list[Any], char: str, flags: int) -> str:
    """A short text that the items take, of one sort of character where they take it."""
    pieces = []
    for name, said in items:
        if str(name).endswith("REPEAT"):
            pieces.append(_sample(list(said[2]), char, flags) * max(1, min(said[0], 50)))
        elif str(name) in {"SUBPATTERN", "BRANCH"}:
            pieces.append(_sample(_inner(str(name), said)[0], char, flags))
        elif str(name) in {"LITERAL", "NOT_LITERAL", "IN", "ANY"}:
            taken = patterns.chars_of((name, said), flags)
            pieces.append(char if ord(char) in taken else chr(min(taken)) if taken else "")
    return "".join(pieces)


def measure(found: patterns.Found) -> None:
    """Put pumped texts to a pattern, in the way in which the code uses it.

    Raises:
        GrowthError: twice the text takes more than three times the work, or the search does not end.
    """
    compiled = re.compile(found.pattern, found.flags)
    way: Callable[[str], Any] = getattr(compiled, found.way if found.way in {"match", "fullmatch"} else "search")
    for before, round_ in rounds(found.pattern, found.flags):
        for end in ENDS if round_ else ():
            said = f"{found.pattern!r} on {before!r} + {round_!r} * n + {end!r}"
            try:
                taken = [_seconds(way, before + round_ * (size // len(round_)) + end) for size in SIZES]
            except SlowError as slow:
                raise GrowthError(found.place, f"{said}: {slow}") from slow
            if taken[2] > WORTH_COUNTING and taken[2] > MOST_GROWTH * taken[1]:
                raise GrowthError(found.place, f"{said}: {taken}")


def _seconds(way: Callable[[str], Any], text: str) -> float:
    began = time.process_time()
    with bounded_time():
        way(text)
    return time.process_time() - began


def main(folder: str) -> None:
    """Measure all; what was done is left in the folder as ``result.json``, beside the findings."""
    every = {found.place: found for found in patterns.everywhere() if not is_known(found)}
    watch = Watch(lambda place: measure(every[place.decode()]), Path(folder))
    for place in every:
        watch(place.encode())
    (Path(folder) / "result.json").write_text(json.dumps({"cases": watch.cases, "findings": watch.findings}), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
