"""Every regular expression of the house, in code and data, and which of them could be made to search without end.

A pattern becomes a nondeterministic automaton over classes of characters. Where some word leads from a state back to it
in two ways, a backtracking search tries 2ⁿ ways (exponential ambiguity: Weber and Seidl, 1991); where a word leads
round one state, from it to another, and round that one, it tries n² of them (polynomial ambiguity).
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections import ChainMap
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tests.tidy.tree import PROGRAM, ROOT, named, parse, python_files, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

WAYS: Final = ("compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer")
NAMES: Final = frozenset({"pattern", "regex", "shape"})
"""Keyword arguments, keys of tables and of documents that hold patterns."""
WHOLE: Final = "fullmatch"
_SCRIPTED: Final = re.compile(
    r"(?<=[=(,:;!&|?{}\s])/((?:[^/\\\n\[*]|\\.|\[(?:[^\]\\\n]|\\.)*\])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])*)/[dgimsuvy]*(?=[\s.,;)\]}])"
)
"""Literals of JavaScript, where an operand may stand."""
_SHORTENED: Final = 8
"""Rounds of a bounded loop that are told apart; one of more is taken for one without end."""


class Found(NamedTuple):
    """A pattern: ``file:line``, itself, its flags, how the code uses it, as far as it says so at the place."""

    place: str
    pattern: str
    flags: int
    way: str


class _Names(dict[str, Any]):
    """Names of a function's own, which are short words: what they hold is quoted where it enters a pattern."""

    def __missing__(self, _name: str) -> str:
        return "x"


@cache
def everywhere() -> tuple[Found, ...]:
    """Every pattern of the program, of its data and of its scripts."""
    found = [one for path in python_files(*PROGRAM) for one in _in_code(path)]
    for folder in PROGRAM:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".toml", ".json"}:
                found += _in_data(path)
            elif path.suffix == ".js" and "vendor" not in path.parts:
                found += _in_script(path)
            elif path.suffix == ".html":
                found += _in_page(path)
    return tuple(dict.fromkeys(found))


def _in_code(path: Path) -> Iterator[Found]:
    tree = parse(path)
    place = named(path)
    ways = _ways(tree)
    for node in ast.walk(tree):
        for given, way, flags in _given(node):
            known = _known(place)
            if isinstance(pattern := _value(given, known), str):
                number = flags and _value(flags, known)
                yield Found(f"{place}:{given.lineno}", pattern, int(number or 0), ways.get(given, way))


def _ways(tree: ast.Module) -> dict[ast.expr, str]:
    """How the patterns are used that a module compiles under a name, where it uses a name in one way alone."""
    named_so: dict[str, ast.expr] = {}
    used: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        target = (
            node.target
            if isinstance(node, ast.AnnAssign)
            else node.targets[0]
            if isinstance(node, ast.Assign)
            else None
        )
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Call) and ast.unparse(value.func) == "re.compile":
            named_so[target.id] = value.args[0]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            used.setdefault(node.value.id, set()).add(node.attr)
    return {given: used[name].copy().pop() for name, given in named_so.items() if len(used.get(name, ())) == 1}


def _given(node: ast.AST) -> Iterator[tuple[ast.expr, str, ast.expr | None]]:
    """The expressions that are patterns, how they are used, and their flags."""
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func).rpartition(".")
        if called[0] == "re" and called[2] in WAYS and node.args:
            at = 2 if called[2] in {"match", "search", "fullmatch", "findall", "finditer"} else 1
            flags = next((one.value for one in node.keywords if one.arg == "flags"), None)
            compiled = called[2] == "compile"
            yield (
                node.args[0],
                "search" if compiled else called[2],
                flags or (node.args[at] if compiled and len(node.args) > at else None),
            )
        elif called[2] in {"Regexp", "_rule"} and node.args:
            yield node.args[0], "match", None
        yield from ((one.value, WHOLE, None) for one in node.keywords if one.arg in NAMES)
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value in NAMES:
                yield value, "search", None


@cache
def _known(place: str) -> Mapping[str, Any]:
    """The names of a module, which may be part of its patterns."""
    module = place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    try:
        return vars(import_module(module))
    except Exception:  # noqa: BLE001 -- a script of migrations, or one that looks for its servers: its own text must do
        return {"re": re}


def _value(node: ast.expr, known: Mapping[str, Any]) -> object:
    """What an expression comes to, with the names of its module; those of a function's own are short words."""
    expression = compile(ast.Expression(node), "pattern", "eval")
    try:
        return eval(expression, {"__builtins__": __builtins__}, ChainMap({}, dict(known), _Names()))  # noqa: S307 -- our own text
    except Exception:  # noqa: BLE001 -- what no name explains is no literal pattern
        return None


