"""How large a file, a function and a route handler may be, and what a file may not be called."""

import ast
from collections.abc import Iterator
from pathlib import PurePath

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
LONGEST_FUNCTION_OF_THE_LAW = 40
LONGEST_HANDLER = 25
NAMES_THAT_SAY_NOTHING = {"helpers.py", "utils.py", "util.py", "common.py", "misc.py", "part2.py", "stuff.py"}


def complaints(path: PurePath, text: str, tree: ast.Module) -> Iterator[str]:
    """What is too large or badly named in the file ``path`` (relative to the root)."""
    if path.name in NAMES_THAT_SAY_NOTHING:
        yield f"{path}: name the file by what is in it"
    lines = text.count("\n")
    if lines > LONGEST_FILE:
        yield f"{path}: {lines} lines, {LONGEST_FILE} at most: split it by meaning"
    for function, longest in _functions(path, tree):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > longest:
            yield f"{path}:{function.lineno}: {function.name} has {length} lines, {longest} at most here"


def _functions(path: PurePath, tree: ast.Module) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    longest = LONGEST_FUNCTION_OF_THE_LAW if path.parts[0] == "scoring" else LONGEST_FUNCTION
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node, LONGEST_HANDLER if _is_handler(path, node) else longest


def _is_handler(path: PurePath, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    in_routes = path.name == "routes.py" or "routes" in path.parts
    return in_routes or any(".route(" in ast.unparse(decorator) for decorator in function.decorator_list)
