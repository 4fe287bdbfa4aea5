"""A stock opened: its files mapped into memory, read-only, as the columns that the engine for all entities reads.

A mapping holds a file open, of which a process may have a thousand by default: small files are read instead, and the
limit is raised as far as it may be.
"""

from __future__ import annotations

import json
import resource
from dataclasses import dataclass
from datetime import date
from hashlib import file_digest, sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from scoring.rating.columnar import Coded, Columns, Events, Licences, Occasions
from service.platform import Problem
from service.studio.stock.layout import ATTRIBUTE, EVENT, FORMAT, MANIFEST, NAME
from service.studio.stock.merging import merged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from scoring.rating.columnar.arrays import Rows

MAPPED_FROM: Final = 1 << 20
"""Bytes from which a file is mapped: so many are shared by processes, fewer are read as soon as they are mapped."""
OPEN_FILES: Final = 16_384
"""Files of many kinds in a province; a limit above this is left as it is."""


@dataclass(frozen=True, slots=True)
class Holding:
    """The entities of one kind, by region and number: their evidence, and for each who it is and where."""

    columns: Columns
    ids: Rows
    authority: Coded
    region: Coded


class Part(NamedTuple):
    """Neighbours of one kind by their places, alone or each with the evidence of its branches."""

    kind: str
    first: int
    last: int
    with_branches: bool

    def touches(self, other: Part) -> bool:
        """Whether somebody is in both."""
        same = self.kind == other.kind and self.with_branches == other.with_branches
        return same and self.first < other.last and other.first < self.last


