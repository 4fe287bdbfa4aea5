"""Whether an entity stands in one region alone: looked at where all answers come together, as no machine sees all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from service.national.layout import REGION
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

EDGES: Final = np.arange(-7, 8) << 60
"""Where hashes are cut into parts, of which one is put in order at a time: little more is held than all of them."""


class Seen:
    """The entities of each region, as 64-bit hashes of their keys; ``folder``: of the ratings that are written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hashes: dict[str, list[NDArray[np.int64]]] = {}

    def add(self, region: str, content: bytes) -> None:
        """Note whom a file of ratings names."""
        self._hashes.setdefault(region, []).append(_hashes(_keys(pa.BufferReader(content))))

    def refuse_twice(self) -> None:
        """Refuse an entity that stands in two regions, in whatever kinds.

        Raises:
            Problem: ``national_entity_twice``.
        """
        if len(self._hashes) < 2:  # noqa: PLR2004 - two regions
            return
        regions = [np.unique(np.concatenate(some)) for some in self._hashes.values()]
        self._hashes.clear()
        parts = zip(*(np.split(each, np.searchsorted(each, EDGES)) for each in regions), strict=True)
        suspects = set().union(*map(_twice, parts))
        found: dict[str, set[str]] = {}
        for key, region in self._named(suspects) if suspects else ():
            found.setdefault(key, set()).add(region)
        twice = sorted((key, sorted(places)) for key, places in found.items() if len(places) > 1)
        if twice:
            entity, places = twice[0]
            raise Problem("national_entity_twice", entity=entity, regions=", ".join(places), count=len(twice))

    def _named(self, suspects: set[int]) -> Iterator[tuple[str, str]]:
        """The keys that have these hashes, each with its region: two keys may have one."""
        for file in sorted(self._folder.glob(f"{REGION}*/*.parquet")):
            region = file.parent.name.removeprefix(REGION)
            yield from ((key, region) for key in _keys(file) if hash(key) in suspects)


def _keys(source: Path | pa.BufferReader) -> list[str]:
    found: list[str] = pq.read_table(source, columns=["entity"], partitioning=None).column(0).to_pylist()
    return found


def _hashes(keys: list[str]) -> NDArray[np.int64]:
    return np.fromiter(map(hash, keys), np.int64, len(keys))


def _twice(regions: Sequence[NDArray[np.int64]]) -> list[int]:
    found = np.sort(np.concatenate(regions))
    again: list[int] = found[1:][found[1:] == found[:-1]].tolist()
    return again