def _in_data(path: Path) -> Iterator[Found]:
    text = read(path)
    table = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    for pattern in _patterns_of(table):
        yield Found(f"{named(path)}: {pattern:.60}", pattern, 0, "search")


def _patterns_of(table: object, name: str = "") -> Iterator[str]:
    if isinstance(table, dict):
        for key, value in table.items():
            yield from _patterns_of(value, "pattern" if name == "patterns" else key)
    elif isinstance(table, list):
        for value in table:
            yield from _patterns_of(value, name)
    elif isinstance(table, str) and name in NAMES:
        yield table


def _in_script(path: Path) -> Iterator[Found]:
    for number, line in enumerate(read(path).splitlines(), 1):
        for literal in _SCRIPTED.findall(line):
            pattern = (
                re.sub(r"\(\?<(?![=!])", "(?P<", literal)
                .replace("$", r"\Z")
                .replace(r"\p{", r"\w{")
                .replace("[^]", r"[\s\S]")
            )
            yield Found(f"{named(path)}:{number}", pattern.replace(r"\/", "/"), 0, "search")


def _in_page(path: Path) -> Iterator[Found]:
    for number, line in enumerate(read(path).splitlines(), 1):
        for pattern in re.findall(r'\spattern="([^"{]+)"', line):
            yield Found(f"{named(path)}:{number}", pattern, 0, WHOLE)


# ---- the automaton ----

Chars = frozenset[int]
_SAMPLE: Final = (*range(128), 0xA0, 0xE9, 0x4E2D, 0xFF11, 0x2028, 0xD800, 0x1F600)
"""The characters by which classes are told apart: all of ASCII, and one of each sort beyond."""
_ALL: Final = frozenset(_SAMPLE)


class Automaton:
    """States with steps by classes of characters and steps by none; built from what Python's own reader makes."""

    def __init__(self, pattern: str, flags: int, way: str) -> None:
        self.steps: list[list[tuple[Chars, int]]] = []
        self.silent: list[set[int]] = []
        self._flags = flags
        self.start, self.end = self._new(), self._new()
        with_flags = re._parser.parse(pattern, flags)  # type: ignore[attr-defined] # noqa: SLF001 -- the reader itself
        self._flags |= with_flags.state.flags
        self._build(list(with_flags), self.start, self.end)
        anchored = pattern.startswith(("^", r"\A")) or way in {"match", WHOLE}
        if not anchored:
            self.steps[self.start].append((_ALL, self.start))
        self.open_ended = way != WHOLE and not re.search(r"(\$|\\Z|\\b|\)|\])\Z", pattern)

    def _new(self) -> int:
        self.steps.append([])
        self.silent.append(set())
        return len(self.steps) - 1

    def _build(self, items: list[Any], start: int, end: int) -> None:
        here = start
        for item in items:
            after = self._new()
            self._one(item, here, after)
            here = after
        self.silent[here].add(end)

    def _one(self, item: Any, start: int, end: int) -> None:  # noqa: ANN401 -- a pair of Python's reader
        name, said = str(item[0]), item[1]
        if name in {"LITERAL", "NOT_LITERAL", "IN", "ANY", "CATEGORY", "RANGE"}:
            self.steps[start].append((chars_of(item, self._flags), end))
        elif name == "BRANCH":
            for branch in said[1]:
                self._build(list(branch), start, end)
        elif name == "SUBPATTERN":
            self._build(list(said[3]), start, end)
        elif name == "ATOMIC_GROUP":
            self._build(list(said), start, end)
        elif name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            self._repeat(said[0], said[1], list(said[2]), start, end)
        elif name in {"AT", "ASSERT", "ASSERT_NOT", "GROUPREF"}:
            self.silent[start].add(end)  # as if it held: what is then shown not to be ambiguous is not
        else:
            raise NotImplementedError(name)

    def _repeat(self, least: int, most: int, inner: list[Any], start: int, end: int) -> None:
        here = start
        for _ in range(min(least, _SHORTENED)):
            after = self._new()
            self._build(inner, here, after)
            here = after
        if most - least > _SHORTENED:
            loop = self._new()
            self.silent[here].add(loop)
            self._build(inner, loop, loop)
            self.silent[loop].add(end)
            return
        self.silent[here].add(end)
        for _ in range(most - least):
            after = self._new()
            self._build(inner, here, after)
            self.silent[after].add(end)
            here = after


