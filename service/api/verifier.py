"""``make verifier``: the stranger's verifiers, one file each, the same bytes wherever and whenever they are built.

Runs by its path on a bare interpreter (``python3 -I -S service/api/verifier.py build``), so that whoever doubts the
files can build them from these sources without installing anything. Entries are stored, not compressed: the bytes
depend on no library's version; times, modes and order are fixed.
"""

from __future__ import annotations

import ast
import sys
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parents[2]
NAME: Final = "verify.pyz"
SCRIPT: Final = "verify.js"
DATA: Final = ("scoring/editions/calendars/*.toml",)
"""What the modules read of the package besides modules: the lint of an edition looks its calendar up."""
SHEBANG: Final = b"#!/usr/bin/env python3\n"
START: Final = b'''"""Verify the file of a draw or a rating: python3 -I -S verify.pyz FILE"""
import sys

if sys.version_info < (3, 11):
    sys.exit("Python 3.11 or later is needed / \\u9700\\u8981 Python 3.11 \\u6216\\u66f4\\u9ad8\\u7248\\u672c")
from scoring.__main__ import main

sys.exit(main(sys.argv[1:], verifier="verify.pyz"))
'''
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE: Final = 0o100644 << 16
_UNIX: Final = 3


def build(root: Path = ROOT) -> bytes:
    """The bytes of the verifier, from the sources below a folder."""
    files = {"__main__.py": START} | {path.relative_to(root).as_posix(): path.read_bytes() for path in needed(root)}
    for licence in _licence(root):
        files["LICENSE"] = licence.read_bytes()
    packed = BytesIO()
    packed.write(SHEBANG)
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        for name in sorted(files):
            entry = ZipInfo(name, _FIRST_DAY)
            entry.create_system, entry.external_attr = _UNIX, _PLAIN_FILE
            archive.writestr(entry, files[name])
    return packed.getvalue()


def script(root: Path = ROOT) -> bytes:
    """The bytes of the verifier of draws for browsers and Node, as it stands in the sources."""
    return (root / "scoring" / "verifier" / SCRIPT).read_bytes()


def _licence(root: Path) -> list[Path]:
    """The licence beside the sources, or where an installed package keeps it."""
    return [*root.glob("LICENSE"), *sorted(root.glob("xinjian-*.dist-info/**/LICENSE"))][:1]


def needed(root: Path) -> list[Path]:
    """The command's module, whatever that imports of ours when it runs, and the data."""
    found: dict[str, Path] = {}
    waiting = ["scoring.__main__"]
    while waiting:
        name = waiting.pop()
        path = _path_of(root, name)
        if path is None or name in found:
            continue
        found[name] = path
        waiting += _imports(ast.parse(path.read_bytes()))
        waiting.append(name.rpartition(".")[0])
    return sorted([*found.values(), *(path for pattern in DATA for path in root.glob(pattern))])


def _path_of(root: Path, name: str) -> Path | None:
    place = root.joinpath(*name.split("."))
    candidates = (place / "__init__.py", place.with_suffix(".py"))
    return next((path for path in candidates if name and path.is_file()), None)


def _imports(tree: ast.AST) -> Iterator[str]:
    """The names that a module imports of this package, except those that only a checker of types reads."""
    if isinstance(tree, ast.If) and ast.unparse(tree.test) == "TYPE_CHECKING":
        return
    if isinstance(tree, ast.Import):
        yield from (alias.name for alias in tree.names if alias.name.startswith("scoring"))
    elif isinstance(tree, ast.ImportFrom) and (tree.module or "").startswith("scoring"):
        yield str(tree.module)
        yield from (f"{tree.module}.{alias.name}" for alias in tree.names)
    for child in ast.iter_child_nodes(tree):
        yield from _imports(child)


def main() -> None:
    """Write the verifiers and their digests into the folder named, and tell the digests."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in ((NAME, build()), (SCRIPT, script())):
        line = f"{sha256(data).hexdigest()}  {name}\n"
        (folder / name).write_bytes(data)
        (folder / name).chmod(0o755)
        (folder / f"{name}.sha256").write_text(line, encoding="ascii", newline="\n")
        sys.stdout.write(line)


if __name__ == "__main__":
    main()