class Stock:
    """All evidence as known at ``position``, without what is suspended on ``day``. ``digest``: of its manifest.

    The files are mapped when a kind is first asked for; a mapping outlives the removal of its file.
    """

    def __init__(self, folder: Path) -> None:
        raw = (folder / MANIFEST).read_bytes()
        self._folder, self._said = folder, json.loads(raw)
        self._held: dict[tuple[str, str], Holding] = {}
        self._together: dict[tuple[Part, ...], Columns] = {}
        self.digest = sha256(raw).hexdigest()
        self.position: int = self._said["position"]
        self.day = date.fromisoformat(self._said["day"])

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of which somebody holds or held one."""
        return tuple(self._said["kinds"])

    def of(self, kind: str, *, with_branches: bool = False) -> Holding:
        """The entities of a kind, alone or each with the evidence of its branches.

        Raises:
            Problem: ``stock_damaged``, a file is not there or is not as long as it was.
        """
        layers = self._said["kinds"][kind]
        layer = "joined" if with_branches and layers["joined"] else "own"
        if (kind, layer) not in self._held:
            self._held[kind, layer] = self._holding(kind, layers[layer])
        return self._held[kind, layer]

    def together(self, parts: tuple[Part, ...]) -> Columns:
        """The columns of some parts one after the other.

        Those of several are copies in memory, kept until one of the parts is asked for in another company: so nobody
        is copied twice, and the whole is never more than the stock itself.
        """
        known = self._together.get(parts)
        if known is not None:
            return known
        found = merged([self._part(part) for part in parts])
        if len(parts) > 1:
            kept = {those: one for those, one in self._together.items() if not _touch(those, parts)}
            self._together = {**kept, parts: found}
        return found

    def has_branches(self, kind: str) -> bool:
        """Whether somebody of a kind has branches."""
        return self._said["kinds"][kind]["joined"] is not None

    def check(self) -> None:
        """Read every file and compare it with its digest.

        Raises:
            Problem: ``stock_damaged``.
        """
        for layers in self._said["kinds"].values():
            for layer in filter(None, layers.values()):
                for said in layer["arrays"].values():
                    self._mapped(said)
                    with (self._folder / said["file"]).open("rb") as source:
                        if file_digest(source, "sha256").hexdigest() != said["sha256"]:
                            raise self._damaged(said["file"], "内容已改变 · its bytes are others")

    def _part(self, part: Part) -> Columns:
        columns = self.of(part.kind, with_branches=part.with_branches).columns
        return columns if (part.first, part.last) == (0, columns.entities) else columns.part(part.first, part.last)

    def _holding(self, kind: str, layer: Mapping[str, Any]) -> Holding:
        texts = {name: tuple(each) for name, each in layer["texts"].items()}
        found = {name: self._mapped(said) for name, said in layer["arrays"].items()}
        event: dict[str, Any] = {name: found.get(f"event/{name}") for name in EVENT}
        columns = Columns(
            kind=kind,
            codes=texts["code"],
            offsets=found["event/offsets"],
            events=Events(**event, attributes=_attributes("event", found, texts)),
            severities=texts["severity"],
            occasion_types=texts["occasion_type"],
            occasions=Occasions(*(found[f"occasion/{name}"] for name in ("offsets", "held_on", "type", "closed"))),
            known_since=found.get("entity/known_since"),
            attributes=_attributes("entity", found, texts),
            licences=Licences(
                found["licence/offsets"], found["entity/looked_at"], found["licence/start"], found["licence/end"]
            ),
        )
        authority, region = (Coded(texts[name], found[f"entity/{name}"]) for name in ("authority", "region"))
        return Holding(columns, found["entity/id"], authority, region)

    def _mapped(self, said: Mapping[str, Any]) -> NDArray[Any]:
        file = self._folder / said["file"]
        try:
            if file.stat().st_size != said["bytes"]:
                raise self._damaged(file.name, "长度不符 · it is longer or shorter than it was")
            mapped = np.load(file, mmap_mode="r" if said["bytes"] >= MAPPED_FROM else None, allow_pickle=False)
        except (OSError, ValueError) as error:
            raise self._damaged(file.name, str(error)) from error
        plain: NDArray[Any] = mapped.view(np.ndarray)
        plain.flags.writeable = False
        if plain.shape != (said["rows"],):
            raise self._damaged(file.name, "行数不符 · it has more or fewer rows than it had")
        return plain

    def _damaged(self, file: str, fault: str) -> Problem:
        return Problem("stock_damaged", stock=self._folder.name, file=file, fault=fault)


def open_stock(folder: Path) -> Stock:
    """The stock in a folder.

    Raises:
        Problem: ``stock_damaged``, its manifest cannot be read or is of another format.
    """
    _allow_open_files()
    try:
        stock = Stock(folder)
        known = stock._said["format"] == FORMAT  # noqa: SLF001 -- its maker
    except (OSError, ValueError, KeyError) as error:
        raise Problem("stock_damaged", stock=folder.name, file=MANIFEST, fault=str(error)) from error
    if not known:
        raise Problem("stock_damaged", stock=folder.name, file=MANIFEST, fault="格式不同 · another format")
    return stock


def _allow_open_files() -> None:
    """Raise this process's limit of open files to what many mappings need, or to the most that it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def stocks_in(folder: Path) -> list[Path]:
    """The folders of finished stocks, the newest first: they are named by position and day, and nothing else is."""
    if not folder.is_dir():
        return []
    return sorted((each for each in folder.iterdir() if NAME.fullmatch(each.name) and each.is_dir()), reverse=True)


def newest_stock(folder: Path) -> Stock:
    """The newest stock of a folder.

    Raises:
        Problem: ``stock_missing``, ``stock_damaged``.
    """
    found = stocks_in(folder)
    if not found:
        raise Problem("stock_missing", folder=str(folder))
    return open_stock(found[0])


def _touch(some: tuple[Part, ...], others: tuple[Part, ...]) -> bool:
    return any(one.touches(other) for one in some for other in others)


def _attributes(
    table: str, found: Mapping[str, NDArray[Any]], texts: Mapping[str, tuple[str, ...]]
) -> dict[str, Coded]:
    start = f"{table}/{ATTRIBUTE}"
    return {name.removeprefix(start): Coded(texts[name], found[name]) for name in found if name.startswith(start)}
