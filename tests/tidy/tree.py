"""The files of the house, as the tidy tests read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = ("scoring", "service", "workers")
EVERYTHING = (*PROGRAM, "tests", "bench")
_TEXT = {".py", ".md", ".toml", ".lock", ".yaml", ".yml", ".txt", ".html", ".po", ".mako", ".ini", ".cfg", ""}


def python_files(*folders: str) -> Iterator[Path]:
    """Every Python file below the named folders of the house."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def text_files() -> Iterator[Path]:
    """Every text a reader may open: code, documents, settings and the files at the top."""
    for folder in (*EVERYTHING, "docs", "deploy"):
        yield from (path for path in sorted((ROOT / folder).rglob("*")) if path.is_file() and _is_text(path))
    yield from (path for path in sorted(ROOT.iterdir()) if path.is_file() and _is_text(path))
    yield from sorted((ROOT / ".ci").glob("*"))


def _is_text(path: Path) -> bool:
    return path.suffix in _TEXT and "__pycache__" not in path.parts and path.name not in {".git", ".coverage"}


@cache
def read(path: Path) -> str:
    """The text of a file."""
    return path.read_text(encoding="utf-8")


@cache
def parse(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(read(path), filename=str(path))


def named(path: Path) -> str:
    """The path as a complaint says it."""
    return path.relative_to(ROOT).as_posix()