def chars_of(item: Any, flags: int) -> Chars:  # noqa: ANN401 -- a pair of Python's reader
    """The characters of the sample that an item takes."""
    name, said = str(item[0]), item[1]
    if name == "ANY":
        return _ALL if flags & re.DOTALL else _ALL - {10}
    if name == "LITERAL":
        return _folded({said}, flags)
    if name == "NOT_LITERAL":
        return _ALL - _folded({said}, flags)
    if name == "RANGE":
        return _folded({char for char in (*_SAMPLE, said[0], said[1]) if said[0] <= char <= said[1]}, flags)
    if name == "CATEGORY":
        shape = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[str(said).rpartition("_")[2]]
        shape = shape.upper() if "NOT" in str(said) else shape
        return frozenset(char for char in _SAMPLE if re.match(shape, chr(char), flags & re.ASCII))
    taken: Chars = frozenset()
    negated = False
    for one in said:
        if str(one[0]) == "NEGATE":
            negated = True
        else:
            taken |= chars_of(one, flags)
    return _ALL - taken if negated else taken


def _folded(chars: set[int], flags: int) -> Chars:
    if flags & re.IGNORECASE:
        chars = {ord(other) for char in chars for other in {chr(char).lower(), chr(char).upper()} if len(other) == 1}
    return frozenset(chars if chars & _ALL or not chars else chars | {0x4E2D} if min(chars) > 127 else chars)


class Plain(NamedTuple):
    """The automaton without silent steps. ``wins``: by state, whether a search that comes to it has found."""

    steps: list[list[tuple[Chars, int, int]]]
    wins: list[bool]


def plain(automaton: Automaton) -> Plain:
    """Silent steps taken away: each step is followed by all of them. Two silent ways to one state stay two ways."""
    count = len(automaton.steps)
    beyond = [_beyond(automaton, state) for state in range(count)]
    steps = [
        [
            (chars, target, ways)
            for chars, after in automaton.steps[state]
            for target, ways in beyond[after].items()
            if automaton.steps[target] or target == automaton.end
        ]
        for state in range(count)
    ]
    wins = [automaton.open_ended and automaton.end in beyond[state] for state in range(count)]
    return Plain(steps, wins)


def _beyond(automaton: Automaton, state: int) -> dict[int, int]:
    """The states reached in silence, and in how many ways, two standing for more. A way may pass a state twice.

    So a loop around what may be empty is another way, as one loop within another is.
    """
    ways = {state: 1}
    waiting = [(state, (state,))]
    while waiting:
        here, seen = waiting.pop()
        for after in automaton.silent[here]:
            if seen.count(after) < 2 and len(waiting) < 5_000:
                ways[after] = min(2, ways.get(after, 0) + 1)
                waiting.append((after, (*seen, after)))
    return ways


def ambiguity(pattern: str, flags: int = 0, way: str = "search") -> str:
    """``exponential``, ``polynomial`` or nothing: how the ways of a failing search grow with the text."""
    automaton = plain(Automaton(pattern, flags, way))
    loops = [state for state in range(len(automaton.steps)) if not automaton.wins[state] and _round(automaton, state)]
    if any(_twice(automaton, state) for state in loops):
        return "exponential"
    return "polynomial" if _apart(automaton, loops) else ""


def _reachable(automaton: Plain, start: int) -> frozenset[int]:
    seen, waiting = set[int](), [start]
    while waiting:
        for _, after, _ in automaton.steps[waiting.pop()]:
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return frozenset(seen)


def _round(automaton: Plain, state: int) -> bool:
    return state in _reachable(automaton, state)


def _twice(automaton: Plain, state: int) -> bool:
    """Whether some word leads from a state to itself in two ways."""
    start = (state, state, False)
    seen, waiting = {start}, [start]
    while waiting:
        one, other, parted = waiting.pop()
        for place, (chars, first, ways) in enumerate(automaton.steps[one]):
            for another, (more, second, _) in enumerate(automaton.steps[other]):
                if not chars & more:
                    continue
                after = (first, second, parted or (one, place) != (other, another) or ways > 1)
                if after == (state, state, True):
                    return True
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)
    return False


def _apart(automaton: Plain, loops: list[int]) -> bool:
    """Whether some word leads round one state, from it to another, and round that other."""
    near = {state: _reachable(automaton, state) for state in loops}
    return any(
        first != second and second in near[first] and _together(automaton, first, second)
        for first in loops
        for second in loops
    )


def _together(automaton: Plain, first: int, second: int) -> bool:
    start, aim = (first, first, second), (first, second, second)
    seen, waiting = {start}, [start]
    while waiting:
        one, two, three = waiting.pop()
        for a, to_one, _ in automaton.steps[one]:
            for b, to_two, _ in automaton.steps[two]:
                both = a & b
                if not both:
                    continue
                for c, to_three, _ in automaton.steps[three]:
                    after = (to_one, to_two, to_three)
                    if not both & c or after in seen:
                        continue
                    if after == aim:
                        return True
                    seen.add(after)
                    waiting.append(after)
    return False
