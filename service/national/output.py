"""A folder that is there whole or not at all."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator


def local_folder(place: str) -> Path:
    """The folder of this machine that a path or an address ``file:///…`` names.

    Raises:
        Problem: ``national_out_elsewhere``, it is an address of another kind.
    """
    parts = urlsplit(place)
    if "://" not in place:
        return Path(place)
    if parts.scheme != "file" or parts.netloc:
        raise Problem("national_out_elsewhere", place=place)
    return Path(unquote(parts.path))


@contextmanager
def put_in_place(out: Path) -> Iterator[Path]:
    """A folder beside ``out`` to write into; it becomes ``out`` when all is done, and is removed when anything fails.

    Raises:
        Problem: ``national_out_exists``.
    """
    if out.exists():
        raise Problem("national_out_exists", folder=str(out))
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(prefix=f".{out.name}-unfinished-", dir=out.parent))
    try:
        yield unfinished
        unfinished.chmod(0o755)
        try:
            unfinished.rename(out)
        except OSError as error:
            raise Problem("national_out_exists", folder=str(out)) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
