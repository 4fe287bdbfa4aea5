"""Calls that have one place in the house, and calls that have none."""

import ast
from collections.abc import Iterator
from pathlib import PurePath

_CLOCK = {"datetime.now", "datetime.today", "datetime.utcnow", "date.today", "time.time", "time.time_ns"}
_PLACES_OF_THE_CLOCK = ("service/platform/clock.py", "service/cli")
_PLACES_OF_PRINT = ("service/cli", "scoring/__main__.py", "bench/")
_NEVER = {"eval", "exec", "compile", "__import__"}
_NEVER_MODULES = {"pickle", "marshal", "shelve", "dill"}
_OPEN_ENDS = {"NotImplementedError"}


def complaints(path: PurePath, tree: ast.Module) -> Iterator[str]:
    """Banned calls and imports of a file of the program."""
    place = path.as_posix()
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Call):
            yield from (f"{place}:{line}: {said}" for said in _of_call(place, node))
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            for name in names:
                if name.split(".")[0] in _NEVER_MODULES:
                    yield f"{place}:{line}: {name} runs what it reads: write JSON"
        elif isinstance(node, ast.Name) and node.id in _OPEN_ENDS:
            yield f"{place}:{line}: {node.id} is an open end: build it or leave it out"


def _of_call(place: str, call: ast.Call) -> Iterator[str]:
    name = ast.unparse(call.func)
    last_two = ".".join(name.split(".")[-2:])
    if last_two in _CLOCK and not place.startswith(_PLACES_OF_THE_CLOCK):
        yield f"{name}() reads the clock: take `now` as an argument"
    if name == "print" and not place.startswith(_PLACES_OF_PRINT):
        yield "print() belongs to the command line: log or return"
    if name in _NEVER:
        yield f"{name}() runs what it is given"
