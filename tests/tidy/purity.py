"""What scoring/ may import and say: the law knows no clock, chance, file, network, database or float."""

import ast
from collections.abc import Iterator
from pathlib import PurePath

_STANDARD = {
    "__future__", "abc", "base64", "bisect", "calendar", "collections", "contextlib", "copy", "dataclasses", "datetime",
    "enum", "functools", "hashlib", "heapq", "itertools", "json", "math", "operator", "re", "string", "tomllib",
    "types", "typing", "unicodedata",
}  # fmt: skip
# Read the shipped data; talk to a stranger's terminal; count with arrays; pair points of a curve where that is known.
_MORE = {
    "scoring/editions/": {"importlib", "pathlib"},
    "scoring/__main__.py": {"argparse", "gc", "gzip", "io", "os", "pathlib", "sys"},
    "scoring/rating/columnar": {"numpy"},
    "scoring/sampling/pairing.py": {"py_ecc"},
}
_FILES = {"open", "input"}


def complaints(path: PurePath, tree: ast.Module) -> Iterator[str]:
    """Impure imports, calls and numbers of a file of scoring/."""
    place = path.as_posix()
    allowed = _STANDARD.union(*(more for start, more in _MORE.items() if place.startswith(start)))
    for node in ast.walk(tree):
        for said in (*_imports(node, allowed), *_numbers(node)):
            yield f"{place}:{getattr(node, 'lineno', 0)}: {said}"
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _FILES and place != "scoring/__main__.py":
            yield f"{place}:{node.lineno}: {ast.unparse(node.func)}() touches the world: take the text as an argument"


def _imports(node: ast.AST, allowed: set[str]) -> Iterator[str]:
    names: list[str] = []
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.level == 0:
        names = [node.module or ""]
    for name in names:
        if name.split(".")[0] not in {*allowed, "scoring"}:
            yield f"{name} is not for the law: the standard library's pure modules only"


def _numbers(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        yield f"the float {node.value}: points are whole hundredths, factors whole thousandths"
    if isinstance(node, ast.Call) and ast.unparse(node.func) in {"float", "Decimal", "Fraction"}:
        yield f"{ast.unparse(node.func)}(): points are whole hundredths, factors whole thousandths"
    if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
        yield "true division makes floats: use // and say how it rounds"
