"""What the machines of a cluster need of this project, as one archive: the law, and how a partition is rated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, ZipFile

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[2]
NAME: Final = "xinjian.zip"
SHIPPED: Final = ("scoring/**/*.py", "scoring/**/*.toml", "service/__init__.py", "service/national/*.py")


def ship(folder: Path) -> Path:
    """Write the archive into a folder; the machines put it on their path and install nothing of ours."""
    archive = folder / NAME
    with ZipFile(archive, "w", ZIP_DEFLATED) as out:
        for file in _files():
            out.write(file, file.relative_to(ROOT))
    return archive


def _files() -> Iterator[Path]:
    for pattern in SHIPPED:
        yield from sorted(ROOT.glob(pattern))
